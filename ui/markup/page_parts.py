"""The header of the page, the welcome to an empty conversation, the preferences, and short messages."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import ArticleInfo, EmbeddingState
from ui.markup.rendering import render

__all__ = ["render_header", "render_message", "render_preferences", "render_welcome"]


def render_header(count: int, state: EmbeddingState) -> str:
    """Return the header: how many articles there are and, while passages wait, how many are embedded."""
    return render("header.html", count=count, state=state)


def render_message(message: str) -> str:
    """Return a message for a panel that has nothing else to show."""
    return render("message.html", message=message)


def render_welcome(count: int, examples: Sequence[str], newest: Sequence[ArticleInfo] = ()) -> str:
    """Return what an empty conversation shows: example questions, or that the library needs articles first.

    :param count: the number of articles in the library.
    :param newest: articles to start reading with, if there are no examples.
    """
    return render("welcome.html", count=count, examples=examples, newest=newest)


def render_preferences() -> str:
    """Return the settings that only the browser stores, and the keyboard shortcuts."""
    return render("preferences.html")
