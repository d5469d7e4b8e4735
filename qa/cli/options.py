"""What all commands of the command line share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qa.assistant import Assistant, Embed
    from qa.settings import Settings

__all__ = ["command", "json_option", "library_option", "open_assistant"]

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")

library_option = click.option(
    "--library",
    "-l",
    default="default",
    envvar="QUOTEWELL_LIBRARY",
    show_default=True,
    help="Library: a name, or the path of a folder.",
)


def command(
    name: str, example: str = "", group: click.Group | None = None
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command whose help ends with an example of how to call it.

    :param name: its name after those of its groups: ``evaluate init``.
    :param example: the arguments of the example.
    :param group: the group to put it in.
    """
    make = group.command if group else click.command
    return make(name.rpartition(" ")[2], epilog=f"\b\nExample:\n  quotewell {name} {example}".rstrip())


def open_assistant(
    library: str, create: bool = True, embed: Embed = "now", settings: Settings | None = None
) -> Assistant:
    """Open the library, with the settings of the environment unless others are given, loading the engine only now.

    :param embed: when the seed articles of a new library are embedded.
    """
    from qa.assistant import Assistant

    return Assistant.open(library, settings=settings, create=create, embed=embed)
