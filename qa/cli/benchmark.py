"""The command ``quotewell benchmark``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from qa.cli.options import command
from qa.cli.output import emit
from qa.errors import DataError

__all__ = ["benchmark"]

REGRESSION = 0.1
folder = click.Path(exists=True, file_okay=False, path_type=Path)
file = click.Path(exists=True, dir_okay=False, path_type=Path)


@command("benchmark", "--passages 2000 --passages 20000 --output now.json")
@click.option(
    "--passages", multiple=True, type=click.IntRange(1), help="Size of a library to make.  [default: 2000]"
)
@click.option("--library", "libraries", multiple=True, type=folder, help="A library to ask as it is.")
@click.option("--users", multiple=True, type=click.IntRange(1), help="Ask again, so many at once.")
@click.option("--articles", type=file, help="JSON lines with title and text, or .xz.  [default: the seeds]")
@click.option("--questions", type=file, help="A file as of `evaluate`.  [default: made from the articles]")
@click.option("--asks", default=100, show_default=True, type=click.IntRange(1), help="Questions that are asked.")
@click.option("--against", type=file, help="Earlier figures to compare with.  [default: the last that were kept]")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Keep the figures here as well.")
def benchmark(
    passages: tuple[int, ...],
    libraries: tuple[Path, ...],
    users: tuple[int, ...],
    articles: Path | None,
    questions: Path | None,
    asks: int,
    against: Path | None,
    output: Path | None,
) -> None:
    """Measure embedding, reading, and asking by stage over libraries of some sizes; keep the figures as JSON.

    What got more than a tenth worse than the figures that it is compared with is told.
    """
    from tqdm import tqdm

    from qa.evaluation import load_examples, sample
    from qa.evaluation.speed import changes, measure
    from qa.settings import Settings

    kept = Settings.from_environment().libraries / "benchmarks"
    earlier = against or max(kept.glob("*.json"), default=None)
    asked = [one.question for one in sample(load_examples(questions), asks + 1, seed=0)] if questions else []
    if not passages and not libraries:
        passages = (2000,)
    with tqdm(disable=None) as bar:

        def progress(stage: str, done: int, total: int) -> None:
            bar.set_description(stage, refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        now = measure(
            passages,
            libraries=libraries,
            users=users,
            articles=articles,
            questions=asked,
            asks=asks,
            progress=progress,
        )
    kept.mkdir(parents=True, exist_ok=True)
    for path in filter(None, (kept / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json", output)):
        path.write_text(json.dumps(now, indent=2) + "\n", "utf-8")
    emit(now)
    if earlier:
        found = [one for one in changes(_read(earlier), now) if one.worse > REGRESSION]
        lines = [f"{one.name}: {one.before:g} -> {one.now:g}, {one.worse:.0%} worse" for one in found]
        emit("\n".join([f"against {earlier}:", *(lines or ["nothing got worse by more than a tenth"])]))


def _read(path: Path) -> dict[str, Any]:
    try:
        figures: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DataError(f"{path} holds no figures: {error}") from None
    return figures
