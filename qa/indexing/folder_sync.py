"""Make the library follow a folder: new, changed and deleted files, and nothing else."""

from __future__ import annotations

import glob
import os
import re
import reprlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

from qa.errors import ArticleError, LoadError
from qa.indexing.add_progress import OnProgress
from qa.indexing.indexer import Indexer
from qa.library.base import FollowedFile, Library
from qa.loaders import LoadFailure, file_source, walk_files
from qa.types import AddReport, AddResult, Filters, article_id

__all__ = ["FolderSync", "SyncOptions"]

_ELSEWHERE = " elsewhere"
"""Ends the signature of a file on another device than the folder, such as a disk that is mounted inside it."""
_PART = re.compile("#|!/")
"""What separates a file from a row or a member in a source."""

_Fate = Literal["there", "gone", "unreachable"]


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How to follow a folder.

    ``globs`` choose which files are added; those that are deleted go whatever their names. A ``dry_run`` finds out
    what would happen, and changes nothing. ``allow_empty`` removes the articles of a folder that holds no files
    any more. ``reload`` reads all files again, those that look unchanged included.
    """

    globs: tuple[str, ...] = ()
    dry_run: bool = False
    allow_empty: bool = False
    reload: bool = False


class FolderSync:
    """Compares a folder with the library.

    The folder's articles are those whose source is a path in it, and those that its files gave when they were last
    followed: a JSON Lines file may name other sources. All others stay whatever happens. An article goes when its
    file or its row has gone, but not when the file cannot be read, or the disk that it was on is missing.

    :param folder: an existing folder.
    :raises ArticleError: if it is not a path.
    :raises LoadError: if there is no such folder.
    """

    def __init__(self, library: Library, indexer: Indexer, folder: str | Path) -> None:
        self._library = library
        self._indexer = indexer
        if not isinstance(folder, str | Path) or not str(folder).strip():
            raise ArticleError(f"a folder to follow is given by its path, not by {reprlib.repr(folder)}")
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links are not resolved, as in sources
        try:
            self._device = self._folder.stat().st_dev
            is_folder = self._folder.is_dir()
        except (OSError, ValueError):
            is_folder = False
        if not is_folder:
            raise LoadError(
                f"there is no folder {folder}: connect its disk, or check the path. Nothing was changed"
            )
        root = file_source(self._folder).rstrip("/")
        inside = Filters(sources=(f"{glob.escape(root)}/*",))
        self._sources = {info.id: info.source for info in library.articles(inside)}
        self._followed = {file.path: file for file in library.followed(root)}
        self._unreadable: set[str] = set()

    def run(self, options: SyncOptions, on_progress: OnProgress | None = None) -> AddReport:
        """Bring the library up to date; return what became of each file.

        :raises LoadError: if the folder holds no files, but the library has articles of it.
        """
        items = list(walk_files([self._folder], options.globs))
        files = {file_source(path): path for path in items if isinstance(path, Path)}
        signatures = {source: self._signature(path) for source, path in files.items()}
        if not (signatures or options.allow_empty):
            self._refuse_empty()
        failures = [item for item in items if isinstance(item, LoadFailure)]
        self._unreadable = {failure.source for failure in failures if not failure.is_skipped}
        owned = self._owned(signatures)
        unchanged = set() if options.reload else self._unchanged(signatures)
        changed = [path for path in signatures if path not in unchanged]
        results = self._indexer.add_each([files[path] for path in changed], on_progress, dry_run=options.dry_run)
        loaded = dict(zip(changed, results, strict=True))

        fates = {path: self._fate(path) for path in owned if path not in signatures}
        given = {path: self._given(path, owned[path], found) for path, found in loaded.items()}
        kept = set(chain.from_iterable(given.values()))
        kept.update(id_ for path in unchanged for id_ in self._followed[path].articles)
        kept.update(id_ for path, fate in fates.items() if fate != "gone" for id_ in owned[path])
        gone = sorted(self._library.content_hashes(set(chain.from_iterable(owned.values())) - kept))
        if not options.dry_run:
            self._library.remove(gone)
            read = [path for path in changed if not _has_failed(path, loaded[path])]
            self._library.follow(
                [FollowedFile(path, signatures[path], tuple(sorted(given[path]))) for path in read],
                forget=[path for path, fate in fates.items() if fate == "gone"],
            )
        return AddReport((*self._results(items, loaded), *self._removed(gone), *_unreachable(fates)))

    def _refuse_empty(self) -> None:
        """Refuse a folder without any file to add, of which the library has articles: its disk may be missing."""
        has_files = any(isinstance(item, Path) for item in walk_files([self._folder]))
        if not has_files and (self._sources or self._followed):
            raise LoadError(
                f"{self._folder} holds no files to add, but the library has articles of it: is its disk missing? "
                "Nothing was changed. Allow an empty folder to remove them (--allow-empty)"
            )

    def _signature(self, path: Path) -> str:
        """Return what changes with the file: its size, its times, and whether it is on the folder's device."""
        try:
            status = path.stat()
        except (OSError, ValueError):
            return ""
        place = "" if status.st_dev == self._device else _ELSEWHERE
        return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}{place}"

    def _owned(self, present: Iterable[str]) -> defaultdict[str, set[str]]:
        """Return the ids of the folder's articles by the paths of their files, those that have gone included."""
        owned: defaultdict[str, set[str]] = defaultdict(set)
        for file in self._followed.values():
            owned[file.path].update(file.articles)
        files = {*present, *self._followed}
        for id_, source in self._sources.items():
            owned[_file_of(source, files)].add(id_)
        return owned

    def _unchanged(self, signatures: dict[str, str]) -> set[str]:
        """Return the files that look as they did, and whose articles are all in the library."""
        same = [
            file for path, signature in signatures.items()
            if signature and (file := self._followed.get(path)) and file.signature == signature
        ]  # fmt: skip
        stored = self._library.content_hashes({id_ for file in same for id_ in file.articles})
        return {file.path for file in same if stored.keys() >= set(file.articles)}

    def _given(self, path: str, before: set[str], results: Sequence[AddResult]) -> set[str]:
        """Return the ids of the articles that a file gives now, and of those in it that cannot be read now."""
        failed = {article_id(result.source) for result in results if result.outcome == "failed"}
        kept = before if _has_failed(path, results) else before & failed
        return kept | {result.article_id for result in results if result.article_id}

    def _fate(self, path: str) -> _Fate:
        """Return whether a file that was not found is there all the same, or has gone, or cannot be reached."""
        try:
            os.lstat(path)
            return "there" if Path(path).exists() else "unreachable"  # a link to nothing
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, ValueError):
            return "unreachable"
        for folder in Path(path).parents:
            try:
                device = folder.stat().st_dev
            except (FileNotFoundError, NotADirectoryError):
                if folder.is_symlink():
                    return "unreachable"
                continue
            except OSError:
                return "unreachable"
            is_unmounted = self._was_elsewhere(path) and device == self._device
            return "unreachable" if is_unmounted or folder.as_posix() in self._unreadable else "gone"
        return "gone"

    def _was_elsewhere(self, path: str) -> bool:
        return path in self._followed and self._followed[path].signature.endswith(_ELSEWHERE)

    def _results(
        self, items: Sequence[Path | LoadFailure], loaded: dict[str, list[AddResult]]
    ) -> Iterator[AddResult]:
        """Yield the results of all that was found, in the order of the folder."""
        for item in items:
            if isinstance(item, LoadFailure):
                yield item.result
            elif (path := file_source(item)) in loaded:
                yield from loaded[path]
            else:
                yield from (AddResult(path, "unchanged", id_) for id_ in self._followed[path].articles)

    def _removed(self, ids: Iterable[str]) -> list[AddResult]:
        names = {id_: file.path for file in self._followed.values() for id_ in file.articles} | self._sources
        return sorted((AddResult(names[id_], "removed", id_) for id_ in ids), key=lambda result: result.source)


def _file_of(source: str, files: set[str]) -> str:
    """Return the path of the file that a source is in: itself, or the part before a row or a member."""
    paths = [source, *(source[: match.start()] for match in reversed(list(_PART.finditer(source))))]
    known = next((path for path in paths if path in files), None)
    return known or next((path for path in paths if os.path.lexists(path)), source)


def _has_failed(path: str, results: Sequence[AddResult]) -> bool:
    """Return whether the file as a whole could not be read."""
    return any(result.outcome == "failed" and result.source == path for result in results)


def _unreachable(fates: dict[str, _Fate]) -> list[AddResult]:
    reason = "its disk, or the folder that it was in, cannot be reached: its articles stay"
    paths = sorted(path for path, fate in fates.items() if fate == "unreachable")
    return [AddResult(path, "skipped", reason=reason, kind="files that cannot be reached") for path in paths]
