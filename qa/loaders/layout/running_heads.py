"""Find what is repeated at the head and the foot of pages: titles, names, page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.loaders.layout.geometry import Page, Piece, group_rows, typical_size

__all__ = ["set_aside_running_heads"]

_ZONE = 0.18
"""How much of a page, at its head and at its foot, can hold running heads."""
_DEPTH = 4
"""How many lines of a page's head or foot can be repeated ones."""
_NEAR = 2
"""How many pages apart the repetition may be: heads of left and right pages often differ."""
_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7}|[A-Z]-?\d{1,3})"
_PAGE_NUMBER = re.compile(
    rf"(?:[-–—|·•\[(]\s*)?(?:(?:page|seite|pagina|página|p\.|pg\.?)\s*)?{_NUMBER}"
    rf"(?:\s*(?:/|of|von|de|di|sur)\s*{_NUMBER})?(?:\s*[-–—|·•\])])?",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"(?i)\b(?:page|seite|pagina|página)\s+\d+\b|\b\d+\s*/\s*\d+\Z")
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"\b[ivxlc]+\b|\b[IVXLC]+\b")


@dataclass(slots=True)
class _Row:
    pieces: list[Piece]
    keys: frozenset[str]
    """The text of each piece without its numbers."""
    top: float
    bottom: float
    size: float

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


def set_aside_running_heads(pages: Sequence[Page]) -> list[Piece]:
    """Remove running heads, feet and page numbers from the pages, and return them.

    A line is one if it is at the edge of its page, or only such lines are between it and the edge, and if it is
    repeated on a page nearby, at the same height and but for numbers in the same words.
    """
    removed = []
    edges = [_edge_rows(page) for page in pages]
    for side in (0, 1):
        columns = [rows[side] for rows in edges]
        for number, page in enumerate(pages):
            found = [piece for row in _running(columns, number, page) for piece in row.pieces]
            if found and len(found) < len(page.pieces) + len(page.turned):
                removed += found
                gone = set(map(id, found))
                page.pieces = [piece for piece in page.pieces if id(piece) not in gone]
    removed += _turned_repeats(pages)
    return removed


def _edge_rows(page: Page) -> tuple[list[_Row], list[_Row]]:
    """Return the outermost rows at the head and at the foot of the page, from its edge inwards."""
    head = [piece for piece in page.pieces if piece.bottom <= _ZONE * page.height]
    foot = [piece for piece in page.pieces if piece.top >= (1 - _ZONE) * page.height]
    # One more row is needed, to see how far it is to the next.
    above = [_row(row) for row in group_rows(head)[: _DEPTH + 1]]
    below = [_row(row) for row in group_rows(foot)[: -_DEPTH - 2 : -1]]
    return above, below


def _row(pieces: list[Piece]) -> _Row:
    top, bottom = min(piece.top for piece in pieces), max(piece.bottom for piece in pieces)
    return _Row(pieces, frozenset(_key(piece.text) for piece in pieces), top, bottom, typical_size(pieces))


def _key(text: str) -> str:
    return _ROMAN.sub("#", _DIGITS.sub("#", " ".join(text.split())))


def _running(sides: Sequence[Sequence[_Row]], number: int, page: Page) -> list[_Row]:
    found: list[_Row] = []
    rows = sides[number]
    for depth, row in enumerate(rows[:_DEPTH]):
        inner = rows[depth + 1] if depth + 1 < len(rows) else None
        if _is_table_row(row, inner):
            break
        is_head = _is_repeated(row, depth, sides, number) or _is_page_number(row, inner, page)
        if is_head or (depth == 0 and _is_in_place(row, inner, sides, number, page)):
            found.append(row)
        else:
            break
    return found


def _is_repeated(row: _Row, depth: int, sides: Sequence[Sequence[_Row]], number: int) -> bool:
    for other in range(max(number - _NEAR, 0), min(number + _NEAR + 1, len(sides))):
        if other == number:
            continue
        for candidate in sides[other][: depth + 2]:
            same_place = abs(candidate.top - row.top) < 0.6 * row.size and _alike(candidate.size, row.size)
            if same_place and _share(row, candidate):
                return True
    return False


def _is_in_place(row: _Row, inner: _Row | None, sides: Sequence[Sequence[_Row]], number: int, page: Page) -> bool:
    """Return whether the row is set apart from the text and smaller, and stands where another page has such a row.

    So heads are found that differ from page to page, such as the names of chapters.
    """
    gap = row.size if inner is None else max(inner.top - row.bottom, row.top - inner.bottom)
    is_apart = _is_outer(row, page) and gap > 1.2 * row.size and row.size < 0.97 * typical_size(page.pieces)
    others = (rows[0] for other, rows in enumerate(sides) if rows and 0 < abs(other - number) <= _NEAR)
    return is_apart and any(abs(other.top - row.top) < 1 and _alike(other.size, row.size) for other in others)


def _share(row: _Row, other: _Row) -> bool:
    """Return whether half of the row's letters are in the other as well."""
    same = sum(len(piece.text) for piece in row.pieces if _key(piece.text) in other.keys)
    return same > 0 and 2 * same >= sum(len(piece.text) for piece in row.pieces)


def _alike(size: float, other: float) -> bool:
    return abs(size - other) <= 0.15 * max(size, other)


def _is_table_row(row: _Row, inner: _Row | None) -> bool:
    """Return whether the row is the head of a table that is repeated: another row of cells follows closely."""
    if inner is None or len(row.pieces) < 3 or len(inner.pieces) < 3:
        return False
    gap = max(inner.top - row.bottom, row.top - inner.bottom)
    return gap < row.size


def _is_page_number(row: _Row, inner: _Row | None, page: Page) -> bool:
    text = row.text.strip()
    if not (_PAGE_NUMBER.fullmatch(text) or (len(text) < 60 and _PAGE_WORD.search(text) and _is_outer(row, page))):
        return False
    gap = row.size if inner is None else max(inner.top - row.bottom, row.top - inner.bottom)
    return gap > 0.5 * row.size


def _is_outer(row: _Row, page: Page) -> bool:
    return row.bottom < 0.12 * page.height or row.top > 0.88 * page.height


def _turned_repeats(pages: Sequence[Page]) -> list[Piece]:
    """Remove turned text that is on several pages, such as a watermark or a mark in the margin."""
    seen: dict[str, int] = {}
    for page in pages:
        for key in {_key(piece.text) for piece in page.turned}:
            seen[key] = seen.get(key, 0) + 1
    removed = []
    for page in pages:
        removed += [piece for piece in page.turned if seen[_key(piece.text)] > 1]
        page.turned = [piece for piece in page.turned if seen[_key(piece.text)] == 1]
    return removed
