"""The articles of a library: add, edit and remove them, list them, write them to a file."""

from __future__ import annotations

import datetime as dt
import reprlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Self, get_args

from embeddings.encoder import Encoder
from qa.answering.pipeline import check_filters
from qa.answering.retriever import encoder_errors
from qa.answering.undated import count_undated
from qa.errors import ArticleError, SettingsError
from qa.export.articles import export_articles
from qa.indexing.add_progress import OnProgress, StagedProgress
from qa.indexing.editing import edit_article
from qa.indexing.embedder import BackgroundEmbedder, OnEmbedded, embed_pending
from qa.indexing.folder_sync import FolderSync, SyncOptions
from qa.indexing.indexer import Indexer
from qa.indexing.items import Fetch, Item
from qa.library.base import HealthReport, Library
from qa.settings import Settings
from qa.tracing import span
from qa.types import AddReport, AddResult, Article, ArticleInfo, EmbeddingState, Filters, article_id
from qa.types.validation import as_tuple, check_choice, check_language

__all__ = ["Collection", "Embed"]

Embed = Literal["now", "background", "later"]
"""When new passages are embedded: before ``add`` returns, in a background thread, or by ``embed``."""


class Collection:
    """The articles of a library. Many threads may use it; those that change it wait for each other."""

    def __init__(self, library: Library, encoder: Encoder, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self._encoder = encoder
        self._indexer = Indexer(library, encoder, settings)
        self._background = BackgroundEmbedder(library, encoder)
        self._write_lock = threading.Lock()

    def add(
        self,
        *items: Item,
        globs: Sequence[str] = (),
        fetch: Fetch = "never",
        embed: Embed = "now",
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders (recursively), web pages (``https://...``), articles, records and tables.

        A record is a dict with a ``text`` and, as far as they are known, a ``title``, a ``date``, a ``source`` and
        ``tags``; other fields become the metadata. Tables are data frames of pandas and polars, and tables of
        pyarrow, with such columns. Lists and generators of all of these may be given, too.

        An article can be asked about as soon as its text is written; its passages are embedded afterwards. A
        question that needs pending passages embeds them itself. Unchanged articles are not embedded again. A file
        that cannot be read is reported as failed and does not stop the others.

        :param globs: which files of a folder to add (``*.md``); all known formats by default.
        :param fetch: ``public`` fetches web pages, ``any`` also those of this machine and its network.
        :param embed: ``now``: return when all is embedded; ``background``: return when the texts are written, and
            embed in a thread; ``later``: leave it to :meth:`embed`.
        :param on_progress: called with the progress, first of the texts, then of the vectors.
        :raises ArticleError: if an item is none of these, such as a text instead of a path.
        :raises SettingsError: if a pattern, ``fetch`` or ``embed`` is not valid.
        """
        globs = as_tuple("globs", globs, str, SettingsError)
        check_choice("fetch", fetch, get_args(Fetch))
        return self._add(lambda on_texts: self._indexer.add(items, globs, on_texts, fetch), embed, on_progress)

    def add_text(
        self,
        text: str,
        *,
        title: str = "",
        source: str = "",
        date: dt.date | str | None = None,
        tags: Sequence[str] = (),
        metadata: Mapping[str, str] | None = None,
        language: str = "",
        embed: Embed = "now",
    ) -> AddResult:
        """Add a text as an article; return what became of it.

        :param source: where the text is from; adding a text with the same source again updates the article.
        :param date: a date or an ISO string.
        :param language: a code such as "de"; it is recognised if it is empty.
        :param embed: when its passages are embedded, as in :meth:`add`.
        :raises ArticleError: if the text is blank, or a value is not valid.
        """
        article = Article(
            text, title, source, date, tags=tags, metadata=metadata or {}, language=check_language(language)
        )
        if not text.strip():
            raise ArticleError("the text is blank; give the text of an article")
        return self.add(article, embed=embed).results[0]

    def sync(
        self,
        folder: str | Path,
        *,
        globs: Sequence[str] = (),
        dry_run: bool = False,
        allow_empty: bool = False,
        reload: bool = False,
        embed: Embed = "now",
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Make the library follow a folder: new, changed and deleted files. Other articles stay.

        Nothing is removed while the folder, or the disk that a file was on, is missing.

        :param globs: which files to add, and ``embed`` and ``on_progress``: as for :meth:`add`.
        :param dry_run: report what would happen, and change nothing.
        :param allow_empty: remove the articles of a folder that holds no files any more.
        :param reload: read all files again, those that look unchanged included.
        :raises LoadError: if the folder is missing, or empty and ``allow_empty`` is false.
        """
        globs = as_tuple("globs", globs, str, SettingsError)
        options = SyncOptions(globs, dry_run=dry_run, allow_empty=allow_empty, reload=reload)
        return self._add(
            lambda on_texts: FolderSync(self.library, self._indexer, folder).run(options, on_texts),
            "later" if dry_run else embed,
            on_progress,
        )

    @span("add")
    def _add(
        self, write: Callable[[OnProgress], AddReport], embed: Embed, on_progress: OnProgress | None
    ) -> AddReport:
        """Write texts, then embed them as told."""
        check_choice("embed", embed, get_args(Embed))
        progress = StagedProgress(on_progress)
        with self._write_lock, encoder_errors():
            report = write(progress.texts)
        if embed == "background":
            self.embed_in_background()
        elif embed == "now":
            self.embed(progress.vectors)
        return report

    def embed(self, on_progress: OnEmbedded | None = None) -> None:
        """Embed all pending passages. If another process is embedding, wait for it.

        If it is interrupted, what is done is kept, and another call continues.

        :param on_progress: called with the state of the library.
        """
        with encoder_errors():
            embed_pending(self.library, self._encoder, on_progress or (lambda _: None))

    def embed_in_background(self) -> None:
        """Embed pending passages in a thread that pauses for questions, now and after every add, until closed."""
        self._background.start()

    def embedding_state(self) -> EmbeddingState:
        """Return how many passages there are, and how many of them are embedded."""
        return self.library.embedding_state()

    def keep_file(self, article: str, path: str | Path) -> bool:
        """Keep a copy of the file that an article, given by id or source, was read from; return whether.

        Its pages can be shown then, though the file itself goes away. The copy goes with the article. None is kept
        if the file is another one, the library has no folder, or ``max_kept_mb`` would be exceeded.

        :raises ArticleError: if there is no such article.
        :raises LibraryError: if the copy cannot be written.
        """
        with self._write_lock:
            return self.library.keep_file(self.get(article).id, Path(path), self.settings.max_kept_mb << 20)

    def remove(self, *articles: str) -> int:
        """Remove articles by id or source; return how many.

        :raises ArticleError: if one of them does not exist; nothing is removed then.
        """
        with self._write_lock:
            return self.library.remove([self.get(article).id for article in articles])

    def restore(self, article: Article, content_hash: str) -> None:
        """Put a removed article back, with its content hash, by which edits survive adding the same file again."""
        with self._write_lock, encoder_errors():
            self._indexer.restore(article, content_hash)
        self.embed_in_background()

    def edit(
        self,
        article: str,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        date: dt.date | str | None = None,
        language: str | None = None,
    ) -> Article:
        """Change what is known about an article, given by id or source; return the changed article.

        What is None stays. The edit survives adding the same file again, until the file itself changes. The
        passages are embedded again only if the title that search sees changes.

        :param tags: the new tags, in place of all the old ones; blank and repeated tags are left out.
        :param date: a date or an ISO string; "" removes the date.
        :param language: a code such as "de"; "" if the language is not known.
        :raises ArticleError: if there is no such article, or a value is not valid.
        """
        with self._write_lock, encoder_errors():
            current = self.get(article)
            changed = edit_article(current, title=title, tags=tags, date=date, language=language)
            if (changed, changed.language) != (current, current.language):
                self._indexer.relabel(current, changed)
        return changed

    def get(self, article: str) -> Article:
        """Return an article by its id, its source, or the path of its file.

        :raises ArticleError: if there is no such article.
        """
        if not isinstance(article, str):
            raise ArticleError(f"an article is given by its id or source, a string, not {reprlib.repr(article)}")
        for id_ in (article, article_id(article), article_id(Path(article).absolute().as_posix())):
            if stored := self.library.get(id_):
                return stored
        raise ArticleError(f"there is no article {article!r} in the library; `list` shows ids and sources")

    def articles(self, filters: Filters | None = None) -> list[ArticleInfo]:
        """Return a listing of the articles, in the order in which they were first added."""
        check_filters(filters)
        return self.library.articles(filters)

    def undated_left_out(self, filters: Filters) -> int:
        """Return how many articles the dates of the filters leave out because they have none."""
        check_filters(filters)
        return count_undated(self.library, filters)

    def iter_articles(self) -> Iterator[Article]:
        """Yield every article with its text, in the order in which they were first added."""
        return self.library.iter_articles()

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return len(self.library)

    @property
    def generation(self) -> int:
        """A number that grows with every change of the library, whichever process makes it."""
        return self.library.generation

    def content_hashes(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return, by id, the content hash of each of the articles that the library holds."""
        return self.library.content_hashes(article_ids)

    def doctor(self) -> HealthReport:
        """Check the consistency of the library."""
        return self.library.doctor()

    def export(self, path: str | Path) -> int:
        """Write every article to a JSONL file that ``add`` can read back; return how many."""
        return export_articles(self.library.iter_articles(), Path(path))

    def close(self) -> None:
        """Stop the background embedding and close the library."""
        self._background.stop()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
