"""What all commands of the command line share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qa.assistant import Assistant, Embed
    from qa.settings import Settings

__all__ = ["EXAMPLE", "json_option", "library_option", "open_assistant"]

EXAMPLE = "\b\nExample:\n  quotewell "

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")

library_option = click.option(
    "--library",
    "-l",
    default="default",
    envvar="QUOTEWELL_LIBRARY",
    show_default=True,
    help="Library: a name, or the path of a folder.",
)


def open_assistant(
    library: str, create: bool = True, embed: Embed = "now", settings: Settings | None = None
) -> Assistant:
    """Open the library, with the settings of the environment unless others are given, loading the engine only now.

    :param embed: when the seed articles of a new library are embedded.
    """
    from qa.assistant import Assistant

    return Assistant.open(library, settings=settings, create=create, embed=embed)
