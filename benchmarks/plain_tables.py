"""Measure answers from tables in plain text, whose columns are kept apart by spaces or bars.

    python -m benchmarks.plain_tables

The tables are invented here, and stand between sentences. Each question is asked of its own file, in a library of
all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.typesetting.stories import FILLERS, Table, invent_table
from qa.assistant import Assistant
from qa.evaluation.metrics.squad import is_correct
from qa.types import Filters

__all__ = ["STYLES", "draw_table", "tables"]

STYLES = {"two spaces": "  ", "four spaces": "    ", "twelve spaces": " " * 12, "rules": "  ", "bars": " | "}
"""What keeps the columns apart, by the name of the style; rules stand below the header of the last two."""


def tables(count: int) -> Iterator[tuple[str, Table, str]]:
    """Yield the style of each file, its table and its text."""
    for number in range(count):
        rng = random.Random(f"plain {number}")
        table, style = invent_table(rng), [*STYLES][number % len(STYLES)]
        before, after = (" ".join(rng.sample(FILLERS, 3)) for _ in range(2))
        yield style, table, f"{table.title}\n\n{before}\n\n{draw_table(table, style)}\n\n{after}\n"


def draw_table(table: Table, style: str) -> str:
    """Return a table as text: names to the left, numbers to the right."""
    columns = list(zip(table.columns, *table.rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    are_numbers = [all(cell.replace(".", "").isdigit() for cell in column[1:]) for column in columns]

    def line(cells: Sequence[str]) -> str:
        placed = zip(cells, widths, are_numbers, strict=True)
        text = STYLES[style].join(
            cell.rjust(width) if is_number else cell.ljust(width) for cell, width, is_number in placed
        )
        return f"| {text} |" if style == "bars" else text.rstrip()

    lines = [line(cells) for cells in (table.columns, *table.rows)]
    if style in ("rules", "bars"):
        lines.insert(1, line(["-" * width for width in widths]))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=25)
    arguments = parser.parse_args()
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, Assistant.in_memory(seed=False) as assistant:
        files = list(tables(arguments.files))
        for number, (_, _, text) in enumerate(files):
            Path(folder, f"{number}.txt").write_text(text, "utf-8")
        assistant.add(folder)
        for number, (style, table, _) in enumerate(files):
            filters = Filters(sources=(str(Path(folder, f"{number}.txt").resolve()),))
            for question, row, column in table.questions:
                answer = assistant.ask(question, filters=filters).answer
                is_right = answer is not None and is_correct(answer.short, [table.rows[row][column]])
                asked[style] += 1
                right[style] += is_right
                wrong[style] += answer is not None and not is_right
    figures = {style: {"asked": asked[style], "right": right[style], "wrong": wrong[style]} for style in asked}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
