"""Measure questions that have several answers in their passage, by the measures of MultiSpanQA.

    python -m benchmarks.several_answers multispanqa_valid_dev.jsonl
    python -m benchmarks.several_answers multispanqa_valid_dev.jsonl --readings spans.readings

Each question is asked of its own passage. What is predicted are the parts of the best answer, or the answer itself
if it has none, whatever its confidence. Beside it: what the best span alone would score.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks.kept_readings import KeepingReader
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.evaluation import Example, load_examples
from qa.evaluation.metrics.several_spans import exact_scores, overlap_scores
from qa.settings import Settings
from qa.types import Article, Filters, Reply, article_id


def main() -> None:
    """Print the scores of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    arguments = parser.parse_args()
    for file in arguments.files:
        examples = load_examples(file)
        replies = ask_all(examples, arguments.readings)
        golds = [[[answer] for answer in example.answers] for example in examples]
        print(f"{file.name}: {len(examples)} questions")
        for name, predicted in (
            ("parts", [parts_of(reply) for reply in replies]),
            ("best answer", [[reply.answers[0].short] if reply.answers else [] for reply in replies]),
        ):
            exact, overlap = exact_scores(predicted, golds), overlap_scores(predicted, golds)
            print(f"{name}: exact-match F1 {exact.f1:.1f}, overlap F1 {overlap.f1:.1f}", flush=True)


def ask_all(examples: Sequence[Example], readings: Path | None = None) -> list[Reply]:
    """Ask each question of its own passage, and return the replies.

    :param readings: a file that keeps what the reader finds.
    """
    sources = {context: f"passage {n}" for n, context in enumerate(dict.fromkeys(e.context for e in examples))}
    settings = Settings.from_environment(cache_size=0, correct_spelling=False)
    reader = KeepingReader(build_reader(settings), readings) if readings else None
    with Assistant.in_memory(settings=settings, seed=False, reader=reader) as assistant:
        assistant.add(*(Article(context, source=source) for context, source in sources.items()))
        return [
            assistant.ask(
                example.question,
                min_confidence=0.0,
                filters=Filters(articles=(article_id(sources[example.context]),)),
            )
            for example in tqdm(examples, unit="question", mininterval=5, disable=None)
        ]


def parts_of(reply: Reply) -> list[str]:
    """Return the parts of the best answer, or the answer itself if it has none."""
    if not reply.answers:
        return []
    best = reply.answers[0]
    return [part.quote for part in best.parts] or [best.short]


if __name__ == "__main__":
    main()
