"""One turn that threads and processes take after each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import LibraryError

__all__ = ["Turn"]


class Turn:
    """A turn that one thread of one process has at a time: a lock on the file, or in memory without one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._here = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take the turn if it is free, and give it back at the end; say whether it was.

        :raises LibraryError: when the file cannot be written.
        """
        if not self._here.acquire(blocking=False):
            yield False
            return
        try:
            with self._file_lock() as free:
                yield free
        finally:
            self._here.release()

    @contextmanager
    def _file_lock(self) -> Iterator[bool]:
        if self._path is None:
            yield True
            return
        from filelock import FileLock, Timeout

        lock = FileLock(self._path)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise LibraryError(
                f"{self._path} cannot be written: {error.strerror}; check its permissions"
            ) from error
        try:
            yield True
        finally:
            lock.release()
