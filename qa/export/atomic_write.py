"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from qa.errors import LibraryError

__all__ = ["atomic_write"]


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """Lend an ASCII file that takes the place of the one at the path when all is written.

    :raises LibraryError: when the file cannot be written; one that was there stays as it was.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with temporary.open("w", encoding="ascii", newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(f"cannot write {path}: {error.strerror or error}; choose another file") from error
