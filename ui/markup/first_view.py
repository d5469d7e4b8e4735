"""The page until the app is ready: the name, the greeting, the question box, and a sketch of the rest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ui.markup.rendering import render

__all__ = ["render_first_view"]

HERE = Path(__file__).parents[1]
STYLES = ("base", "conversation", "first_view", "narrow")


def render_first_view(header: str, greeting: str) -> str:
    """Return the first view of the page.

    :param header: the HTML of the header.
    :param greeting: the HTML of the empty conversation.
    """
    return render(
        "first_view.html",
        header=header,
        greeting=greeting,
        styles="\n".join(_read(f"styles/{name}.css") for name in STYLES),
        colours=_read("scripts/colours.js"),
        script=_read("scripts/first_view.js"),
    )


@cache
def _read(path: str) -> str:
    return (HERE / path).read_text("utf-8")
