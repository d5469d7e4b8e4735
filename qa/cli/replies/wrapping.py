"""Print a reply on a terminal: in colour, and wrapped between words."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from qa.cli.output import echo_styled, only_styles

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_reply"]

MOST_COLUMNS = 100
"""Longer lines are hard to read."""
LEAST_COLUMNS = 20
_MARGIN = re.compile(r" *(\[\d+\] )?")


def print_reply(text: str, console: Console | None = None) -> None:
    """Print what :func:`~qa.cli.output.styled` returned; as it is, unless standard output is a terminal.

    :param console: a terminal to print to instead.
    """
    if console is None:
        if not sys.stdout.isatty():
            echo_styled(text)
            return
        from rich.console import Console

        console = Console(highlight=False, markup=False, emoji=False)
    for line in only_styles(text).split("\n"):
        _print_line(console, line)


def _print_line(console: Console, line: str) -> None:
    """Print a line. What does not fit goes on below its first word."""
    from rich.text import Text

    text = Text.from_ansi(line)
    match = _MARGIN.match(text.plain)
    margin = match.end() if match else 0
    width = max(LEAST_COLUMNS, min(console.width, MOST_COLUMNS) - margin)
    start = text[:margin]
    for part in text[margin:].wrap(console, width):
        part.rstrip()
        console.print(start + part, soft_wrap=True)
        start = Text(" " * margin)
