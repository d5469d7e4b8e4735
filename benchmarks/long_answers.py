"""Measure questions whose answers are whole sentences: does the quote hold one of them?

    python -m benchmarks.long_answers clapnq_dev_sentences.jsonl

Each question is asked of its own passage. The best answer covers an expected sentence if its text holds all of it,
whatever the confidence; *given* counts only the answers that are sure enough.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from benchmarks.several_answers import ask_all
from qa.evaluation import Example, load_examples
from qa.evaluation.metrics.squad import normalize
from qa.settings import Settings
from qa.types import Reply


def main() -> None:
    """Print the shares for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, help="ask this many random questions")
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    arguments = parser.parse_args()
    for file in arguments.files:
        examples = load_examples(file)
        if arguments.limit:
            examples = random.Random(0).sample(examples, min(arguments.limit, len(examples)))
        print(f"{file.name}: {row(examples, ask_all(examples, arguments.readings))}", flush=True)


def row(examples: list[Example], replies: list[Reply]) -> str:
    """Return how often the best quote, or the sentence around it, covers an expected sentence."""
    least = Settings().min_confidence
    best = [(example, reply.answers[0]) for example, reply in zip(examples, replies, strict=True) if reply.answers]
    quoted = [answer for example, answer in best if covers(answer.text, example)]
    around = [answer for example, answer in best if covers(answer.citations[0].sentence, example)]
    given = [answer for answer in quoted if answer.confidence >= least]
    quote, sentence, sure = (f"{len(some) / len(examples):.1%}" for some in (quoted, around, given))
    return f"{len(examples)} questions; covered by the quote {quote}, by its sentence {sentence}, given {sure}"


def covers(text: str, example: Example) -> bool:
    """Whether a text holds one of the expected sentences."""
    return any(normalize(sentence) in normalize(text) for sentence in example.answers)


if __name__ == "__main__":
    main()
