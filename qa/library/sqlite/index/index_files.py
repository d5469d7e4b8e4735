"""The index files, ``index-<generation>.faiss``: the newest one counts."""

from __future__ import annotations

import logging
from pathlib import Path

from embeddings.faiss_index import FaissIndex, IndexFileError
from qa.export.atomic_write import atomic_replace
from qa.library.sqlite.files.library_files import file_mode

__all__ = ["IndexFiles"]

logger = logging.getLogger(__name__)


class IndexFiles:
    """The index files in a library's folder. Without a folder nothing is read and nothing is written.

    They are a cache: a file that cannot be read or written is a warning, never an error.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def enabled(self) -> bool:
        """Whether there is a folder to keep them in."""
        return self._folder is not None

    def newest(self) -> tuple[Path, int] | None:
        """Return the newest file and its generation."""
        return max(self._all(), key=lambda entry: entry[1], default=None)

    def load(self, dimension: int) -> FaissIndex | None:
        """Return the index of the newest file, or None if there is none that can be read."""
        newest = self.newest()
        if newest is None:
            return None
        try:
            return FaissIndex.load(newest[0], dimension)
        except (OSError, IndexFileError) as error:
            logger.warning("%s; the index is rebuilt from the library", error)
            return None

    def save(self, index: FaissIndex, generation: int) -> bool:
        """Write the index and delete the files of other generations; return whether it was written."""
        if self._folder is None:
            return False
        path = self._folder / f"index-{generation}.faiss"
        try:
            with atomic_replace(path) as temporary:
                temporary.touch(0o600)
                index.save(temporary)
                temporary.chmod(file_mode(self._folder))
        except OSError as error:
            logger.warning("the index was not saved; the next to open the library rebuilds it: %s", error)
            return False
        self.delete(keep=path)
        return True

    def delete(self, keep: Path | None = None) -> None:
        """Delete all files but one, and what interrupted saves left behind."""
        if self._folder is None:
            return
        for path in self._folder.glob("index-*.faiss*"):
            if path != keep:
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:  # on Windows another process may have it open
                    logger.info("%s was not deleted: %s", path.name, error)

    def _all(self) -> list[tuple[Path, int]]:
        paths = self._folder.glob("index-*.faiss") if self._folder else ()
        named = [(path, path.stem.removeprefix("index-")) for path in paths]
        return [(path, int(number)) for path, number in named if number.isascii() and number.isdigit()]
