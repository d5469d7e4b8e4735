"""Recognise the marks of notes in a page: raised numbers in a sentence, and the arrows that lead back to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["is_note_mark"]

_NUMBER = r"(?:note|nb|fn)?\.?\s*(?:\d{1,3}|[a-z]|[ivxl]{2,4})"
_MARK = re.compile(rf"[\[(]?(?:{_NUMBER}|[*†‡§¶]{{1,3}})[\])]?", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,;–-]\s*|(?<=[\])])\s*(?=[\[(])")
_BACK = re.compile(r"[\^↑↩⤴⏎↵\ufe0e\ufe0f\s]+")
_NOTE_CLASS = re.compile(r"reference|foot-?note|fn-?ref|note-?ref|noprint", re.IGNORECASE)
_TYPE = "{http://www.idpf.org/2007/ops}type"
MAX_MARK = 40


def is_note_mark(element: _Element, tag: str) -> bool:
    """Return whether an element is the mark of a note in a sentence, or the link back from the note.

    A mark is raised, and is a link into a page, or is called the mark of a note. Exponents are neither.
    """
    if tag not in ("sup", "a"):
        return False
    if element.get("role") == "doc-noteref" or element.get(_TYPE) == "noteref":
        return True
    if tag == "a" and "#" not in (element.get("href") or ""):
        return False
    text = "".join(element.itertext()).strip()
    if len(text) > MAX_MARK:
        return False
    if tag == "a":
        return _BACK.fullmatch(text) is not None
    is_called_so = _NOTE_CLASS.search(element.get("class") or "") is not None
    is_link = any("#" in (link.get("href") or "") for link in element.iter("a"))
    return (is_called_so or is_link) and (
        (is_called_so and text.startswith("[")) or all(map(_MARK.fullmatch, filter(None, _SEPARATOR.split(text))))
    )
