"""The one facade over the parts: articles in, questions asked, verbatim answers out."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self

import seeds
from embeddings.encoder import Encoder, SentenceEncoder
from qa.answering.confidence import Confidence
from qa.answering.pipeline import AnswerPipeline, OnStage
from qa.answering.readers import Readers, ReaderWithConfidence, build_reader, build_readers, with_cache
from qa.answering.retriever import HybridRetriever, encoder_errors
from qa.chat import Chat
from qa.errors import ArticleError
from qa.export.articles import export_articles
from qa.export.feedback import export_squad
from qa.feedback import Feedback, Verdict, feedback_on
from qa.indexing.embedder import BackgroundEmbedder, OnEmbedded, embed_pending
from qa.indexing.indexer import Indexer, OnProgress
from qa.library import library_address, open_library
from qa.library.base import HealthReport, Library
from qa.reader import Reader
from qa.settings import Settings
from qa.types import (
    AddProgress,
    AddReport,
    Article,
    ArticleInfo,
    EmbeddingState,
    Filters,
    Reading,
    Reply,
    RetrievedPassage,
)

__all__ = ["Assistant", "Embed", "OnStage"]

Embed = Literal["now", "background", "later"]
"""When new passages are embedded: before ``add`` returns, by a thread from then on, or by ``embed``."""


class Assistant:
    """Answers questions about the articles of a library with verbatim quotes.

    Make one with :meth:`open` or :meth:`in_memory`. Many threads may ask while one adds or removes. Models load
    at the first question or add, or with :meth:`warm_up`.

    :param readers: more readers, by the names that questions ask for them with.
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
        retriever = HybridRetriever(
            library,
            encoder,
            dense_weight=settings.dense_weight,
            sentence_weight=settings.sentence_weight,
            candidates=settings.candidates,
            cache_size=settings.cache_size,
        )
        self._indexer = Indexer(library, encoder, max_file_mb=settings.max_file_mb)
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
        :raises LibraryError: when the folder is no library, or one that this version or encoder cannot use.
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
        return cls._start(store, encoder, settings, seed, embed)

    @classmethod
    def in_memory(cls, *, settings: Settings | None = None, seed: bool = True) -> Self:
        """Open a new library that leaves nothing on disk."""
        settings = settings or Settings.from_environment()
        with encoder_errors():
            encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            store = open_library(":memory:", encoder=encoder.fingerprint, dimension=encoder.dimension)
        return cls._start(store, encoder, settings, seed)

    @classmethod
    def _start(
        cls, library: Library, encoder: Encoder, settings: Settings, seed: bool, embed: Embed = "now"
    ) -> Self:
        assistant = cls(library, encoder, build_reader(settings), settings, build_readers(settings))
        if seed and library.generation == 0:
            assistant.add(seeds.FOLDER, embed=embed)
        return assistant

    @property
    def readers(self) -> Mapping[str, ReaderWithConfidence]:
        """The additional readers, by the names that questions ask for them with."""
        return self._readers.named

    def warm_up(self) -> None:
        """Load all models now, but for the further readers, which load when they are first asked for."""
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
        embed: Embed = "now",
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders (recursively) and articles.

        An article can be asked about as soon as its text is written; its passages are embedded afterwards. Those
        that a question needs before are embedded when it is asked. Articles that the library holds unchanged are
        not embedded again; a file that cannot be read is reported as failed and does not stop the others.

        :param globs: which files of a folder to take (``*.md``); all known formats without it.
        :param embed: ``now``: return when everything in the library is embedded; ``background``: return when the
            texts are written, and embed in a thread until :meth:`close`; ``later``: leave it to :meth:`embed`.
        :raises ArticleError: when an item is neither a path nor an article.
        """
        progress = _AddProgress(on_progress)
        with self._write_lock, encoder_errors():
            report = self._indexer.add(items, globs, progress.texts)
        if embed == "background":
            self.embed_in_background()
        elif embed == "now":
            self.embed(progress.vectors)
        return report

    def embed(self, on_progress: OnEmbedded | None = None) -> None:
        """Embed all passages that wait for it. What is done is kept, however this ends; another call goes on.

        When another process is at it, wait until it is done.

        :param on_progress: is told how far the library is.
        """
        with encoder_errors():
            embed_pending(self.library, self._encoder, on_progress or (lambda _: None))

    def embed_in_background(self) -> None:
        """Embed what waits for it, now and whenever something is added, in a thread that gives way to questions.

        It ends with :meth:`close`, at the latest when the process does.
        """
        self._background.start()

    def embedding_state(self) -> EmbeddingState:
        """Return how many passages there are, and how many are embedded."""
        return self.library.embedding_state()

    def remove(self, *articles: str) -> int:
        """Remove articles, given by id or source; return how many.

        :raises ArticleError: when there is no such article; nothing is removed then.
        """
        with self._write_lock:
            return self.library.remove([self.get(article).id for article in articles])

    def restore(self, article: Article, content_hash: str) -> None:
        """Put an article back that was removed, with the hash of what was added then (:meth:`content_hashes`).

        What was edited before stays when the same file is added again. It is embedded in the background.
        """
        with self._write_lock, encoder_errors():
            self._indexer.restore(article, content_hash)
        self.embed_in_background()

    def edit(self, article: str, *, title: str | None = None, tags: Sequence[str] | None = None) -> Article:
        """Give an article, named by its id or its source, another title or other tags; return it as it is now.

        The change stays when the same file is added again, until the file itself has changed. The passages are
        embedded again only when the title that search sees changes.

        :param tags: all of the tags that it is to have; blank ones and repetitions are left out.
        :raises ArticleError: when there is no such article, or the title is blank, or one of
            them cannot be written.
        """
        with self._write_lock, encoder_errors():
            found = self.get(article)
            changed = _relabelled(found, title, tags)
            if changed != found:
                self._indexer.relabel(found, changed)
        return changed

    def get(self, article: str) -> Article:
        """Return an article, given by its id or its source.

        :raises ArticleError: when there is no such article.
        """
        for id_ in (
            article,
            Article("", source=article).id,
            Article("", source=Path(article).absolute().as_posix()).id,
        ):
            if found := self.library.get(id_):
                return found
        raise ArticleError(f"there is no article {article!r} in the library; `list` shows ids and sources")

    def articles(self, filters: Filters | None = None) -> list[ArticleInfo]:
        """Return a listing of the articles."""
        return self.library.articles(filters)

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
        """Return the k passages most likely to hold the answer, best first."""
        return self._pipeline.retrieve(question, k, filters)

    def read(self, question: str, passages: Sequence[RetrievedPassage], reader: str = "") -> list[Reading]:
        """Return what the reader, the default one or one of ``readers``, makes of each of the passages.

        :raises SettingsError: when there is no reader of that name.
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
        :param reader: the name of one of ``readers``; the default reader without it.
        :param on_stage: called when a stage begins.
        :raises QuestionError: if the question is blank or too long.
        :raises EmptyLibraryError: if the library holds no articles.
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
        """Note in the library what a reader thought of a reply; return the note.

        :param verdict: ``good``, ``bad``, or ``unanswerable``: the articles do not answer the question.
        :param replaces: an earlier note, which this one takes the place of.
        :raises SettingsError: when there is no such verdict.
        :raises QuestionError: when the comment is longer than 2,000 characters.
        """
        return self.library.put_feedback(feedback_on(reply, verdict, comment, replaces))

    def feedback(self) -> list[Feedback]:
        """Return what readers thought of replies, the oldest first."""
        return self.library.feedback()

    def export_feedback(self, path: str | Path) -> tuple[int, int]:
        """Write the feedback to a SQuAD file, which ``evaluate`` reads.

        :return: how many questions it holds, and how many more are to be reviewed.
        :raises LibraryError: when the file cannot be written.
        """
        return export_squad(self.library.feedback(), Path(path))

    def chat(self) -> Chat:
        """Start a conversation, in which a question may lean on the one before."""
        return Chat(self._pipeline)

    def doctor(self) -> HealthReport:
        """Check the library against itself."""
        return self.library.doctor()

    def export(self, path: str | Path) -> int:
        """Write every article to a JSONL file, which ``add`` can read back; return how many."""
        return export_articles(self.library.iter_articles(), Path(path))

    def close(self) -> None:
        """End the background embedding, and release the library's files."""
        self._background.stop()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _relabelled(article: Article, title: str | None, tags: Sequence[str] | None) -> Article:
    title = article.title if title is None else " ".join(title.split())
    tags = article.tags if tags is None else tuple(dict.fromkeys(filter(None, map(str.strip, tags))))
    if not title and article.title:
        raise ArticleError("the title is blank; give the article a name")
    try:
        "".join([title, *tags]).encode()
    except UnicodeEncodeError:
        raise ArticleError("the title or a tag holds half a character (a lone surrogate); type it anew") from None
    return replace(article, title=title, tags=tuple(tags))


class _AddProgress:
    """Tells of the texts, then of the vectors."""

    def __init__(self, tell: OnProgress | None) -> None:
        self._tell = tell or (lambda _: None)
        self._last = AddProgress(0, 0, 0, 0)

    def texts(self, progress: AddProgress) -> None:
        self._last = progress
        self._tell(progress)

    def vectors(self, state: EmbeddingState) -> None:
        self._tell(replace(self._last, embedding=state))
