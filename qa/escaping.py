"""Text of any origin, made harmless for Markdown and for BibTeX.

Both put the text on one line. Controls that HTML cannot hold, or that make text read in another order than it is
stored in, become U+FFFD.
"""

from __future__ import annotations

import re

__all__ = ["bibtex", "markdown"]

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# Always marks, or part of what some dialect makes a link (a mail address, or the start of a URL).
_MARKS = re.compile(r"[\\`*_\[\]<>|~&$#{}@^]|:(?=\S)|(?<=\S)\.(?=[^\W\d])")
_LINE_START = re.compile(r"^(\s*(?:\d{1,9}(?=[.)])|(?=[-+=:])))(.)")

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # not \{: BibTeX counts braces that are escaped, too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"\textquotedbl{}",
    **{mark: f"\\{mark}" for mark in "%$#&_"},
}


def markdown(text: str) -> str:
    """Return text that Markdown shows as it is: no emphasis, no link, no HTML. White space becomes one space."""
    escaped = _MARKS.sub(lambda found: f"\\{found[0]}", _one_line(text))
    return _LINE_START.sub(r"\1\\\2", escaped)


def bibtex(text: str) -> str:
    """Return text for the inside of a BibTeX field in braces, its ends trimmed. White space becomes one space."""
    return "".join(_TEX.get(character, character) for character in _one_line(text).strip())


def _one_line(text: str) -> str:
    return _CONTROLS.sub("\ufffd", re.sub(r"\s+", " ", text))
