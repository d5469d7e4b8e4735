"""The commands that measure: ``quotewell evaluate``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli_options import EXAMPLE, json_option
from qa.settings import Settings
from qa.terminal import add_progress, emit_figures, progress

if TYPE_CHECKING:
    from qa.evaluation import Example

__all__ = ["evaluate"]


@click.group()
def evaluate() -> None:
    """Measure the reader, or the whole assistant, on questions with known answers."""


def evaluation(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make an evaluation command, with the options that all of them share."""
    decorators = [
        evaluate.command(name, epilog=f"{EXAMPLE}evaluate {name} dev-v2.0.json --limit 500 --json"),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--limit", type=click.IntRange(1), help="Ask only so many questions, drawn by the seed."),
        click.option("--seed", default=0, show_default=True, help="Which questions --limit draws."),
        json_option,
    ]

    def decorate(function: Callable[..., None]) -> click.Command:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function  # type: ignore[return-value]

    return decorate


@evaluation("reader")
def evaluate_reader(file: Path, limit: int | None, seed: int, as_json: bool) -> None:
    """Read each question of FILE (SQuAD v1.1, v2.0 or JSONL) with its own paragraph."""
    from qa.assistant import reader_of
    from qa.evaluation import evaluate_reader as run

    examples, _ = _examples(file, limit, seed)
    with progress(len(examples), "reading") as advance:
        result = run(reader_of(Settings.from_environment()), examples, progress=advance)
    emit_figures(result.to_dict(), as_json)


@evaluation("open")
@click.option(
    "--leave-out", default=0.0, type=click.FloatRange(0, 1), help="Leave out this share of the paragraphs."
)
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
