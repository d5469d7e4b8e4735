"""Compare ``ask_many`` and a loop over ``ask``: the same questions, block by block in turn.

    python -m benchmarks.ask_many QUESTIONS [--library LIBRARY] [--blocks 8] [--size 16]

Without a library, one of the passages of QUESTIONS is made in memory. There is no cache. In every other block the
loop comes second. Both must give the same answers. Prints one JSON object with the seconds of each, and the ratio
of each pair: median, lowest and highest.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from qa.assistant import Assistant
from qa.evaluation import load_examples, sample
from qa.evaluation.machine import describe_machine
from qa.settings import Settings
from qa.types import Article, Reply


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, help="a file of questions, as for `quotewell evaluate`")
    parser.add_argument("--library", type=Path)
    parser.add_argument("--blocks", type=int, default=8)
    parser.add_argument("--size", type=int, default=16, help="questions of a block")
    arguments = parser.parse_args()
    examples = load_examples(arguments.questions)
    asked = sample(examples, arguments.blocks * arguments.size, seed=0)
    settings = Settings.from_environment(cache_size=0)
    if arguments.library:
        assistant = Assistant.open(arguments.library, settings=settings, create=False)
    else:
        assistant = Assistant.in_memory(settings=settings, seed=False)
        assistant.add(Article(context) for context in dict.fromkeys(example.context for example in asked))
    with assistant:
        assistant.ask_many([example.question for example in asked[:2]])
        pairs = [
            measure(assistant, [example.question for example in asked[block :: arguments.blocks]], block % 2 == 1)
            for block in range(arguments.blocks)
        ]
    ratios = [many / loop for loop, many in pairs]
    figures = {
        "questions": len(asked),
        "loop_s": round(sum(loop for loop, _ in pairs), 2),
        "ask_many_s": round(sum(many for _, many in pairs), 2),
        "ratio": {"median": median(ratios), "lowest": min(ratios), "highest": max(ratios)},
    }
    print(json.dumps({"machine": describe_machine()} | figures, indent=2))


def measure(assistant: Assistant, questions: Sequence[str], loop_second: bool) -> tuple[float, float]:
    """Return the seconds of the loop and those of ``ask_many``."""
    ways: list[Callable[[], list[Reply]]] = [
        lambda: [assistant.ask(question) for question in questions],
        lambda: assistant.ask_many(questions),
    ]
    seconds, answers = [0.0, 0.0], [[""], [""]]
    for way in (1, 0) if loop_second else (0, 1):
        start = perf_counter()
        replies = ways[way]()
        seconds[way] = perf_counter() - start
        answers[way] = [reply.answers[0].text if reply.answers else "" for reply in replies]
    assert answers[0] == answers[1], "the answers differ"
    return seconds[0], seconds[1]


if __name__ == "__main__":
    main()
