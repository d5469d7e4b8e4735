"""Load files ahead of their turn, on all cores, while earlier ones are split and written."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from qa.errors import LoadError
from qa.loaders import WORKERS, Limits, LoadFailure, WebPage, load, load_page, load_together, size_for_worker
from qa.types import Article

__all__ = ["Loaded", "Source", "load_ahead"]

TOGETHER_FILES = 16
TOGETHER_BYTES = 256 << 10
"""Files are parsed together until there are so many of them, or so many bytes."""
MAX_TOGETHER_BYTES = 1 << 20
"""The largest file that is parsed together with others."""
REQUESTS_AHEAD = 3 * WORKERS
BYTES_AHEAD = 32 << 20
"""How many bytes of files may be parsed, or wait for their turn once they are; a larger file is parsed alone."""

Source = Path | WebPage | Article | LoadFailure
Loaded = Iterable[Article | LoadFailure]


def load_ahead(
    sources: Iterable[Source], *, max_mb: int, limits: Limits, text_field: str = ""
) -> Iterator[Loaded]:
    """Yield the articles and failures of each source, in the order of the sources.

    Formats that a worker process parses are loaded by all workers at once. The others are read in their turn,
    piece by piece, so that a file with many articles is never in memory as a whole.
    """
    ahead: deque[tuple[Future[list[Loaded]] | list[Loaded], int]] = deque()
    waiting = 0

    def take() -> list[Loaded]:
        nonlocal waiting
        loaded, size = ahead.popleft()
        waiting -= size
        return loaded.result() if isinstance(loaded, Future) else loaded

    with ThreadPoolExecutor(WORKERS, "loading") as loaders:
        try:
            for group, size in _group(sources):
                while ahead and (len(ahead) >= REQUESTS_AHEAD or waiting + size > BYTES_AHEAD):
                    yield from take()
                if isinstance(group, list):
                    ahead.append((loaders.submit(_load_together, group, max_mb, limits, text_field), size))
                else:
                    ahead.append(([_load(group, max_mb, limits, text_field)], size))
                waiting += size
            while ahead:
                yield from take()
        finally:
            loaders.shutdown(cancel_futures=True)


def _load_together(paths: list[Path], max_mb: int, limits: Limits, text_field: str) -> list[Loaded]:
    return [*load_together(paths, max_mb=max_mb, limits=limits, text_field=text_field)]


def _load(source: Source, max_mb: int, limits: Limits, text_field: str) -> Iterator[Article | LoadFailure]:
    if isinstance(source, Article | LoadFailure):
        yield source
        return
    name = source.url if isinstance(source, WebPage) else str(source)
    try:
        if isinstance(source, WebPage):
            yield from load_page(source, max_mb=max_mb, limits=limits)
        else:
            yield from load(source, max_mb=max_mb, limits=limits, text_field=text_field)
    except LoadError as error:
        yield LoadFailure(name, str(error))


def _group(sources: Iterable[Source]) -> Iterator[tuple[list[Path] | Source, int]]:
    """Yield the sources in their order, and how many bytes a worker gets of each.

    Small neighbouring files that are parsed in a worker are one list; a larger file is a list of its own.
    """
    group: list[Path] = []
    total = 0
    for source in sources:
        size = size_for_worker(source) if isinstance(source, Path) else None
        if group and (size is None or size > MAX_TOGETHER_BYTES):
            yield group, total
            group, total = [], 0
        if not isinstance(source, Path) or size is None:
            yield source, 0
            continue
        group.append(source)
        total += size
        if len(group) == TOGETHER_FILES or total >= TOGETHER_BYTES:
            yield group, total
            group, total = [], 0
    if group:
        yield group, total
