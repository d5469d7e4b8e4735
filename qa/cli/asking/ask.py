"""The commands that ask: ``quotewell ask`` and ``quotewell chat``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from qa.cli.asking.answerer import Answerer
from qa.cli.asking.questions import only_question, question_lines
from qa.cli.options import InputFile, command, confidence_option, library_option, open_assistant
from qa.cli.output import echo, echo_styled, progress, style, styled
from qa.cli.replies.ask_request import AskRequest, Output
from qa.cli.replies.wrapping import print_reply
from qa.errors import QuestionError
from qa.types import Filters

__all__ = ["ask", "chat"]


def filter_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that restrict which articles are searched; the command gets them as ``filters``."""

    @click.option("--after", metavar="DATE", help="Only search articles from this day, month or year on.")
    @click.option("--before", metavar="DATE", help="Only search articles up to this day, month or year.")
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
        after: str | None,
        before: str | None,
        sources: tuple[str, ...],
        tags: tuple[str, ...],
        keep_undated: bool,
        **rest: Any,
    ) -> None:
        filters = Filters(after, before, sources, tags, keep_undated=keep_undated)
        function(filters=filters, **rest)

    return with_filters


@command("ask", '"How many Shahed drones were used?" --min-confidence 0.6')
@click.argument("question", nargs=-1)
@library_option
@click.option("--file", type=InputFile, help="Ask each line of this file instead of QUESTION.")
@confidence_option
@click.option("--passages", type=click.IntRange(1), help="Read this many passages.  [default: from the settings]")
@filter_options
@click.option(
    "--daemon/--no-daemon", default=True, help="Let `quotewell daemon` answer if it runs.  [default: daemon]"
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, or one on each line for several questions."
)
@click.pass_context
def ask(
    context: click.Context,
    *,
    question: tuple[str, ...],
    library: str,
    file: Path | None,
    min_confidence: float | None,
    passages: int | None,
    filters: Filters,
    daemon: bool,
    as_json: bool,
) -> None:
    """Answer QUESTION with a quote from the library's articles, or say that they do not answer it.

    `quotewell ask -` asks each line of standard input.
    """
    lines = question_lines(question, file)
    single = only_question(question) if lines is None else ""
    output: Output = "text" if not as_json else "json" if lines is None else "json lines"
    request = AskRequest(min_confidence, passages, filters, output)
    use_daemon = daemon and not context.find_root().params["debug"]  # the log of a daemon is elsewhere
    with Answerer(library, request, use_daemon=use_daemon) as answerer:
        if lines is None:
            show = echo_styled if as_json else print_reply
            show(answerer.answer(single))
        elif not _ask_all(answerer, lines, as_json=as_json):
            raise SystemExit(1)


def _ask_all(answerer: Answerer, questions: Iterable[str], *, as_json: bool) -> bool:
    """Ask one question after another; return whether all of them could be asked."""
    failures = 0
    with _question_progress(questions) as advance:
        for question, answer in answerer.answer_all(questions):
            failures += isinstance(answer, QuestionError)
            _show(question, answer, as_json=as_json)
            advance(1)
    return not failures


def _show(question: str, answer: str | QuestionError, *, as_json: bool) -> None:
    """Print the reply to one of several questions, or why it cannot be asked."""
    if as_json:
        if isinstance(answer, QuestionError):
            answer = json.dumps({"question": question, "error": str(answer)}, ensure_ascii=False)
        echo_styled(answer)
    else:
        text = f"Not asked: {answer}" if isinstance(answer, QuestionError) else answer
        print_reply(f"{styled(style(question, bold=True))}\n{text}\n")


@contextmanager
def _question_progress(questions: Iterable[str]) -> Iterator[Callable[[int], None]]:
    """Show how many questions are answered, unless the terminal shows the answers themselves."""
    if sys.stdout.isatty():
        yield lambda _: None
        return
    with progress(len(questions) if isinstance(questions, Sized) else None, "asking") as advance:
        yield advance


@command("chat", "--library news")
@library_option
@confidence_option
def chat(library: str, min_confidence: float | None) -> None:
    """Ask one question after another in the terminal. An empty line ends the conversation."""
    from qa.cli.replies.reply_text import reply_text

    with open_assistant(library) as assistant:
        assistant.warm_up()
        conversation = assistant.chat()
        while question := _prompt():
            try:
                reply = conversation.ask(question, min_confidence=min_confidence)
                print_reply(styled(reply_text(reply)) + "\n")
            except QuestionError as error:
                echo(f"{error}", err=True)


def _prompt() -> str:
    try:
        return str(click.prompt(click.style("?", bold=True), prompt_suffix=" ", default="", show_default=False))
    except click.Abort:
        return ""
