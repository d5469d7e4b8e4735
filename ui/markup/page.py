"""The head of the page, and remarks."""

from __future__ import annotations

from ui.markup.escaping import text
from ui.markup.wording import counted

__all__ = ["header", "message"]


def header(count: int) -> str:
    """Return the head of the page, with the number of articles."""
    return (
        '<div class="qw-header"><h1>Quotewell</h1>'
        f"<p>Answers in the words of your articles. {counted(count, 'article')} in the library.</p></div>"
    )


def message(words: str) -> str:
    """Return a quiet remark, for a panel that has nothing else to show."""
    return f'<div class="qw-message"><p>{text(words)}</p></div>'
