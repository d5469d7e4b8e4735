"""Files and articles -> the library: load, compare, split, store. The vectors follow later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

from embeddings.encoder import Encoder
from qa.errors import LibraryError
from qa.indexing.add_progress import OnProgress
from qa.indexing.items import Fetch, Item, expand_items
from qa.indexing.loading_ahead import Source, load_ahead
from qa.indexing.passages import Outline, split_passages
from qa.languages import recognise_language
from qa.library.base import IndexedArticle, Library, embedded_text
from qa.loaders import Limits, LoadFailure
from qa.settings import Settings
from qa.types import FILE_SHA256, AddProgress, AddReport, AddResult, Article, Outcome, Passage

__all__ = ["Indexer"]

BATCH_PASSAGES = 512


@dataclass(frozen=True, slots=True)
class _Prepared:
    article: Article
    passages: list[Passage]
    contexts: list[str]

    @property
    def texts(self) -> list[str]:
        """The text to embed for each passage."""
        text = self.article.text
        parts = zip(self.contexts, self.passages, strict=True)
        return [embedded_text(context, text[passage.start : passage.end]) for context, passage in parts]


class Indexer:
    """Adds articles to a library in batches, one transaction each, with their vectors to follow."""

    def __init__(self, library: Library, encoder: Encoder, settings: Settings) -> None:
        self._library = library
        self._encoder = encoder
        self._settings = settings

    def add(
        self,
        items: Iterable[Item],
        globs: Sequence[str] = (),
        on_progress: OnProgress | None = None,
        fetch: Fetch = "never",
    ) -> AddReport:
        """Add files, web pages, articles and records. What cannot be read is reported; the others are added."""
        sources = expand_items(items, globs=globs, fetch=fetch, text_field=self._settings.text_field)
        results = self.add_each(list(sources), on_progress)
        return AddReport(tuple(chain.from_iterable(results)))

    def add_each(
        self, sources: Sequence[Source], on_progress: OnProgress | None = None, *, dry_run: bool = False
    ) -> list[list[AddResult]]:
        """Add files and articles; return the results of each, in their order.

        :param dry_run: find out what would happen, and write nothing.
        """
        results: list[list[AddResult]] = []
        with _Run(self._library, self._encoder, len(sources), on_progress, dry_run=dry_run) as run:
            limits = Limits(self._settings.max_load_mb, self._settings.max_load_seconds)
            max_mb, text_field = self._settings.max_file_mb, self._settings.text_field
            for articles in load_ahead(sources, max_mb=max_mb, limits=limits, text_field=text_field):
                results.append([run.take(loaded) for loaded in articles])
                run.source_done()
        return results

    def relabel(self, article: Article, changed: Article) -> None:
        """Store an article under another title, tags, date or language.

        It is embedded again only if search sees the change.

        The content hash stays that of the added file, so adding the same file again does not undo the change.
        """
        if _contexts(changed) == _contexts(article):
            self._library.relabel(changed)
            return
        prepared = _prepare(changed, self._encoder)
        vectors = self._encoder.encode(prepared.texts)
        content_hash = self._library.content_hashes([article.id])[article.id]
        self._library.put([IndexedArticle(changed, prepared.passages, prepared.contexts, vectors, content_hash)])

    def restore(self, article: Article, content_hash: str) -> None:
        """Store an article again that was removed, with its earlier content hash. Its vectors follow later."""
        prepared = _prepare(article, self._encoder)
        indexed = IndexedArticle(article, prepared.passages, prepared.contexts, content_hash=content_hash)
        self._library.put([indexed])


class _Run:
    """The state of one add.

    A thread writes a batch while the next is split, which takes as long: SQLite and FTS5 release the GIL.
    """

    def __init__(
        self, library: Library, encoder: Encoder, sources: int, on_progress: OnProgress | None, *, dry_run: bool
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._sources = sources
        self._on_progress = on_progress
        self._dry_run = dry_run
        self._batch: dict[str, _Prepared] = {}
        self._writing: tuple[Future[None], dict[str, _Prepared]] | None = None
        self._writer = ThreadPoolExecutor(1, "writing")
        self._sources_done = self._articles = self._passages = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._writer:
            if kind is None:
                self._flush()
                self._await_write()

    def take(self, loaded: Article | LoadFailure) -> AddResult:
        """Return what becomes of an article; add it to the batch, which is written when it is full."""
        if isinstance(loaded, LoadFailure):
            return loaded.result
        if loaded.id in self._batch:
            self._flush()
        if self._writing and loaded.id in self._writing[1]:
            self._await_write()
        stored_hash = self._library.content_hashes([loaded.id]).get(loaded.id)
        if stored_hash == loaded.content_hash:
            self._note_file(loaded)
            return AddResult(loaded.source, "unchanged", loaded.id)
        prepared = _prepare(_with_language(loaded), self._encoder)
        if not prepared.passages:
            return AddResult(loaded.source, "failed", reason="it contains no text")
        if not self._dry_run:
            self._batch[loaded.id] = prepared
            if sum(len(prepared.passages) for prepared in self._batch.values()) >= BATCH_PASSAGES:
                self._flush()
        outcome: Outcome = "updated" if stored_hash else "added"
        passages, language = len(prepared.passages), prepared.article.language
        return AddResult(loaded.source, outcome, loaded.id, passages, language=language)

    def source_done(self) -> None:
        """Count a file or article as done."""
        self._sources_done += 1
        self._report_progress()

    def _note_file(self, loaded: Article) -> None:
        """Note the file of an unchanged article: it may have been saved anew, or never been noted."""
        digest = loaded.metadata.get(FILE_SHA256)
        if not digest or self._dry_run:
            return
        with suppress(LibraryError):  # of a damaged article, which is the doctor's to report
            stored = self._library.get(loaded.id)
            if stored and stored.metadata.get(FILE_SHA256) != digest:
                self._library.relabel(replace(stored, metadata={**stored.metadata, FILE_SHA256: digest}))

    def _flush(self) -> None:
        """Start writing the batch, once the one before it is written."""
        self._await_write()
        if self._batch:
            batch, self._batch = self._batch, {}
            indexed = [
                IndexedArticle(article.article, article.passages, article.contexts) for article in batch.values()
            ]
            self._writing = self._writer.submit(self._library.put, indexed), batch

    def _await_write(self) -> None:
        """Wait for the batch that is being written, and report it."""
        if self._writing:
            (result, batch), self._writing = self._writing, None
            result.result()
            self._articles += len(batch)
            self._passages += sum(len(prepared.passages) for prepared in batch.values())
            self._report_progress()

    def _report_progress(self) -> None:
        if self._on_progress:
            self._on_progress(AddProgress(self._sources_done, self._sources, self._articles, self._passages))


def _prepare(article: Article, encoder: Encoder) -> _Prepared:
    outline = Outline(article)
    passages = split_passages(article, encoder.count_tokens, encoder.max_tokens)
    return _Prepared(article, passages, [outline.context_at(passage.start) for passage in passages])


def _with_language(article: Article) -> Article:
    return article if article.language else replace(article, language=recognise_language(article.text))


def _contexts(article: Article) -> list[str]:
    """Return the contexts that passages of the article can have: they change only at its headings."""
    outline = Outline(article)
    return [outline.context_at(offset) for offset in (0, *(heading.start for heading in article.headings))]
