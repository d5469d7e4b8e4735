"""The header, the welcome text of an empty conversation, the preferences, and short messages."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import ArticleInfo, EmbeddingState
from ui.markup.rendering import render

__all__ = ["render_formats", "render_header", "render_message", "render_preferences", "render_welcome"]


def render_header(count: int, state: EmbeddingState, libraries: Sequence[str] = (), library: str = "") -> str:
    """Return the header: the number of articles and, while passages are pending, the number embedded.

    :param libraries: the names of the libraries that visitors can choose.
    :param library: the name of the one that is shown.
    """
    return render("header.html", count=count, state=state, libraries=libraries, library=library)


def render_message(message: str) -> str:
    """Return a message for an empty panel."""
    return render("message.html", message=message)


def render_welcome(count: int, examples: Sequence[str], newest: Sequence[ArticleInfo] = ()) -> str:
    """Return the welcome text: example questions, or how to add articles to an empty library.

    :param count: the number of articles in the library.
    :param newest: the most recently added articles, shown if there are no examples.
    """
    return render("welcome.html", count=count, examples=examples, newest=newest)


def render_formats() -> str:
    """Return the formats of files that can be added."""
    return render("accepted_files.html")


def render_preferences(*, has_accounts: bool) -> str:
    """Return the choice of colours, the keyboard shortcuts and, if visitors have accounts, how to log out."""
    return render("preferences.html", has_accounts=has_accounts)
