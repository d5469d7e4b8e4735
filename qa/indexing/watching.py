"""Wait for changes in a folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from qa.loaders.hidden import is_hidden

__all__ = ["watch_folder"]

LOOK_SECONDS = 5.0
"""How often the folder itself is looked at: it may have been unmounted, or replaced by another."""
FULL_SECONDS = 300.0
"""After so long without news, files may have changed all the same: some network drives do not report it."""


def watch_folder(folder: str | Path, stop: threading.Event | None = None) -> Iterator[None]:
    """Yield whenever files in a folder may have changed, until ``stop`` is set or Ctrl-C is pressed.

    Hidden files do not count. A folder that is missing is waited for.
    """
    folder = Path(folder).absolute()
    stop = stop or threading.Event()
    seen = _identity(folder)
    while not stop.is_set():
        identity = _identity(folder)
        if identity is None:
            stop.wait(LOOK_SECONDS)
            continue
        if identity != seen:
            seen = identity
            yield
        with suppress(FileNotFoundError):
            yield from _changes(folder, identity, stop)


def _changes(folder: Path, identity: tuple[int, int], stop: threading.Event) -> Iterator[None]:
    """Yield when files may have changed, until the folder is another one."""
    from watchfiles import watch

    last = time.monotonic()
    for changes in watch(
        folder,
        watch_filter=lambda _, path: not is_hidden(Path(path).relative_to(folder)),
        rust_timeout=int(1000 * LOOK_SECONDS),
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if _identity(folder) != identity:
            return
        if changes or time.monotonic() > last + FULL_SECONDS:
            yield
            last = time.monotonic()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
