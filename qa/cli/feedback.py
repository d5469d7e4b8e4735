"""The commands about users' ratings of answers: ``quotewell feedback``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from qa.cli.options import OutputFile, command, json_option, library_option, open_assistant
from qa.cli.output import count, emit, feedback_text

__all__ = ["feedback"]


@click.group()
def feedback() -> None:
    """List and export users' ratings of answers."""


@command("feedback list", "--library news", group=feedback)
@library_option
@json_option
def list_feedback(library: str, as_json: bool) -> None:
    """List the ratings of answers, with their comments."""
    with open_assistant(library, create=False) as assistant:
        ratings = assistant.feedback()
    if as_json:
        emit({"feedback": [asdict(rating) | {"given_at": rating.given_at.isoformat()} for rating in ratings]})
    else:
        emit("\n".join([*map(feedback_text, ratings), count(len(ratings), "rating")]))


@command("feedback export", "feedback.json", group=feedback)
@click.argument("path", type=OutputFile)
@library_option
@json_option
def export_feedback(path: Path, library: str, as_json: bool) -> None:
    """Write the ratings to PATH as questions in SQuAD format, which `evaluate` can read.

    An answer rated as right becomes a question with that answer. A question rated as not answered by the articles
    becomes one without an answer. Wrong answers are listed under "to_review", because nobody has given the right
    one.
    """
    with open_assistant(library, create=False) as assistant:
        questions, to_review = assistant.export_feedback(path)
    if as_json:
        emit({"exported": questions, "to_review": to_review, "path": str(path)})
    else:
        emit(f"{count(questions, 'question')} written to {path}, {to_review} to review")
