"""Run the examples of the documentation, and compare what they give with what the page says."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "BLOCK",
    "DOCS",
    "blocks",
    "check_options",
    "in_own_thread",
    "normalized",
    "prompted_commands",
    "run_example",
    "run_page",
]

Result = TypeVar("Result")

DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a language in a text."""
    return [code for written_in, code in BLOCK.findall(page) if written_in == language]


def prompted_commands(page: str) -> list[str]:
    """Return the commands after ``$``, each on one line, without what is printed."""
    lines = "".join(blocks(page, "console")).replace("\\\n", " ")
    return re.findall(r"^\$ (.+)$", lines, re.MULTILINE)


def check_options(command: click.Command, words: Sequence[str]) -> None:
    """Check that a command line names commands and options that exist.

    :raises click.UsageError: if it does not.
    """
    context = click.Context(command)
    try:
        _, rest, _ = command.make_parser(context).parse_args(list(words))
    except click.BadOptionUsage:  # an option without its value, where the page speaks of it
        return
    if isinstance(command, click.Group) and rest:
        _, chosen, rest = command.resolve_command(context, rest)
        assert chosen
        check_options(chosen, rest)


def run_example(example: str, names: dict[str, Any]) -> int:
    """Run a block of Python; compare each expression with the value in a comment behind it; count these."""
    lines, compared = example.splitlines(), 0
    for node in ast.parse(example).body:
        source = ast.get_source_segment(example, node)
        assert source
        comment = lines[node.end_lineno - 1].partition("  # ")[2] if node.end_lineno else ""
        if isinstance(node, ast.Expr) and comment:
            assert repr(eval(source, names)) == comment, source
            compared += 1
        else:
            exec(compile(ast.Module([node], []), "example", "exec"), names)
    return compared


def in_own_thread(function: Callable[[], Result]) -> Result:
    """Return what a function returns in a thread of its own: Playwright's event loop may run in this one."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(function).result()


def run_page(page: str) -> None:
    """Run all blocks of Python of a page, one after the other; the texts below them are what they print."""
    in_own_thread(partial(_run_page, page))


def _run_page(page: str) -> None:
    names: dict[str, Any] = {}
    printed = ""
    for language, code in BLOCK.findall(page):
        if language == "python":
            with redirect_stdout(io.StringIO()) as output:
                run_example(code, names)
            printed = output.getvalue()
        elif language == "text":
            assert normalized(printed) == normalized(code)
            printed = ""
    assert not printed, "the page does not show what is printed"


def normalized(text: str) -> str:
    """Return a text without the confidences, which differ a little from one machine to another."""
    return re.sub(r"\d+% sure", "CONFIDENCE", text).strip()
