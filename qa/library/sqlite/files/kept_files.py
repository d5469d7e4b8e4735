"""Copies of the files that articles were read from, in a folder inside the library's."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import LibraryError
from qa.export.atomic_write import atomic_replace
from qa.library.base import IndexedArticle
from qa.library.sqlite.files.library_files import file_mode
from qa.types import FILE_SHA256, Article

__all__ = ["FOLDER", "KeptFiles"]

FOLDER = "files"


class KeptFiles:
    """Keeps a file for an article, named by the article's id and the SHA-256 of the file.

    Those who change it hold the library's write lock, so that no file is kept of an article that has just gone.

    :param library: the library's folder; None keeps nothing.
    """

    def __init__(self, library: Path | None) -> None:
        self._library = library
        self._folder = library and library / FOLDER

    def keep(self, article: Article, path: Path, max_bytes: int) -> bool:
        """Copy the file; return whether it is kept: not if it is another one, or too large beside the others.

        :raises LibraryError: if it cannot be written.
        """
        kept = self._path(article)
        if self._library is None or self._folder is None or kept is None:
            return False
        with _errors():
            if kept.exists():
                return True
            if _sha256(path) != article.metadata[FILE_SHA256]:
                return False
            self.remove([article.id])
            if path.stat().st_size + sum(file.stat().st_size for file in self._all()) > max_bytes:
                return False
            if not self._folder.exists():
                self._folder.mkdir()
                self._folder.chmod(self._library.stat().st_mode & 0o777)
            with atomic_replace(kept) as temporary:
                os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                shutil.copyfile(path, temporary)
                temporary.chmod(file_mode(self._library))
        return True

    def read(self, article: Article) -> bytes | None:
        """Return the file that was kept for an article, or None if there is none."""
        path = self._path(article)
        try:
            return path.read_bytes() if path else None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(error) from error

    def remove(self, article_ids: Iterable[str]) -> None:
        """Remove the files of articles.

        :raises LibraryError: if one of them cannot be removed.
        """
        self._remove_where(set(article_ids))

    def remove_outdated(self, articles: Iterable[IndexedArticle]) -> None:
        """Remove the files of articles that were updated from other files."""
        self._remove_where(
            {indexed.article.id for indexed in articles},
            {path.name for indexed in articles if (path := self._path(indexed.article))},
        )

    def _remove_where(self, article_ids: Collection[str], current: Collection[str] = ()) -> None:
        with _errors():
            for path in self._all():
                if path.name.partition("-")[0] in article_ids and path.name not in current:
                    path.unlink(missing_ok=True)

    def _all(self) -> Iterator[Path]:
        if self._folder and self._folder.exists():
            yield from self._folder.iterdir()

    def _path(self, article: Article) -> Path | None:
        digest = article.metadata.get(FILE_SHA256, "")
        is_digest = len(digest) == 64 and set(digest) <= set("0123456789abcdef")
        return self._folder / f"{article.id}-{digest}" if self._folder and is_digest else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> LibraryError:
    where = f" {error.filename}" if error.filename else ""
    return LibraryError(f"the kept file{where} cannot be read or written: {error.strerror}; check its permissions")
