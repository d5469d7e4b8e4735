"""Copies of libraries in other stores, with vectors, edits, ratings and followed files."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np

from qa.errors import LibraryError
from qa.library import library_address, open_library
from qa.library.base import HealthReport, IndexedArticle, Library, StoredPassage
from qa.library.health import count_of
from qa.settings import Settings
from qa.types import ArticleInfo, Filters

__all__ = ["CopyReport", "OnCopied", "compare_libraries", "copy_articles", "copy_library"]

PAGE = 200
"""Articles copied in one transaction."""
CHUNK = 1024
"""Vectors that follow in one transaction."""

OnCopied = Callable[[str, int, int], None]
"""Called with a stage of the work, and how many of how many articles it is done with."""


@dataclass(frozen=True, slots=True)
class CopyReport:
    """How many articles were copied now, and the health of both libraries after it."""

    copied: int
    source: HealthReport
    target: HealthReport


def copy_library(
    source: str | Path, target: str | Path, settings: Settings, on_progress: OnCopied = lambda *_: None
) -> CopyReport:
    """Copy a library into a new one, or continue a copy that was interrupted; compare and check both at the end.

    :param source: the library's name, path or address, as is ``target``.
    :raises LibraryError: if there is no such library, the target holds what the source does not, or the two differ
        at the end because the source has changed meanwhile.
    """
    with (
        closing(
            open_library(library_address(source, settings, must_exist=True), encoder=None, create=False)
        ) as original,
        closing(
            open_library(library_address(target, settings), encoder=original.encoder, dimension=original.dimension)
        ) as copy,
    ):
        copied = copy_articles(original, copy, on_progress)
        compare_libraries(original, copy, on_progress)
        return CopyReport(copied, original.doctor(), copy.doctor())


def copy_articles(source: Library, target: Library, on_progress: OnCopied = lambda *_: None) -> int:
    """Copy what the target lacks; return how many articles that were.

    Each page of articles is one transaction, so what an interruption leaves is continued by the next call.

    :raises LibraryError: if the target holds articles or ratings that the source does not.
    """
    _check_target(source, target)
    total, done, copied = len(source), 0, 0
    for page in _pages(source):
        missing = _missing(source, target, page)
        target.put(_indexed(source, missing))
        done += len(page)
        copied += len(missing)
        on_progress("copying", done, total)
    _copy_vectors(source, target)
    rated = set(target.feedback())
    for rating in source.feedback():
        if rating not in rated:
            target.put_feedback(rating)
    followed = source.followed("")
    target.follow(followed, {file.path for file in target.followed("")} - {file.path for file in followed})
    if copied:
        target.optimize()
    return copied


def compare_libraries(source: Library, target: Library, on_progress: OnCopied = lambda *_: None) -> None:
    """Compare the digests of all that two libraries hold.

    :raises LibraryError: if they differ, naming the first difference.
    """
    total = len(source)
    for number, (one, other) in enumerate(zip_longest(_digests(source), _digests(target)), 1):
        if one != other:
            name = (one or other or ("", ""))[0]
            raise LibraryError(
                f"the copy differs from its source in {name}: run the command again while nobody changes either"
            )
        on_progress("comparing", min(number, total), total)


def _check_target(source: Library, target: Library) -> None:
    for noun, keys in {"article": _article_keys, "rating": _rating_keys}.items():
        if surplus := len(keys(target) - keys(source)):
            raise LibraryError(
                f"the target holds {count_of(surplus, noun)} that the source does not: choose a new library"
            )


def _article_keys(library: Library) -> set[object]:
    return {info.id for page in _pages(library) for info in page}


def _rating_keys(library: Library) -> set[object]:
    return {(rating.id, rating.question) for rating in library.feedback()}


def _pages(library: Library) -> Iterator[list[ArticleInfo]]:
    after = 0
    while page := library.articles(after=after, limit=PAGE):
        yield page
        after = page[-1].position


def _missing(source: Library, target: Library, page: Sequence[ArticleInfo]) -> list[str]:
    """Return the ids of those articles that the target lacks, or holds with another content or other labels."""
    ids = [info.id for info in page]
    stored = {info.id: info for info in target.articles(Filters(articles=tuple(ids)))}
    hashes, expected = target.content_hashes(ids), source.content_hashes(ids)
    return [
        info.id for info in page if (stored.get(info.id), hashes.get(info.id)) != (info, expected.get(info.id))
    ]


def _indexed(source: Library, ids: Sequence[str]) -> list[IndexedArticle]:
    articles, hashes = source.get_many(ids), source.content_hashes(ids)
    passages: dict[str, list[StoredPassage]] = defaultdict(list)
    for stored in source.passages_of(list(articles)):
        passages[stored.passage.article_id].append(stored)
    vectors = source.vectors([stored.id for parts in passages.values() for stored in parts])
    indexed = []
    for id_, article in articles.items():
        parts = passages[id_]
        rows = [vectors[stored.id] for stored in parts if stored.id in vectors]
        is_embedded = len(rows) == len(parts) > 0
        indexed.append(
            IndexedArticle(
                article,
                [stored.passage for stored in parts],
                [stored.context for stored in parts],
                np.stack(rows) if is_embedded else None,
                hashes[id_],
            )
        )
    return indexed


def _copy_vectors(source: Library, target: Library) -> None:
    """Copy the vectors that only a part of an article's passages has, or that came after an interruption."""
    pending = target.pending(target.embedding_state().pending)
    for first in range(0, len(pending), CHUNK):
        waiting = target.passages(pending[first : first + CHUNK])
        articles = {stored.passage.article_id for stored in waiting.values()}
        ids = {stored.passage: stored.id for stored in source.passages_of(articles)}
        vectors = source.vectors(list(ids.values()))
        rows = {
            id_: vectors[ids[stored.passage]]
            for id_, stored in waiting.items()
            if ids.get(stored.passage) in vectors
        }
        if rows:
            target.put_vectors(list(rows), np.stack(list(rows.values())))


def _digests(library: Library) -> Iterator[tuple[str, str]]:
    """Yield the name and the SHA-256 of each article with its passages and vectors, then those of the rest."""
    for page in _pages(library):
        ids = [info.id for info in page]
        articles, hashes = library.get_many(ids), library.content_hashes(ids)
        passages: dict[str, list[list[object]]] = defaultdict(list)
        stored_passages = library.passages_of(ids)
        vectors = library.vectors([stored.id for stored in stored_passages])
        for stored in stored_passages:
            vector = vectors.get(stored.id)
            parts = passages[stored.passage.article_id]
            parts.append(
                [asdict(stored.passage), stored.context, None if vector is None else vector.tobytes().hex()]
            )
        for id_ in ids:
            if id_ in articles:
                yield f"the article {id_}", _digest([asdict(articles[id_]), hashes.get(id_), passages[id_]])
    yield "its ratings", _digest([asdict(rating) for rating in library.feedback()])
    yield "its followed files", _digest([asdict(file) for file in library.followed("")])


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
