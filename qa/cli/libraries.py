"""The command ``quotewell libraries``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from qa.cli.options import command, json_option
from qa.cli.output import count, echo, emit, one_line, style
from qa.errors import LibraryError

__all__ = ["libraries"]


@command("libraries")
@json_option
def libraries(as_json: bool) -> None:
    """List the libraries that have a name, and how many articles each holds."""
    from qa.library.names import library_names
    from qa.settings import Settings

    home = Settings.from_environment().libraries
    described = {name: _describe(home / name) for name in library_names(home)}
    if as_json:
        emit({"libraries": [{"name": name, **about} for name, about in described.items()]})
        return
    for name, about in described.items():
        articles = about["articles"]
        size = "cannot be opened" if articles is None else count(articles, "article")
        echo(f"{style(one_line(name), bold=True)}  {size}")
        echo(style(f"    {one_line(about['error'] or about['folder'])}", dim=True))
    if not described:
        echo(f"There are no libraries in {home} yet. `quotewell add --library NAME FILES` creates one.")


def _describe(folder: Path) -> dict[str, Any]:
    """Return where a library is, and how many articles it holds, or why it cannot be opened."""
    from qa.library import open_library

    try:
        with closing(open_library(folder, encoder=None, create=False)) as library:
            return {"folder": str(folder), "articles": len(library), "error": ""}
    except LibraryError as error:
        return {"folder": str(folder), "articles": None, "error": str(error)}
