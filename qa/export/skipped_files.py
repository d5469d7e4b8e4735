"""Sum up the files that an add left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from qa.types import AddResult

__all__ = ["skipped_in_brief"]

MAX_NAMES = 5
MAX_SUFFIXES = 8


def skipped_in_brief(results: Sequence[AddResult]) -> str:
    """Return the names of a few files, or how many of many files have each suffix: ``.png 12, .jpg 3``."""
    paths = [PurePosixPath(result.source) for result in results]
    if len(paths) <= MAX_NAMES:
        return ", ".join(path.name for path in paths)
    suffixes = Counter(path.suffix.lower() or "no suffix" for path in paths).most_common()
    shown = ", ".join(f"{suffix} {number:,}" for suffix, number in suffixes[:MAX_SUFFIXES])
    return f"{shown}…" if len(suffixes) > MAX_SUFFIXES else shown
