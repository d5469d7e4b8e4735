"""Measure what is read of web pages: how many wanted and unwanted strings are in the articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.errors import DataError, LoadError
from qa.loaders.base import File
from qa.loaders.registry import load_file
from qa.types import Article

__all__ = ["LoadingScore", "PageStrings", "measure_loading", "read_page_strings"]

_MAX_BYTES = 100 << 20


@dataclass(frozen=True, slots=True)
class PageStrings:
    """A page, with strings of its article and strings of what surrounds it."""

    path: Path
    wanted: Sequence[str]
    unwanted: Sequence[str]


@dataclass(slots=True)
class LoadingScore:
    """How many strings are in the articles that were read of the pages."""

    pages: int = 0
    wanted: int = 0
    wanted_kept: int = 0
    unwanted: int = 0
    unwanted_kept: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Pages that could not be read, with the reasons. All their strings count as not kept."""
    mistakes: list[dict[str, str]] = field(default_factory=list)
    """Each wanted string that was lost and each unwanted one that was kept, with its page."""

    @property
    def wanted_share(self) -> float:
        """The share of the wanted strings that are in the articles, 0 to 1."""
        return self.wanted_kept / self.wanted if self.wanted else 0.0

    @property
    def unwanted_share(self) -> float:
        """The share of the unwanted strings that are in the articles, 0 to 1."""
        return self.unwanted_kept / self.unwanted if self.unwanted else 0.0


def read_page_strings(folder: Path) -> list[PageStrings]:
    """Return the pages of a folder that has a JSON file with their strings.

    The file maps any key of a page to ``{"file": ..., "with": [...], "without": [...]}``. The page is in the
    folder or in one of its subfolders; an entry without a page is left out.

    :raises DataError: if no JSON file has this layout, or none of its pages is there.
    """
    for path in sorted(folder.glob("*.json")):
        entries = _entries(path)
        if entries:
            pages = [page for entry in entries if (page := _page(folder, entry))]
            if not pages:
                raise DataError(f"none of the pages that {path} names is in {folder} or its subfolders")
            return pages
    raise DataError(
        f'{folder} has no JSON file of pages with "file", "with" and "without": see docs/evaluation.md'
    )


def measure_loading(pages: Sequence[PageStrings], progress: Callable[[], object] = lambda: None) -> LoadingScore:
    """Read the pages, and count the strings in their articles, ignoring differences in whitespace."""
    score = LoadingScore(pages=len(pages))
    for page in pages:
        text = _plain(_read(page, score))
        lost = [string for string in page.wanted if _plain(string) not in text]
        kept = [string for string in page.unwanted if _plain(string) in text]
        score.wanted += len(page.wanted)
        score.wanted_kept += len(page.wanted) - len(lost)
        score.unwanted += len(page.unwanted)
        score.unwanted_kept += len(kept)
        for problem, strings in (("lost", lost), ("kept", kept)):
            score.mistakes += [
                {"page": page.path.name, "problem": problem, "string": string} for string in strings
            ]
        progress()
    return score


def _entries(path: Path) -> list[Mapping[str, Any]]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except ValueError:
        return []
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
    return [value for value in values if isinstance(value, dict) and {"file", "with", "without"} <= value.keys()]


def _page(folder: Path, entry: Mapping[str, Any]) -> PageStrings | None:
    places = (folder, *sorted(path for path in folder.iterdir() if path.is_dir()))
    path = next((place / entry["file"] for place in places if (place / entry["file"]).is_file()), None)
    return PageStrings(path, entry["with"], entry["without"]) if path else None


def _read(page: PageStrings, score: LoadingScore) -> str:
    file = File(page.path.read_bytes(), str(page.path), _MAX_BYTES)
    try:
        return "\n".join(item.text for item in load_file(file) if isinstance(item, Article))
    except LoadError as error:
        score.failed[page.path.name] = str(error)
        return ""


def _plain(text: str) -> str:
    return " ".join(text.replace("\xad", "").split())
