"""The styles and the list numbers of a Word document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from qa.loaders.rendering.lists import BULLET, ordinal

__all__ = ["WORD", "Numbers", "Styles", "is_on", "value"]

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_ANCESTORS = 20
MAX_LEVELS = 9

_OFF = ("0", "false", "off", "none")
_LEVEL = re.compile(r"%([1-9])")
_FORMATS = {"upperRoman": "I", "lowerRoman": "i", "upperLetter": "A", "lowerLetter": "a"}
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


def value(element: Any, path: str, default: str = "") -> str:
    """Return the ``w:val`` of the element at a path of names such as ``pPr/pStyle``."""
    found = None if element is None else element.find("/".join(WORD + name for name in path.split("/")))
    return default if found is None else found.get(f"{WORD}val", default)


def is_on(element: Any, path: str) -> bool | None:
    """Return whether the switch at a path is on; None if it is not there."""
    found = None if element is None else element.find("/".join(WORD + name for name in path.split("/")))
    return None if found is None else found.get(f"{WORD}val", "1") not in _OFF


class Styles:
    """The styles of a document: what a paragraph or a run inherits."""

    def __init__(self, root: Any) -> None:
        """Read the styles.

        :param root: the root of the part with the styles, or None.
        """
        elements = () if root is None else root.iter(f"{WORD}style")
        self._elements = {element.get(f"{WORD}styleId", ""): element for element in elements}
        self._ancestries: dict[str, list[Any]] = {}

    def ancestry(self, style_id: str) -> list[Any]:
        """Return the style and those that it is based on, nearest first."""
        if style_id not in self._ancestries:
            self._ancestries[style_id] = list(self._walk(style_id))
        return self._ancestries[style_id]

    def names(self, style_id: str) -> list[str]:
        """Return the names of a style and of those that it is based on, in lower case."""
        return [value(style, "name").lower() for style in self.ancestry(style_id)]

    def is_on(self, style_id: str, path: str) -> bool:
        """Return whether the style, or one that it is based on, turns a switch on."""
        states = (is_on(style, path) for style in self.ancestry(style_id))
        return next((state for state in states if state is not None), False)

    def value(self, style_id: str, path: str) -> str:
        """Return a value of the style, or of the nearest that it is based on; empty if none has one."""
        return next((found for style in self.ancestry(style_id) if (found := value(style, path))), "")

    def _walk(self, style_id: str) -> Iterator[Any]:
        for _ in range(MAX_ANCESTORS):  # styles may be based on each other in a circle
            style = self._elements.get(style_id)
            if style is None:
                return
            yield style
            style_id = value(style, "basedOn")


class Numbers:
    """Counts the items of a document's lists and writes the marker of each, such as "3. " or "2.1 "."""

    def __init__(self, root: Any, styles: Styles) -> None:
        """Read the definitions of the lists.

        :param root: the root of the part with the numbering, or None.
        """
        self._styles = styles
        self._lists = _by_id(root, "num", "numId")
        self._abstract = _by_id(root, "abstractNum", "abstractNumId")
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._started: set[tuple[str, int]] = set()

    def marker(self, list_id: str, level: int) -> str:
        """Count an item, and return its marker with a space; empty for a list without numbers.

        :param list_id: the id of the list; an unknown one has bullets.
        :param level: how deep the item stands, from 0.
        """
        level = min(max(level, 0), MAX_LEVELS - 1)
        number = self._lists.get(list_id)
        abstract_id = value(number, "abstractNumId")
        abstract = self._linked(self._abstract.get(abstract_id))
        override = _override(number, level)
        definition = None if override is None else override.find(f"{WORD}lvl")
        if definition is None:
            definition = _level(abstract, level)
        if definition is None:
            return BULLET
        counts = self._counts[abstract_id]
        counts[level] = self._count(list_id, number, level, counts, definition)
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return self._written(abstract, definition, level, counts)

    def _count(self, list_id: str, number: Any, level: int, counts: dict[int, int], definition: Any) -> int:
        """Return the number of the next item: one more than the last, or where the list starts."""
        start = value(_override(number, level), "startOverride")
        if start and (list_id, level) not in self._started:
            self._started.add((list_id, level))
            return _integer(start, 1)
        if level in counts:
            return counts[level] + 1
        return _integer(value(definition, "start"), 1)

    def _written(self, abstract: Any, definition: Any, level: int, counts: dict[int, int]) -> str:
        kind, pattern = value(definition, "numFmt", "decimal"), value(definition, "lvlText")
        if kind == "bullet":
            return BULLET
        if kind == "none" and "%" in pattern:
            pattern = _LEVEL.sub("", pattern)
        is_legal = is_on(definition, "isLgl")

        def number(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = definition if index == level else _level(abstract, index)
            count = counts.get(index, _integer(value(other, "start"), 1))
            return _number(count, "decimal" if is_legal else value(other, "numFmt", "decimal"))

        text = _PRIVATE_USE.sub("", _LEVEL.sub(number, pattern)).strip()
        return f"{text} " if text else ""

    def _linked(self, abstract: Any) -> Any:
        """Return the definition itself, or the one of the list style that it refers to."""
        style = value(abstract, "numStyleLink")
        if not style:
            return abstract
        number = self._lists.get(self._styles.value(style, "pPr/numPr/numId"))
        return self._abstract.get(value(number, "abstractNumId"), abstract)


def _by_id(root: Any, tag: str, attribute: str) -> dict[str, Any]:
    elements = () if root is None else root.iter(WORD + tag)
    return {element.get(WORD + attribute, ""): element for element in elements}


def _override(number: Any, level: int) -> Any:
    overrides = [] if number is None else number.findall(f"{WORD}lvlOverride")
    return next((item for item in overrides if item.get(f"{WORD}ilvl") == str(level)), None)


def _level(abstract: Any, level: int) -> Any:
    levels = [] if abstract is None else abstract.findall(f"{WORD}lvl")
    return next((item for item in levels if item.get(f"{WORD}ilvl") == str(level)), None)


def _number(count: int, kind: str) -> str:
    if kind == "decimalZero":
        return f"{count:02}"
    return ordinal(count, _FORMATS.get(kind, "1"))


def _integer(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else default
