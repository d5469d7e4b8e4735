"""The pages for visitors who are not logged in."""

from __future__ import annotations

from ui.markup.rendering import render

__all__ = ["render_login", "render_token_page"]


def render_login(*, failed: bool = False, name: str = "") -> str:
    """Return the login page.

    :param failed: whether an attempt has just failed.
    :param name: the name that was entered.
    """
    return render("login.html", failed=failed, name=name)


def render_token_page() -> str:
    """Return the page for a visitor whose address lacks the token."""
    return render("token_page.html")
