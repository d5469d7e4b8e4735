"""What the commands share: options, types of paths, and opening the library."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from qa.assistant import Assistant, Embed
    from qa.settings import Settings

__all__ = [
    "InputFile",
    "InputFolder",
    "OutputFile",
    "OutputFolder",
    "command",
    "confidence_option",
    "json_option",
    "library_option",
    "open_assistant",
]

InputFile = click.Path(exists=True, dir_okay=False, path_type=Path)
InputFolder = click.Path(exists=True, file_okay=False, path_type=Path)
OutputFolder = click.Path(file_okay=False, path_type=Path)


class _OutputFile(click.Path):
    """A file to write, refused before the work starts when its folder is missing or read-only."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = path.parent
        if not folder.is_dir():
            self.fail(f"{path}: the folder {folder} does not exist; create it first", param, ctx)
        if not os.access(folder, os.W_OK):
            self.fail(f"{path}: the folder {folder} is not writable", param, ctx)
        return path


OutputFile = _OutputFile(dir_okay=False, path_type=Path)

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")

library_option = click.option(
    "--library",
    "-l",
    default="default",
    envvar="QUOTEWELL_LIBRARY",
    show_default=True,
    help="Library, by name, folder or address.",
)

confidence_option = click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Abstain below this confidence, from 0 to 1.  [default: from the settings]",
)


def command(
    name: str, example: str = "", group: click.Group | None = None
) -> Callable[[Callable[..., None]], click.Command]:
    """Return a decorator that makes a command of a function, with an example at the end of its help text.

    :param name: its full name, groups included: ``evaluate init``.
    :param example: the arguments of the example.
    :param group: the group that the command belongs to.
    """
    make = group.command if group else click.command
    return make(name.rpartition(" ")[2], epilog=f"\b\nExample:\n  quotewell {name} {example}".rstrip())


def open_assistant(
    library: str, create: bool = True, embed: Embed = "now", settings: Settings | None = None
) -> Assistant:
    """Open a library; the engine is imported only here.

    :param embed: when to embed the seed articles of a new library.
    :param settings: those of the environment by default.
    """
    from qa.assistant import Assistant

    return Assistant.open(library, settings=settings, create=create, embed=embed)
