"""The head of the page, what stands in the place of a talk before it begins, and remarks."""

from __future__ import annotations

from collections.abc import Sequence

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text
from qa.types import ArticleInfo, EmbeddingState
from ui.markup.wording import counted, day, titled

__all__ = ["render_header", "render_message", "render_preferences", "render_welcome"]

KEYS = (
    ("Enter", "asks; with Shift, begins a new line"),
    ("/", "goes to the question"),
    ("← →", "walk through the citations of a reply; on a tab, through the tabs"),
    ("Esc", "leaves the question; leads from a source back to its citation"),
)


def render_header(count: int, state: EmbeddingState) -> str:
    """Return the head of the page, with the number of articles and, until it is done, how far the embedding is."""
    embedding = f" {state.embedded:,} of {state.passages:,} passages embedded." if state.pending else ""
    return (
        '<div class="qw-header"><h1>Quotewell</h1>'
        f"<p>Answers in the words of your articles. {counted(count, 'article')} in the library.{embedding}</p>"
        "</div>"
    )


def render_message(words: str) -> str:
    """Return a quiet remark, for a panel that has nothing else to show."""
    return f'<div class="qw-message"><p>{text(words)}</p></div>'


def render_welcome(count: int, examples: Sequence[str], newest: Sequence[ArticleInfo] = ()) -> str:
    """Return what an empty talk shows: what can be asked, or that articles are needed first.

    :param newest: articles to begin with reading, where there are no examples.
    """
    if not count:
        return (
            '<div class="qw-greeting"><h2>There are no articles yet</h2>'
            "<p>Add some under <b>Library</b>, or drop files anywhere on this page.</p></div>"
        )
    buttons = "".join(
        f'<li><button type="button" data-question="{attribute(example)}">{text(example)}</button></li>'
        for example in examples
    )
    articles = "".join(_entry(info) for info in newest)
    return (
        '<div class="qw-greeting"><h2>Ask the articles</h2>'
        "<p>Every answer is a quote, and one click shows it in its article. "
        "When the articles do not say, neither does Quotewell.</p>"
        + (f'<ul class="qw-examples">{buttons}</ul>' if buttons else "")
        + (f'<h3>Newest in the library</h3><ul class="qw-examples">{articles}</ul>' if articles else "")
        + '<div class="qw-earlier"></div></div>'  # filled by the browser, which alone knows
    )


def _entry(info: ArticleInfo) -> str:
    date = f'<span class="qw-facts">{day(info.date)}</span>' if info.date else ""
    return (
        f'<li><button type="button" data-place="article:{attribute(info.id)}">'
        f'<span class="qw-title">{titled(info.title)}</span>{date}</button></li>'
    )


def render_preferences() -> str:
    """Return the settings that the browser alone knows, and the keys."""
    themes = "".join(
        f'<label><input type="radio" name="qw-theme" value="{theme}">{label}</label>'
        for theme, label in (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
    )
    keys = "".join(
        f"<div><dt>{''.join(f'<kbd>{key}</kbd>' for key in pressed.split())}</dt><dd>{does}</dd></div>"
        for pressed, does in KEYS
    )
    return (
        f'<div class="qw-preferences"><fieldset><legend>Colours</legend>{themes}</fieldset>'
        f"<h2>Keys</h2><dl>{keys}</dl>"
        "<p>Settings and earlier talks are kept in this browser, on this computer.</p></div>"
    )
