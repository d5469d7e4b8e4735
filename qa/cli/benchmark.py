"""The command ``quotewell benchmark``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from qa.cli.options import InputFile, InputFolder, OutputFile, command
from qa.cli.output import emit, stage_progress
from qa.errors import DataError

__all__ = ["benchmark"]

REGRESSION = 0.1


@command("benchmark", "--passages 2000 --passages 20000 --output now.json")
@click.option(
    "--passages",
    multiple=True,
    type=click.IntRange(1),
    help="Measure a new library of this many passages; may be repeated.  [default: 2000]",
)
@click.option(
    "--library",
    "libraries",
    multiple=True,
    type=InputFolder,
    help="Measure this existing library; may be repeated.",
)
@click.option(
    "--users",
    multiple=True,
    type=click.IntRange(1),
    help="Also measure with this many concurrent users; may be repeated.",
)
@click.option(
    "--articles",
    type=InputFile,
    help="JSON lines with title and text, plain or .xz.  [default: the seed articles]",
)
@click.option(
    "--questions",
    type=InputFile,
    help="Question file, in a format that `evaluate` reads.  [default: drafted from the articles]",
)
@click.option("--asks", default=100, show_default=True, type=click.IntRange(1), help="Ask this many questions.")
@click.option("--against", type=InputFile, help="Compare with this earlier benchmark.  [default: the last one]")
@click.option("--output", type=OutputFile, help="Also write the figures to this file.")
def benchmark(
    *,
    passages: tuple[int, ...],
    libraries: tuple[Path, ...],
    users: tuple[int, ...],
    articles: Path | None,
    questions: Path | None,
    asks: int,
    against: Path | None,
    output: Path | None,
) -> None:
    """Measure how fast embedding, reading and asking are, by library size, and store the figures as JSON.

    Lists every figure that is more than 10% worse than in the earlier benchmark.
    """
    from qa.evaluation import load_examples, sample
    from qa.evaluation.speed import changes, measure
    from qa.settings import Settings

    store = Settings.from_environment().libraries / "benchmarks"
    earlier_file = against or max(store.glob("*.json"), default=None)
    earlier = _read(earlier_file) if earlier_file else None
    texts: list[str] = []
    if questions:
        texts = [example.question for example in sample(load_examples(questions), asks + 1, seed=0)]
    if not passages and not libraries:
        passages = (2000,)
    with stage_progress() as progress:
        figures = measure(
            passages,
            libraries=libraries,
            users=users,
            articles=articles,
            questions=texts,
            asks=asks,
            progress=progress,
        )
    store.mkdir(parents=True, exist_ok=True)
    for path in filter(None, (store / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json", output)):
        path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    emit(figures)
    if earlier is not None:
        worse = [change for change in changes(earlier, figures) if change.worse > REGRESSION]
        lines = [
            f"{change.name}: {change.before:g} -> {change.now:g}, {change.worse:.0%} worse" for change in worse
        ]
        nothing = f"no figure is more than {REGRESSION:.0%} worse"
        emit("\n".join([f"compared with {earlier_file}:", *(lines or [nothing])]))


def _read(path: Path) -> dict[str, Any]:
    try:
        figures = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a benchmark: {error}") from None
    if not isinstance(figures, dict):
        raise DataError(f"{path} is not a benchmark: it should hold a JSON object")
    return figures
