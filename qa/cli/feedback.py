"""The commands about what readers thought of replies: ``quotewell feedback``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from qa.cli.options import command, json_option, library_option, open_assistant
from qa.cli.output import emit, feedback_text

__all__ = ["feedback"]


@click.group()
def feedback() -> None:
    """See what readers thought of the answers, and evaluate with it."""


@command("feedback list", "--library news", group=feedback)
@library_option
@json_option
def list_feedback(library: str, as_json: bool) -> None:
    """List the verdicts on answers, with their comments."""
    with open_assistant(library, create=False) as assistant:
        given = assistant.feedback()
    if as_json:
        emit({"feedback": [asdict(one) | {"given_at": one.given_at.isoformat()} for one in given]})
    else:
        emit("\n".join([*map(feedback_text, given), f"{len(given)} verdicts"]))


@command("feedback export", "feedback.json", group=feedback)
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@library_option
@json_option
def export_feedback(path: Path, library: str, as_json: bool) -> None:
    """Write the verdicts to PATH as questions in SQuAD format, which `evaluate` can read.

    Right answers become questions with that answer, and questions that the articles do not answer become ones
    without. Wrong answers stand apart under "to_review", as nobody said what would be right.
    """
    with open_assistant(library, create=False) as assistant:
        questions, to_review = assistant.export_feedback(path)
    if as_json:
        emit({"exported": questions, "to_review": to_review, "path": str(path)})
    else:
        emit(f"{questions} questions written to {path}, and {to_review} to review")
