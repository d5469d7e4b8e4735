"""The files in a library's folder: their names and modes, and how to recognise a folder that is no library."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.errors import LibraryError

__all__ = ["DATABASE", "LOCK", "check_database", "create_folder", "file_mode", "is_leftover", "new_database"]

DATABASE = "library.db"
LOCK = "embedding.lock"

_MAGIC = b"SQLite format 3\0"
_OWNER_ONLY = 0o600
_RESTORE = f"restore {DATABASE} from a backup, or choose another folder"


def create_folder(folder: Path) -> None:
    """Create a folder and its missing parents, which only their owner may open.

    :raises OSError: if it cannot be created.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(0o700, exist_ok=True)


def file_mode(folder: Path) -> int:
    """Return the permissions for a new file of the library: those of its database."""
    try:
        return (folder / DATABASE).stat().st_mode & 0o666
    except OSError:
        return _OWNER_ONLY


@contextmanager
def new_database(path: Path) -> Iterator[Path]:
    """Yield the path of an empty file, which only its owner may read, and put it at ``path`` at the end.

    If another process is faster, its file stays. A process that is killed meanwhile leaves no file at ``path``.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    temporary.unlink(missing_ok=True)
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    try:
        yield temporary
        with suppress(FileExistsError):
            _put(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def is_leftover(path: Path) -> bool:
    """Whether a file was left by a process that was killed while it created a library."""
    return path.name.startswith(f"{DATABASE}.") and ".tmp" in path.name


def check_database(path: Path) -> None:
    """Check that a file can be a library's database, without SQLite, which takes an empty file for a new one.

    :raises LibraryError: if it cannot; the message says what the file is.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise LibraryError(f"{path} cannot be opened: {error.strerror}; check its permissions") from error
    if not start:
        raise LibraryError(f"{path} is not a library but an empty file: {_RESTORE}")
    if not start.startswith(_MAGIC):
        kind = "a text file" if _is_text(start) else "a file of another kind, or damaged"
        raise LibraryError(f"{path} is not a library but {kind}: {_RESTORE}")


def _put(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if not path.exists():
            temporary.rename(path)


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4 and b"\0" not in start  # cut inside a character
    return "\0" not in text
