"""The commands that ask: ``quotewell ask`` and ``quotewell chat``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import click

from qa.cli.options import command, confidence_option, json_option, library_option, open_assistant
from qa.cli.output import echo, emit
from qa.cli.reply_text import reply_text
from qa.errors import QuestionError
from qa.types import Filters

__all__ = ["ask", "chat"]


def filter_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that restrict which articles are searched; the command gets them as ``filters``."""
    day = click.DateTime(["%Y-%m-%d"])

    @click.option("--after", type=day, help="Only search articles with this date or a later one.")
    @click.option("--before", type=day, help="Only search articles with this date or an earlier one.")
    @click.option(
        "--source",
        "sources",
        multiple=True,
        help="Only search articles whose source matches this pattern; may be repeated.",
    )
    @click.option("--tag", "tags", multiple=True, help="Only search articles with this tag; may be repeated.")
    @click.option(
        "--keep-undated", is_flag=True, help="With --after or --before, also search articles without a date."
    )
    @wraps(function)
    def with_filters(
        *,
        after: datetime | None,
        before: datetime | None,
        sources: tuple[str, ...],
        tags: tuple[str, ...],
        keep_undated: bool,
        **rest: Any,
    ) -> None:
        days = (after and after.date(), before and before.date())
        filters = Filters(*days, sources, tags, keep_undated=keep_undated)
        function(filters=filters, **rest)

    return with_filters


@command("ask", '"How many Shahed drones were used?" --min-confidence 0.6')
@click.argument("question")
@library_option
@confidence_option
@click.option("--passages", type=click.IntRange(1), help="Read this many passages.  [default: from the settings]")
@filter_options
@json_option
def ask(
    question: str,
    library: str,
    min_confidence: float | None,
    passages: int | None,
    filters: Filters,
    as_json: bool,
) -> None:
    """Answer QUESTION with a quote from the library's articles, or say that they do not answer it."""
    with open_assistant(library) as assistant:
        reply = assistant.ask(question, min_confidence=min_confidence, filters=filters, passages=passages)
    emit(reply.to_dict() if as_json else reply_text(reply))


@command("chat", "--library news")
@library_option
@confidence_option
def chat(library: str, min_confidence: float | None) -> None:
    """Ask one question after another in the terminal. An empty line ends the conversation."""
    with open_assistant(library) as assistant:
        assistant.warm_up()
        conversation = assistant.chat()
        while question := _prompt():
            try:
                emit(reply_text(conversation.ask(question, min_confidence=min_confidence)) + "\n")
            except QuestionError as error:
                echo(f"{error}", err=True)


def _prompt() -> str:
    try:
        return str(click.prompt(click.style("?", bold=True), prompt_suffix=" ", default="", show_default=False))
    except click.Abort:
        return ""
