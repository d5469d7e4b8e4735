"""Text of any origin, made harmless for HTML, for Markdown, for BibTeX and for a single line.

The last three put the text on one line; in them, controls that HTML cannot hold, or that make text read in another
order than it is stored in, become U+FFFD.
"""

from __future__ import annotations

import html
import re

__all__ = ["bibtex", "clean_html", "html_text", "markdown", "single_line"]

_NOT_HTML = re.compile("[\0\ud800-\udfff]")
# Controls that make text read in another order than it is stored in.
_REORDERING = "[\u202a-\u202e\u2066-\u2069]"
# A run of them in text; or a tag, with its text where that can hold no element or is isolated already.
_TAG_OR_REORDERING = re.compile(
    f'<(?:(?:title|desc|option|text)\\b[^>]*|bdi class="qw-control")>[^<]*|<[^>]*>|(?P<controls>{_REORDERING}+)'
)

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# Always special, or special in some dialect as a part of a link (a mail address, or the start of a URL).
_MARKS = re.compile(r"[\\`*_\[\]<>|~&$#{}@^]|:(?=\S)|(?<=\S)\.(?=[^\W\d])")
_LINE_START = re.compile(r"^(\s*(?:\d{1,9}(?=[.)])|(?=[-+=:])))(.)")

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # not \{: BibTeX counts escaped braces too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"\textquotedbl{}",
    **{mark: f"\\{mark}" for mark in "%$#&_"},
}


def html_text(value: str) -> str:
    """Return any text as HTML that shows it and does nothing else."""
    return clean_html(html.escape(value))


def clean_html(page: str) -> str:
    """Return escaped HTML of which a parser reads back every character, but for those that HTML cannot hold.

    Those become U+FFFD. Carriage returns are written as references. Controls that reorder the text around them are
    isolated, so that a quote looks like what it is; in the value of an attribute, they stay as they are.

    :param page: HTML in which all text and all values of attributes are escaped.
    """
    page = _NOT_HTML.sub("\ufffd", page).replace("\r", "&#13;")
    return _TAG_OR_REORDERING.sub(_isolate, page) if re.search(_REORDERING, page) else page


def markdown(text: str) -> str:
    """Return text that Markdown shows as it is, without emphasis, links or HTML. White space becomes one space."""
    escaped = _MARKS.sub(lambda found: f"\\{found[0]}", _one_line(text))
    return _LINE_START.sub(r"\1\\\2", escaped)


def bibtex(text: str) -> str:
    """Return text for a BibTeX field in braces, trimmed. White space becomes one space."""
    return "".join(_TEX.get(character, character) for character in single_line(text))


def single_line(text: str) -> str:
    """Return text on one line, trimmed. White space becomes one space."""
    return _one_line(text).strip()


def _one_line(text: str) -> str:
    return _CONTROLS.sub("\ufffd", re.sub(r"\s+", " ", text))


def _isolate(match: re.Match[str]) -> str:
    return f'<bdi class="qw-control">{match[0]}</bdi>' if match["controls"] else match[0]
