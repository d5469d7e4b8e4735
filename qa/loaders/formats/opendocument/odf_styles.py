"""The styles and the list numbers of an OpenDocument file."""

from __future__ import annotations

from typing import Any

from qa.loaders.rendering.lists import BULLET, ordinal

__all__ = ["OFFICE", "STYLE", "TABLE", "TEXT", "OdfStyles"]

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MAX_ANCESTORS = 20
MAX_DEPTH = 10
_FORMATS = ("1", "a", "A", "i", "I")


class OdfStyles:
    """What paragraphs, spans, tables and lists inherit from the styles in the given roots."""

    def __init__(self, *roots: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        self._outline: Any = None
        self._headings: list[int] = []
        self._counts: dict[str, list[int]] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style", f"{TEXT}list-style", f"{TEXT}outline-style"):
                name = style.get(f"{STYLE}name", "")
                if style.tag == f"{STYLE}style":
                    self._styles[name] = style
                elif style.tag == f"{TEXT}list-style":
                    self._lists[name] = style
                else:
                    self._outline = style

    def is_hidden(self, name: str) -> bool:
        """Return whether text in the style is not shown."""
        return self._text_property(name, f"{TEXT}display") == "none"

    def is_raised(self, name: str) -> bool:
        """Return whether text in the style is superscript."""
        position = self._text_property(name, f"{STYLE}text-position")
        return position.startswith("super") or (position[:1].isdigit() and position[:2] != "0%")

    def is_title(self, name: str) -> bool:
        """Return whether the style is that of the document's title."""
        return any(style.get(f"{STYLE}name") == "Title" for style in self._ancestry(name))

    def is_shown_table(self, name: str) -> bool:
        """Return whether a sheet in the style is shown."""
        properties = (style.find(f"{STYLE}table-properties") for style in self._ancestry(name))
        return all(found is None or found.get(f"{TABLE}display") != "false" for found in properties)

    def counts(self, element: Any, style: str) -> list[int]:
        """Return the counts of a list, one a level; a list that continues another shares its counts."""
        counts = self._counts.setdefault(element.get(f"{TEXT}continue-list") or style, [])
        identifier = element.get("{http://www.w3.org/XML/1998/namespace}id")
        if identifier:
            self._counts[identifier] = counts
        return counts

    def marker(self, style: str, depth: int, counts: list[int], start: str = "") -> str:
        """Count an item of a list, and return its marker with a space.

        :param depth: how deep the item stands, from 0.
        :param counts: the counts of the levels so far, which are changed.
        """
        levels = self._lists.get(style)
        definition = _level(levels, depth + 1)
        if definition is None or not definition.tag.endswith("number"):
            return BULLET
        return self._numbered(levels, definition, depth, counts, start)

    def heading_marker(self, heading: Any) -> str:
        """Count a heading, and return its number with a space; empty if headings have none."""
        level = heading.get(f"{TEXT}outline-level", "1")
        depth = min(int(level) if level.isdecimal() else 1, MAX_DEPTH) - 1
        definition = _level(self._outline, depth + 1)
        if definition is None or heading.get(f"{TEXT}is-list-header") == "true":
            return ""
        return self._numbered(self._outline, definition, depth, self._headings, "")

    def _numbered(self, levels: Any, definition: Any, depth: int, counts: list[int], start: str) -> str:
        while len(counts) <= depth:
            first = definition if len(counts) == depth else _level(levels, len(counts) + 1)
            counts.append(_integer(first, "start-value") - 1)
        del counts[depth + 1 :]
        counts[depth] = int(start) if start.isdecimal() and len(start) < 9 else counts[depth] + 1
        shown = min(max(_integer(definition, "display-levels"), 1), depth + 1)
        numbers = [
            ordinal(counts[index], _format(_level(levels, index + 1)))
            for index in range(depth + 1 - shown, depth + 1)
            if _format(_level(levels, index + 1))
        ]
        if not numbers:
            return ""
        prefix, suffix = (definition.get(f"{STYLE}num-{name}", "") for name in ("prefix", "suffix"))
        return f"{prefix}{'.'.join(numbers)}{suffix} ".lstrip()

    def _text_property(self, name: str, attribute: str) -> str:
        for style in self._ancestry(name):
            properties = style.find(f"{STYLE}text-properties")
            if properties is not None and attribute in properties.attrib:
                return str(properties.get(attribute))
        return ""

    def _ancestry(self, name: str) -> list[Any]:
        found: list[Any] = []
        while name in self._styles and len(found) < MAX_ANCESTORS:
            found.append(self._styles[name])
            name = found[-1].get(f"{STYLE}parent-style-name", "")
        return found


def _level(levels: Any, number: int) -> Any:
    """Return the definition of a level of a list, from 1."""
    children = () if levels is None else levels
    return next((child for child in children if child.get(f"{TEXT}level") == str(number)), None)


def _format(definition: Any) -> str:
    """Return the kind of number as :func:`ordinal` takes it; empty for a level without numbers."""
    kind = "" if definition is None else definition.get(f"{STYLE}num-format", "")
    return kind if kind in _FORMATS or not kind else "1"


def _integer(definition: Any, name: str) -> int:
    text = "" if definition is None else definition.get(f"{TEXT}{name}", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 1
