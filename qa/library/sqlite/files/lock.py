"""The lock that makes one thread of one process at a time embed what is pending."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import LibraryError
from qa.library.sqlite.files.library_files import file_mode

__all__ = ["EmbeddingLock"]


class EmbeddingLock:
    """A lock on a file, or in memory without a path. The system releases it when the process ends in any way."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._threads = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[bool]:
        """Hold the lock inside the ``with`` block if it is free; yield whether it was. Never waits.

        :raises LibraryError: if the file cannot be written.
        """
        if not self._threads.acquire(blocking=False):
            yield False
            return
        try:
            with self._hold_file() as free:
                yield free
        finally:
            self._threads.release()

    @contextmanager
    def _hold_file(self) -> Iterator[bool]:
        if self._path is None:
            yield True
            return
        from filelock import FileLock, Timeout

        lock = FileLock(self._path, mode=file_mode(self._path.parent))
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
