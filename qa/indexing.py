"""Files and articles -> the library: load, compare, split, embed, store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder
from qa.errors import ArticleError, LoadError
from qa.library.base import IndexedArticle, Library
from qa.loaders import LoadFailure, find_files, load
from qa.passages import context_of, split_passages
from qa.types import AddProgress, AddReport, AddResult, Article, Outcome, Passage

__all__ = ["Indexer", "OnProgress"]

BATCH_PASSAGES = 256


OnProgress = Callable[[AddProgress], None]


@dataclass(frozen=True, slots=True)
class _Pending:
    article: Article
    passages: list[Passage]
    contexts: list[str]

    @property
    def texts(self) -> list[str]:
        """What is embedded: each passage under its context."""
        text = self.article.text
        return [f"{c}\n{text[p.start : p.end]}" for c, p in zip(self.contexts, self.passages, strict=True)]


class Indexer:
    """Adds articles to a library in batches; each batch is embedded together and stored in one transaction."""

    def __init__(self, library: Library, encoder: Encoder, *, max_file_mb: int) -> None:
        self._library = library
        self._encoder = encoder
        self._max_file_mb = max_file_mb

    def add(
        self,
        items: Iterable[str | Path | Article],
        globs: Sequence[str] = (),
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders and articles; what cannot be read is reported, and the others go in."""
        sources = list(_sources(items, globs))
        run = _Run(self._library, self._encoder, len(sources), on_progress)
        for source in sources:
            for loaded in self._load(source):
                run.take(loaded)
            run.source_done()
        return run.finish()

    def relabel(self, article: Article, changed: Article) -> None:
        """Store an article under another title and tags. It is embedded again only when search sees the change.

        The content hash stays that of what was added, so that adding the same file again undoes no change.
        """
        if _contexts(changed) == _contexts(article):
            self._library.relabel(changed)
            return
        pending = _prepare(changed, self._encoder)
        vectors = self._encoder.encode(pending.texts)
        content_hash = self._library.content_hashes([article.id])[article.id]
        self._library.put([IndexedArticle(changed, pending.passages, pending.contexts, vectors, content_hash)])

    def _load(self, source: Path | Article) -> Iterator[Article | LoadFailure]:
        if isinstance(source, Article):
            yield source
            return
        try:
            yield from load(source, max_mb=self._max_file_mb)
        except LoadError as error:
            yield LoadFailure(str(source), str(error))


class _Run:
    """The state of one add."""

    def __init__(self, library: Library, encoder: Encoder, sources: int, on_progress: OnProgress | None) -> None:
        self._library = library
        self._encoder = encoder
        self._sources = sources
        self._on_progress = on_progress
        self._results: list[AddResult] = []
        self._pending: dict[str, _Pending] = {}
        self._embedded = 0
        self._sources_done = 0

    def take(self, loaded: Article | LoadFailure) -> None:
        """Decide what becomes of an article; those to embed wait until a batch is full."""
        if isinstance(loaded, LoadFailure):
            self._results.append(AddResult(loaded.source, "failed", reason=loaded.reason))
            return
        if loaded.id in self._pending:
            self._flush()
        known = self._library.content_hashes([loaded.id]).get(loaded.id)
        if known == loaded.content_hash:
            self._results.append(AddResult(loaded.source, "unchanged", loaded.id))
            return
        pending = _prepare(loaded, self._encoder)
        if not pending.passages:
            self._results.append(AddResult(loaded.source, "failed", reason="it holds no text"))
            return
        self._pending[loaded.id] = pending
        outcome: Outcome = "updated" if known else "added"
        self._results.append(AddResult(loaded.source, outcome, loaded.id, len(pending.passages)))
        if sum(len(pending.passages) for pending in self._pending.values()) >= BATCH_PASSAGES:
            self._flush()

    def source_done(self) -> None:
        """Count a file or article as dealt with."""
        self._sources_done += 1
        self._report()

    def finish(self) -> AddReport:
        """Store what is pending and return what became of everything."""
        self._flush()
        return AddReport(tuple(self._results))

    def _flush(self) -> None:
        if not self._pending:
            return
        batch = list(self._pending.values())
        self._pending.clear()
        texts = [text for pending in batch for text in pending.texts]
        bounds = np.cumsum([len(pending.passages) for pending in batch])[:-1]
        vectors = np.split(self._encoder.encode(texts, self._count), bounds)
        self._library.put(
            IndexedArticle(pending.article, pending.passages, pending.contexts, rows)
            for pending, rows in zip(batch, vectors, strict=True)
        )

    def _count(self, passages: int) -> None:
        self._embedded += passages
        self._report()

    def _report(self) -> None:
        if self._on_progress:
            self._on_progress(AddProgress(self._sources_done, self._sources, self._embedded))


def _prepare(article: Article, encoder: Encoder) -> _Pending:
    passages = split_passages(article, encoder.count_tokens, encoder.max_tokens)
    return _Pending(article, passages, [context_of(article, passage.start) for passage in passages])


def _contexts(article: Article) -> list[str]:
    """Return the contexts that passages of the article can have: they change at its headings alone."""
    return [context_of(article, offset) for offset in (0, *(heading.start for heading in article.headings))]


def _sources(items: Iterable[str | Path | Article], globs: Sequence[str]) -> Iterator[Path | Article]:
    for item in items:
        if isinstance(item, Article):
            yield item
        elif isinstance(item, str | Path):
            yield from find_files([item], globs)
        else:
            raise ArticleError(f"cannot add a {type(item).__name__}; give paths or Article objects")
