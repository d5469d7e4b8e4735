"""The continuous check: fixed questions in each mode of ``qa.evaluation``, compared with recorded figures.

    QUOTEWELL_DATA=DATA python -m benchmarks.regression
    QUOTEWELL_DATA=DATA python -m benchmarks.regression --record

DATA, or its folder ``eval``, holds SQuAD's dev sets. The mode ``meaning`` asks the tuning half of our own
questions: the shares that are answered right in other words and as typed, and the share of the misleading ones
that is refused. The check fails when a figure is more than two points below the one in recorded.json: that is
more than int8 and float32 differ by, and less than users would notice. Without the data it says so and passes.
``--record`` records the new figures; do that when they changed for a reason, and give the reason in the commit.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.abstaining import Outcome, ask_all
from qa.evaluation import (
    ConfidenceMode,
    Corpus,
    Dataset,
    Mode,
    OpenMode,
    ReaderMode,
    RetrievalMode,
    gold_article_id,
    load_dataset,
    sample,
)
from qa.evaluation.predictions import Prediction
from qa.reader import CachingReader
from qa.settings import Settings

__all__ = ["RECORDED", "TOLERANCE", "Row", "compare", "find_data", "small", "table"]

RECORDED = Path(__file__).with_name("recorded.json")
OWN_QUESTIONS = Path(__file__).parent / "questions" / "meaning-tune.json"
TOLERANCE = 2.0
QUESTIONS, PARAGRAPHS, SEED = 300, 1000, 0
READINGS = 20_000
"""More than are made: two modes ask the same questions, mostly of the same passages."""
SETS = ("squad-dev-v1.1.json", "squad-dev-v2.0.json")
WATCHED = {
    "reader": {"exact_match": 1, "f1": 1, "best_f1": 1},
    "retrieval": {"recall_at_5": 100},
    "open": {"exact_match": 1, "f1": 1, "recall_at_5": 100, "citation_accuracy": 1},
    "confidence": {"right": 100, "auroc": 100},
}
"""The figures that must not fall, by mode, each with the factor that turns it into points."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in points: the recorded one, None for a new figure, and the present one."""

    mode: str
    name: str
    recorded: float | None
    now: float

    @property
    def fell(self) -> bool:
        """Whether the figure fell by more than the tolerance."""
        return self.recorded is not None and self.now < self.recorded - TOLERANCE


def main() -> None:
    """Measure, print a table, and exit with 1 if a figure fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="record the new figures")
    arguments = parser.parse_args()
    folder = find_data(os.environ.get("QUOTEWELL_DATA", ""))
    if folder is None:
        print(f"The recorded figures are not checked: QUOTEWELL_DATA names no folder with {' and '.join(SETS)}.")
        return
    if not (arguments.record or RECORDED.exists()):
        print(f"{RECORDED.name} does not exist yet; write it with --record.")
        return
    answerable, either = (load_dataset(folder / name) for name in SETS)
    checksums = {data.name: data.sha256 for data in (answerable, either)}
    now = measure(answerable, either)
    if arguments.record:
        RECORDED.write_text(json.dumps({"data": checksums, "figures": now}, indent=2) + "\n", "utf-8")
        return
    recorded = json.loads(RECORDED.read_text("utf-8"))
    if recorded["data"] != checksums:
        sys.exit(f"the questions in {folder} are not those of {RECORDED.name}")
    rows = list(compare(recorded["figures"], now))
    print(table(rows))
    if fallen := [f"{row.name} ({row.mode})" for row in rows if row.fell]:
        sys.exit(f"fell by more than {TOLERANCE:g} points: {', '.join(fallen)}")


def find_data(setting: str) -> Path | None:
    """Return the folder that holds the data sets, or None if there is none."""
    places = [Path(setting), Path(setting) / "eval"] if setting else []
    return next((place for place in places if all((place / name).is_file() for name in SETS)), None)


def measure(answerable: Dataset, either: Dataset) -> dict[str, dict[str, float]]:
    """Return the watched figures of all modes. The modes that search share one library, and readings."""
    data = small(answerable)
    with TemporaryDirectory() as scratch:
        corpus = Corpus(Settings.from_environment(), folder=Path(scratch) / "library")
        corpus.reader = CachingReader(corpus.reader, READINGS)
        modes: list[Mode] = [
            ReaderMode(either, corpus.reader),
            RetrievalMode(data, corpus),
            OpenMode(data, corpus, simulate=False),
            ConfidenceMode(data, corpus),
        ]
        return {mode.name: _figures(mode) for mode in modes} | {"meaning": meaning(ask_all(OWN_QUESTIONS))}


def meaning(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the shares of our own questions that are dealt with rightly, in percent."""
    right = {
        kind: [outcome.given and outcome.right for outcome in outcomes if outcome.kind == kind]
        for kind in ("other-words", "typed")
    }
    refused = [not outcome.given for outcome in outcomes if not outcome.answerable]
    shares = {"other_words": right["other-words"], "typed": right["typed"], "misleading_refused": refused}
    return {name: round(100 * sum(one) / len(one), 2) for name, one in shares.items()}


def small(data: Dataset) -> Dataset:
    """Return a sample of the questions, with a small corpus that holds their paragraphs and some others."""
    examples = sample(data.examples, QUESTIONS, SEED)
    gold = {gold_article_id(example) for example in examples}
    others = [article.id for article in data.articles if article.id not in gold]
    kept = gold | set(others[: max(0, PARAGRAPHS - len(gold))])
    return replace(data, examples=examples, articles=[article for article in data.articles if article.id in kept])


def compare(recorded: Mapping[str, Any], now: Mapping[str, Mapping[str, float]]) -> Iterator[Row]:
    """Yield a row for each figure."""
    for mode, figures in now.items():
        for name, value in figures.items():
            yield Row(mode, name, recorded.get(mode, {}).get(name), value)


def table(rows: list[Row]) -> str:
    """Return the rows as text."""
    lines = [f"{'mode':<12}{'figure':<20}{'recorded':>9}{'now':>8}{'change':>8}"]
    for row in rows:
        is_recorded = row.recorded is not None
        before, change = (
            (f"{row.recorded:.1f}", f"{row.now - (row.recorded or 0):+.1f}") if is_recorded else ("-", "")
        )
        mark = "  fell" if row.fell else ""
        lines.append(f"{row.mode:<12}{row.name:<20}{before:>9}{row.now:>8.1f}{change:>8}{mark}")
    return "\n".join(lines)


def _figures(mode: Mode) -> dict[str, float]:
    """Return the watched figures of a mode. Their intervals, which nobody would look at, are left out."""
    lines: list[Prediction] = []
    examples = sample(mode.data.examples, QUESTIONS, SEED)
    with tqdm(total=QUESTIONS, desc=mode.name, disable=None) as bar:
        for some in mode.predict(examples, SEED):
            lines += some
            bar.update(len(some))
    measures, exact = mode.measures(lines), mode.extras(lines)
    everything = np.arange(len(lines))
    watched = WATCHED[mode.name]
    values = {name: exact[name].value if name in exact else measures[name](everything) for name in watched}
    return {name: round(points * float(values[name] or 0), 2) for name, points in watched.items()}


if __name__ == "__main__":
    main()
