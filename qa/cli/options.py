"""What the commands share: options, types of paths, and opening the library."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.environment.surroundings import libraries_home

if TYPE_CHECKING:
    from qa.assistant import Assistant, Embed
    from qa.settings import Settings

__all__ = [
    "DEFAULT_LIBRARY",
    "InputFile",
    "InputFolder",
    "OutputFile",
    "OutputFolder",
    "command",
    "confidence_option",
    "json_option",
    "library_option",
    "open_assistant",
    "ray_option",
]

DEFAULT_LIBRARY = "default"

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


def _complete_library(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:  # noqa: ARG001
    """Return the names of libraries that begin like this, for the completion of the shell."""
    from qa.library.names import library_names

    return [name for name in library_names(libraries_home()) if name.startswith(start)]


library_option = click.option(
    "--library",
    "-l",
    shell_complete=_complete_library,
    default=DEFAULT_LIBRARY,
    envvar="QUOTEWELL_LIBRARY",
    show_default=True,
    help="Library, by name, folder or address.",
)

confidence_option = click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Abstain below this confidence, from 0 to 1.  [default: from the settings]",
)

ray_option = click.option(
    "--ray",
    "ray_address",
    metavar="ADDRESS",
    help="Let the Ray cluster at this address do the work: HOST:PORT of its head, or auto.",
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
    library: str,
    *,
    create: bool | None = None,
    seed: bool | None = None,
    embed: Embed = "now",
    settings: Settings | None = None,
) -> Assistant:
    """Open a library; the engine is imported only here.

    :param create: whether to create a missing library; by default, only that named "default".
    :param seed: whether a new library starts with the seed article; by default, only that named "default".
    :param embed: when to embed the seed article.
    :param settings: those of the environment by default.
    """
    from qa.assistant import Assistant

    is_default = library == DEFAULT_LIBRARY
    return Assistant.open(
        library,
        settings=settings,
        create=is_default if create is None else create,
        seed=is_default if seed is None else seed,
        embed=embed,
    )
