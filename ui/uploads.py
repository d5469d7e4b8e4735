"""Uploaded files -> articles that are named after the files, not after where the upload was put."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.errors import LoadError
from qa.loaders import LoadFailure, load
from qa.types import Article

__all__ = ["FOLDER", "read_uploads"]

FOLDER = "uploads"


def read_uploads(paths: Sequence[str | Path], *, max_mb: int) -> Iterator[list[Article | LoadFailure]]:
    """Yield, file by file, its articles and failures, with sources such as ``uploads/report.pdf``.

    A file that is uploaded again under its name thus updates its article.
    """
    for path in map(Path, paths):
        yield [_renamed(item, path) for item in _read(path, max_mb)]


def _read(path: Path, max_mb: int) -> Iterator[Article | LoadFailure]:
    try:
        yield from load(path, max_mb=max_mb)
    except LoadError as error:
        yield LoadFailure(path.absolute().as_posix(), str(error))


def _renamed(item: Article | LoadFailure, path: Path) -> Article | LoadFailure:
    """Name what came of a file after it; rows of a table that bring a source of their own keep it."""
    prefix = path.absolute().as_posix()
    if not item.source.startswith(prefix):
        return item
    return replace(item, source=f"{FOLDER}/{path.name}{item.source.removeprefix(prefix)}")
