"""The commands that measure: ``quotewell evaluate``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli_options import EXAMPLE, json_option
from qa.settings import Settings
from qa.terminal import add_progress, emit, emit_figures, metrics_text, progress

if TYPE_CHECKING:
    from qa.evaluation import Example, Mode, Run

__all__ = ["evaluate"]

SHARED = (
    click.argument("data", type=click.Path(exists=True, path_type=Path)),
    click.option("--limit", type=click.IntRange(1), help="Ask only so many questions, drawn by the seed."),
    click.option("--seed", default=0, show_default=True, help="Which questions --limit draws."),
    click.option(
        "--seeds", "count", default=1, show_default=True, type=click.IntRange(1), help="Ask with so many seeds."
    ),
    click.option(
        "--output",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep the run in this folder; the same command goes on with it. Nothing is kept without.",
    ),
    json_option,
)


@click.group()
def evaluate() -> None:
    """Measure the reader, or the whole assistant, on questions with known answers."""


def mode_command(name: str, example: str) -> Callable[[Callable[..., Mode]], click.Command]:
    """Make a command of a function that makes a mode of DATA and its own options."""

    def decorate(function: Callable[..., Mode]) -> click.Command:
        @wraps(function)
        def run_mode(
            data: Path, limit: int | None, seed: int, count: int, output: Path | None, as_json: bool, **own: Any
        ) -> None:
            _note_drafts(data)
            run = _run(function(data, **own), limit, range(seed, seed + count), output)
            emit(_run_dict(run) if as_json else _run_text(run))

        command: Callable[..., None] = run_mode
        for decorator in reversed(SHARED):
            command = decorator(command)
        return evaluate.command(name, epilog=f"{EXAMPLE}evaluate {name} {example}")(command)

    return decorate


@mode_command("reader", "dev-v2.0.json --limit 500 --output runs/reader")
@click.option(
    "--threshold",
    default=0.0,
    show_default=True,
    help="Abstain where the best span's score is not so far above the null score.",
)
def evaluate_reader(data: Path, threshold: float) -> Mode:
    """Read each question of DATA (SQuAD v1.1, v2.0 or JSONL) with its own passage.

    Gives EM and F1 as the official scripts of SQuAD do. Where all questions have an answer, it never abstains.
    """
    from qa.assistant import reader_of
    from qa.evaluation import ReaderMode, load_dataset

    return ReaderMode(load_dataset(data), reader_of(Settings.from_environment()), threshold)


@evaluate.command("open", epilog=f"{EXAMPLE}evaluate open dev-v2.0.json --limit 500 --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(1), help="Ask only so many questions, drawn by the seed.")
@click.option("--seed", default=0, show_default=True, help="Which questions --limit draws.")
@click.option(
    "--leave-out", default=0.0, type=click.FloatRange(0, 1), help="Leave out this share of the paragraphs."
)
@json_option
def evaluate_open(file: Path, limit: int | None, seed: int, as_json: bool, leave_out: float) -> None:
    """Ask the questions of FILE of a library that holds all of its paragraphs."""
    from qa.assistant import Assistant
    from qa.evaluation import articles_of
    from qa.evaluation import evaluate_open as run
    from qa.evaluation import leave_out as split

    examples, every = _examples(file, limit, seed)
    kept, left_out = split(articles_of(every), leave_out, seed)
    with Assistant.in_memory(seed=False) as assistant:
        with add_progress() as on_progress:
            assistant.add(*kept, on_progress=on_progress)
        with progress(len(examples), "asking") as advance:
            result = run(assistant, examples, left_out={article.id for article in left_out}, progress=advance)
    emit_figures(result.to_dict(), as_json)


def _examples(file: Path, limit: int | None, seed: int) -> tuple[list[Example], list[Example]]:
    """Return the questions drawn, and all of them."""
    from qa.evaluation import load_examples, sample

    every = load_examples(file)
    return sample(every, limit, seed), every


def _run(mode: Mode, limit: int | None, seeds: range, output: Path | None) -> Run:
    from qa.evaluation import evaluate as run
    from qa.evaluation.report import write_report

    asked = min(limit or len(mode.data.examples), len(mode.data.examples)) * len(seeds)
    with progress(asked, mode.name) as advance:
        done = run(mode, output=output, limit=limit, seeds=seeds, progress=advance)
    if done.folder:
        write_report(done)
    return done


def _note_drafts(data: Path) -> None:
    """Say how many questions of a file do not count yet."""
    from qa.evaluation.datasets import count_drafts

    if data.is_file() and (drafts := count_drafts(data)):
        click.echo(f"{drafts} drafts in {data} do not count: correct them and take the mark away", err=True)


def _run_dict(run: Run) -> dict[str, Any]:
    """Return the figures, flat, with the ends of their intervals beside them."""
    if run.metrics is None:
        return {}
    intervals = {
        name: [figure.low, figure.high]
        for name, figure in run.metrics.figures.items()
        if figure.low is not None and figure.high is not None
    }
    return {**run.metrics.values(), "intervals": intervals}


def _run_text(run: Run) -> str:
    where = f"\nkept in {run.folder}; to read: {run.folder / 'report.html'}" if run.folder else ""
    return f"{metrics_text(run.metrics)}{where}" if run.metrics else ""
