"""Measure questions whose answers are whole sentences: does the quote hold one of them?

    python -m benchmarks.long_answers clapnq_dev_sentences.jsonl
    python -m benchmarks.long_answers --short held-out/qed_dev.jsonl

Each question is asked of its own passage. The best answer covers an expected sentence if its text holds all of it,
whatever the confidence; *given* counts only the answers that are sure enough.

With `--short`, the expected answers are short. Printed is how many right ones the reader finds, and how many of
these are not given as they are, but as the sentence or clause around them.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from benchmarks.several_answers import ask_all
from qa.evaluation import Example, load_examples
from qa.evaluation.metrics.squad import is_correct, normalize
from qa.settings import Settings
from qa.types import Reply


def main() -> None:
    """Print the shares for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, help="ask this many random questions")
    parser.add_argument("--short", action="store_true", help="count short answers that are given as sentences")
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    arguments = parser.parse_args()
    for file in arguments.files:
        examples = load_examples(file)
        if arguments.limit:
            examples = random.Random(0).sample(examples, min(arguments.limit, len(examples)))
        figures = short_row if arguments.short else row
        print(f"{file.name}: {figures(examples, ask_all(examples, arguments.readings))}", flush=True)


def row(examples: list[Example], replies: list[Reply]) -> str:
    """Return how often the best quote, or the sentence around it, covers an expected sentence."""
    least = Settings().min_confidence
    best = [(example, reply.answers[0]) for example, reply in zip(examples, replies, strict=True) if reply.answers]
    quoted = [answer for example, answer in best if covers(answer.text, example)]
    around = [answer for example, answer in best if covers(answer.citations[0].sentence, example)]
    given = [answer for answer in quoted if answer.confidence >= least]
    quote, sentence, sure = (f"{len(some) / len(examples):.1%}" for some in (quoted, around, given))
    return f"{len(examples)} questions; covered by the quote {quote}, by its sentence {sentence}, given {sure}"


def short_row(examples: list[Example], replies: list[Reply]) -> str:
    """Return how many right short answers are given as more than they are."""
    asked = zip(examples, replies, strict=True)
    best = [(reply.answers[0], example) for example, reply in asked if reply.answers]
    right = [answer for answer, example in best if is_correct(answer.short, example.answers)]
    sure = [answer for answer in right if answer.confidence >= Settings().min_confidence]
    longer, sure_longer = (sum(answer.extent != "span" for answer in some) for some in (right, sure))
    return (
        f"{len(examples)} questions, {len(right)} right, {longer} of them in a clause or sentence; "
        f"given {len(sure)} and {sure_longer}"
    )


def covers(text: str, example: Example) -> bool:
    """Whether a text holds one of the expected sentences."""
    return any(normalize(sentence) in normalize(text) for sentence in example.answers)


if __name__ == "__main__":
    main()
