"""Files that are written completely or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from qa.errors import LibraryError

__all__ = ["atomic_replace", "atomic_write"]


@contextmanager
def atomic_replace(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder, whose file replaces the one at ``path`` when the block succeeds.

    :raises OSError: if the file cannot be written; an existing file at ``path`` stays as it was.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """Yield an open ASCII file, which replaces the one at ``path`` when the block succeeds.

    :raises LibraryError: if the file cannot be written; an existing file at ``path`` stays as it was.
    """
    try:
        with atomic_replace(path) as temporary, temporary.open("w", encoding="ascii", newline="\n") as file:
            yield file
    except OSError as error:
        raise LibraryError(f"cannot write {path}: {error.strerror or error}; choose another file") from error
