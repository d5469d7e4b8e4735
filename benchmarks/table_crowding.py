"""Measure whether big tables crowd prose out of what is read, and the other way round.

    python -m benchmarks.table_crowding benchmarks/questions/meaning-tune.json [--rows 2000]

A row of a table is a passage. Here three tables of that many rows join the articles of a file of questions. Their
cells are names and phrases of those very articles, so that rows have the questions' words. The questions are asked
without the tables and with them, and so are questions on single rows. Prints JSON: the answers that are right, the
questions without an answer that got none, and the rows among the passages read, in percent.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from qa.assistant import Assistant
from qa.english.breaks import is_row
from qa.evaluation import load_dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.squad import is_correct
from qa.types import Article

ROW_QUESTIONS = 120
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zé]+(?: [A-Z][a-zé]+)*")
_PHRASE = re.compile(r"\b(?:the|an?) ((?:[a-z]{4,} )?[a-z]{5,})\b")


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the questions on its rows: the answer is the cell of ``column``."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    question: str
    column: int

    def ask(self, row: Sequence[str]) -> Example:
        """Return the question on a row."""
        return Example(f"{self.name} {row[0]}", self.question.format(*row), "", answers=(row[self.column],))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    arguments = parser.parse_args()
    data, rng = load_dataset(arguments.file), random.Random(0)
    tables = [*invent_tables(data.articles, arguments.rows, rng)]
    count = min(ROW_QUESTIONS // len(tables), arguments.rows)
    on_rows = [table.ask(row) for table in tables for row in rng.sample(table.rows, count)]
    with Assistant.in_memory(seed=False) as assistant, tempfile.TemporaryDirectory() as folder:
        assistant.add(*data.articles)
        figures = {"articles alone": _measure(assistant, data.examples)}
        assistant.add(*(_write(table, Path(folder)) for table in tables))
        figures["with the tables"] = _measure(assistant, data.examples)
        figures["on rows"] = _measure(assistant, on_rows)
    print(json.dumps(figures, indent=2))


def invent_tables(articles: Sequence[Article], rows: int, rng: random.Random) -> Iterator[Table]:
    """Yield tables of orders, boats and events, made of the names and phrases of the articles."""
    text = "\n".join(article.text for article in articles)
    names, phrases = sorted({*_NAME.findall(text)}), sorted({*_PHRASE.findall(text)})
    pairs = [f"{first.title()} {second.title()}" for first in phrases for second in phrases if first != second]

    def some(choices: Sequence[str]) -> list[str]:
        return rng.choices(choices, k=rows)

    def price() -> list[str]:
        return [f"{rng.randrange(100, 9999) / 100} euros" for _ in range(rows)]

    orders = zip(range(10000, 10000 + rows), some(phrases), some(names), some(names), price(), strict=True)
    yield Table(
        "Orders",
        ("Order", "Item", "Customer", "Delivered to", "Price"),
        tuple((f"K-{number}", *cells) for number, *cells in orders),
        "Who is the customer of order {0}?",
        2,
    )
    boats = zip(rng.sample(pairs, rows), some(names), some(names), price(), strict=True)
    yield Table("Boats", ("Boat", "Owner", "Harbour", "Fee"), tuple(boats), "Who is the owner of the {0}?", 1)
    events = zip(rng.sample(pairs, rows), some(names), some(phrases), some(names), price(), strict=True)
    columns = ("Event", "Place", "Subject", "Speaker", "Ticket")
    yield Table("Events", columns, tuple(events), "How much is a ticket for the {0}?", 4)


def _write(table: Table, folder: Path) -> Path:
    path = folder / f"{table.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([table.columns, *table.rows])
    return path


def _measure(assistant: Assistant, examples: Sequence[Example]) -> dict[str, float]:
    right = abstained = rows = read = from_rows = 0
    for example in tqdm(examples, "asking", leave=False):
        reply = assistant.ask(example.question)
        passages = [
            passage.text
            for passage, reading in zip(reply.passages, reply.readings, strict=True)
            if reading.was_read
        ]
        rows += sum(map(is_row, passages))
        read += len(passages)
        if reply.answer and example.answers:
            right += is_correct(reply.answer.text, example.answers)
        abstained += not (reply.answer or example.answers)
        from_rows += reply.answer is not None and is_row(reply.answer.citations[0].sentence)
    answerable = sum(bool(example.answers) for example in examples)
    return {
        "questions": len(examples),
        "right": round(100 * right / answerable, 1),
        "abstained without an answer": round(100 * abstained / max(len(examples) - answerable, 1), 1),
        "rows among the passages read": round(100 * rows / max(read, 1), 1),
        "passages read": round(read / len(examples), 1),
        "answers from rows": from_rows,
    }


if __name__ == "__main__":
    main()
