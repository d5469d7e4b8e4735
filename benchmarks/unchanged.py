"""Measure how often a change is claimed where nothing changed: SQuAD with a date for each paragraph.

    python -m benchmarks.unchanged dev-v1.1.json
    python -m benchmarks.unchanged dev-v1.1.json --paragraphs 500 --questions 300 --readings squad.readings

An encyclopedia says everything once, so that no answer has another version, whatever the dates. The same questions
are asked of the same paragraphs with random dates, and without any. A row counts the answers that are given, the
right ones and the wrong ones, and the replies that claim that something changed or that sources differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks.news import agrees, open_articles
from qa.evaluation import Example, load_dataset
from qa.types import Article, Disagreement, Reply

FIRST, DAYS = dt.date(2020, 1, 1), 2000
"""The first of the dates, and how many days there are."""


def main() -> None:
    """Print a row for the paragraphs with dates, and one for those without."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--paragraphs", type=int, default=500)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    examples = [example for example in load_dataset(arguments.file).examples if example.answers]
    contexts = list(dict.fromkeys((example.title, example.context) for example in examples))
    chosen = chance.sample(contexts, min(arguments.paragraphs, len(contexts)))
    answerable = [example for example in examples if (example.title, example.context) in set(chosen)]
    asked = chance.sample(answerable, min(arguments.questions, len(answerable)))
    dates = [FIRST + dt.timedelta(chance.randrange(DAYS)) for _ in chosen]
    for name, days in (("dated", dates), ("undated", [None] * len(chosen))):
        articles = [
            Article(text, title, f"https://encyclopedia.example/{number}", date)
            for number, ((title, text), date) in enumerate(zip(chosen, days, strict=True))
        ]
        print(row(name, asked, ask_all(asked, articles, arguments.readings)), flush=True)


def ask_all(asked: Sequence[Example], articles: Sequence[Article], readings: Path | None) -> list[Reply]:
    """Return the replies to questions, from a library of articles."""
    with open_articles(articles, readings) as assistant:
        questions = tqdm(asked, unit="question", mininterval=5, disable=None)
        return [assistant.ask(example.question) for example in questions]


def row(name: str, asked: Sequence[Example], replies: Sequence[Reply]) -> str:
    """Return how many answers are right and wrong, and how many replies claim a change."""
    given = [(example, reply.answer) for example, reply in zip(asked, replies, strict=True) if reply.answer]
    right = sum(agrees(answer.short, example.answers) for example, answer in given)
    claimed = sum(reply.disagreement is not Disagreement.NONE for reply in replies)
    return (
        f"{name:<8} {len(asked)} asked, {right} right, {len(given) - right} wrong, a change claimed in {claimed}"
    )


if __name__ == "__main__":
    main()
