"""The assistant: add articles, ask questions, get verbatim answers."""

from __future__ import annotations

import datetime as dt
import reprlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Self, get_args

import seeds
from embeddings.encoder import Encoder, SentenceEncoder
from qa.answering.confidence import Confidence
from qa.answering.pipeline import AnswerPipeline, OnStage, check_filters, check_question
from qa.answering.readers import Readers, ReaderWithConfidence, build_reader, build_readers, with_cache
from qa.answering.retriever import build_retriever, encoder_errors
from qa.answering.undated import count_undated
from qa.chat import Chat
from qa.errors import ArticleError, SettingsError
from qa.export.articles import export_articles
from qa.export.feedback import export_squad
from qa.feedback import Feedback, Verdict, feedback_on
from qa.indexing.add_progress import OnProgress, StagedProgress
from qa.indexing.editing import edit_article
from qa.indexing.embedder import BackgroundEmbedder, OnEmbedded, embed_pending
from qa.indexing.folder_sync import FolderSync, SyncOptions
from qa.indexing.indexer import Fetch, Indexer
from qa.library import library_address, open_library
from qa.library.base import HealthReport, Library
from qa.reader import Reader
from qa.settings import Settings
from qa.types import (
    AddReport,
    Article,
    ArticleInfo,
    EmbeddingState,
    Filters,
    Reading,
    Reply,
    RetrievedPassage,
    article_id,
)
from qa.types.validation import as_tuple, check_choice, check_count

__all__ = ["Assistant", "Embed", "OnStage"]

Embed = Literal["now", "background", "later"]
"""When new passages are embedded: before ``add`` returns, in a background thread, or by ``embed``."""


class Assistant:
    """Answers questions about the articles of a library with verbatim quotes.

    Create one with :meth:`open` or :meth:`in_memory`. Many threads may ask while one adds or removes. Models load
    on first use, or with :meth:`warm_up`.

    :param readers: additional readers, by name.
    """

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        reader: Reader,
        settings: Settings,
        readers: Mapping[str, ReaderWithConfidence] | None = None,
    ) -> None:
        self.library = library
        self.settings = settings
        self._encoder = encoder
        self._readers = Readers(ReaderWithConfidence(with_cache(reader, settings), settings.reader), readers or {})
        retriever = build_retriever(library, encoder, settings)
        self._indexer = Indexer(library, encoder, settings)
        self._background = BackgroundEmbedder(library, encoder)
        self._pipeline = AnswerPipeline(library, retriever, self._readers, settings, self._background.paused)
        self._write_lock = threading.Lock()

    @classmethod
    def open(
        cls,
        library: str | Path = "default",
        *,
        settings: Settings | None = None,
        seed: bool = True,
        create: bool = True,
        embed: Embed = "now",
    ) -> Self:
        """Open a library; a new one is created with the seed articles.

        :param library: a name (of a folder in the user's data folder), the path of a folder, or the address of a
            library in another store (``scheme://...``; see ``docs/library-backends.md``).
        :param seed: whether a new library starts with the seed articles.
        :param create: whether a missing library is created.
        :param embed: when the seed articles of a new library are embedded, as in :meth:`add`.
        :raises LibraryError: if there is no such library, or this version or encoder cannot use it.
        """
        settings = settings or Settings.from_environment()
        with encoder_errors():
            encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            store = open_library(
                library_address(library, settings),
                encoder=encoder.fingerprint,
                dimension=encoder.dimension,
                create=create,
            )
        assistant = cls(store, encoder, build_reader(settings), settings, build_readers(settings))
        if seed and store.generation == 0:
            assistant.add(seeds.FOLDER, embed=embed)
        return assistant

    @classmethod
    def in_memory(cls, *, settings: Settings | None = None, seed: bool = True) -> Self:
        """Open a new library that leaves nothing on disk."""
        return cls.open(":memory:", settings=settings, seed=seed)

    @property
    def readers(self) -> Mapping[str, ReaderWithConfidence]:
        """The additional readers, by name."""
        return self._readers.named

    def warm_up(self) -> None:
        """Load the models now, except for the additional readers, which load on first use."""
        with encoder_errors():
            self._encoder.warm_up()
        self._readers.default.warm_up()

    @property
    def confidence(self) -> Confidence:
        """The confidence model of the default reader, or its plain softmax score if none was fitted to it."""
        return self._readers.default.confidence

    @property
    def reader_fingerprint(self) -> str:
        """Name and checksum of the default reader."""
        return self._readers.default.reader.fingerprint

    def add(
        self,
        *items: str | Path | Article,
        globs: Sequence[str] = (),
        fetch: Fetch = "never",
        embed: Embed = "now",
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders (recursively), web pages (``https://...``) and articles.

        An article can be asked about as soon as its text is written; its passages are embedded afterwards. A
        question that needs pending passages embeds them itself. Unchanged articles are not embedded again. A file
        that cannot be read is reported as failed and does not stop the others.

        :param globs: which files of a folder to add (``*.md``); all known formats by default.
        :param fetch: ``public`` fetches web pages, ``any`` also those of this machine and its network.
        :param embed: ``now``: return when all is embedded; ``background``: return when the texts are written, and
            embed in a thread; ``later``: leave it to :meth:`embed`.
        :param on_progress: called with the progress, first of the texts, then of the vectors.
        :raises ArticleError: if an item is neither a path nor an article, or the path is empty.
        :raises SettingsError: if a pattern, ``fetch`` or ``embed`` is not valid.
        """
        globs = as_tuple("globs", globs, str, SettingsError)
        check_choice("fetch", fetch, get_args(Fetch))
        return self._add(lambda on_texts: self._indexer.add(items, globs, on_texts, fetch), embed, on_progress)

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

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return the k passages most likely to hold the answer, best first.

        :raises QuestionError: if the question is blank or too long.
        :raises SettingsError: if k is not a positive number.
        """
        question = check_question(question)
        check_count("k", k)
        check_filters(filters)
        return self._pipeline.retrieve(question, k, filters)

    def read(self, question: str, passages: Sequence[RetrievedPassage], reader: str = "") -> list[Reading]:
        """Return a reading of each passage, by the default reader or one of ``readers``.

        :raises SettingsError: if there is no reader with that name.
        """
        return self._pipeline.read(question, passages, reader)

    def ask(
        self,
        question: str,
        *,
        min_confidence: float | None = None,
        filters: Filters | None = None,
        passages: int | None = None,
        reader: str = "",
        on_stage: OnStage | None = None,
    ) -> Reply:
        """Answer a question with a verbatim quote, or abstain.

        :param min_confidence: the confidence that an answer needs, 0 to 1; the settings' value by default.
        :param filters: the articles to search.
        :param passages: how many passages to read; the settings' value by default.
        :param reader: the name of one of ``readers``; "" for the default reader.
        :param on_stage: called when a stage begins, with its name and its number of passages.
        :raises QuestionError: if the question is blank or too long.
        :raises EmptyLibraryError: if the library is empty.
        :raises SettingsError: if there is no reader with that name.
        """
        return self._pipeline.answer(
            question,
            min_confidence=min_confidence,
            filters=filters,
            passages=passages,
            reader=reader,
            on_stage=on_stage,
        )

    def rate(
        self, reply: Reply, verdict: Verdict, *, comment: str = "", replaces: Feedback | None = None
    ) -> Feedback:
        """Store a rating of a reply in the library; return it.

        :param verdict: ``good``, ``bad``, or ``unanswerable``: the articles do not answer the question.
        :param replaces: an earlier rating, which this one replaces.
        :raises SettingsError: if there is no such verdict.
        :raises QuestionError: if the comment is longer than 2,000 characters.
        """
        return self.library.put_feedback(feedback_on(reply, verdict, comment, replaces))

    def feedback(self) -> list[Feedback]:
        """Return the ratings of replies, the oldest first."""
        return self.library.feedback()

    def export_feedback(self, path: str | Path) -> tuple[int, int]:
        """Write the ratings to a SQuAD file, which ``evaluate`` reads.

        :return: the number of questions in it, and of those that a person must review.
        :raises LibraryError: if the file cannot be written.
        """
        return export_squad(self.library.feedback(), Path(path))

    def chat(self) -> Chat:
        """Start a conversation, in which a question can follow up on the ones before."""
        return Chat(self._pipeline)

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
