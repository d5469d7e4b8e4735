"""The questions of ``quotewell ask``: its arguments, the lines of a file, or those of standard input."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from qa.errors import DataError

__all__ = ["only_question", "question_lines"]

STANDARD_INPUT = "-"
_WEB_ADDRESS = re.compile(r"https?://\S+")


def question_lines(arguments: Sequence[str], file: Path | None) -> Iterable[str] | None:
    """Return the questions of a file or, as they come, of standard input; None if the arguments are a question.

    :raises UsageError: if there are both.
    :raises DataError: if they are no text.
    """
    if file:
        if arguments:
            raise click.UsageError("ask either a question or those of --file, not both")
        return _read_file(file)
    return _lines(sys.stdin, "standard input") if list(arguments) == [STANDARD_INPUT] else None


def only_question(arguments: Sequence[str]) -> str:
    """Return the one question.

    :raises UsageError: if there is none, or the arguments look like a mistake; the message says what to do.
    """
    match arguments:
        case []:
            raise click.UsageError('ask a question: quotewell ask "Who visited Kyiv?" (or `-` for standard input)')
        case [address] if _WEB_ADDRESS.fullmatch(address):
            raise click.UsageError(
                f"{address} is a web page, not a question: add it with `quotewell add --fetch {address}`, then ask"
            )
        case [path] if _is_file(path):
            raise click.UsageError(f"{path} is a file, not a question: `--file {path}` asks each of its lines")
        case [question]:
            return question
    together = " ".join(arguments)
    raise click.UsageError(f"put the question in quotes: quotewell ask {shlex.quote(together)}")


def _read_file(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig") as lines:
        return list(_lines(lines, str(file)))


def _lines(lines: Iterable[str], name: str) -> Iterator[str]:
    """Yield the lines that are not blank."""
    try:
        yield from filter(None, map(str.strip, lines))
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8 text: {error.reason}") from None


def _is_file(name: str) -> bool:
    try:
        return bool(Path(name).suffix) and Path(name).is_file()
    except OSError:  # too long for a name
        return False
