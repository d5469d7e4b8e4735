"""The assistant: add articles, ask questions, get verbatim answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self, TypedDict, Unpack

import seeds
from embeddings.encoder import Encoder, SentenceEncoder
from qa.answering.confidence import Confidence
from qa.answering.pipeline import AnswerPipeline, OnStage, check_filters, check_question, check_questions
from qa.answering.readers import Readers, ReaderWithConfidence, build_reader, build_readers, with_cache
from qa.answering.resolving import resolve_citation
from qa.answering.retriever import BuildRetriever, build_retriever, encoder_errors
from qa.chat import Chat
from qa.collection import Collection, Embed
from qa.errors import LibraryError
from qa.export.feedback import export_squad
from qa.feedback import Feedback, Verdict, feedback_on
from qa.library import address_text, library_address, open_library
from qa.library.base import Library
from qa.page_images import PageImages
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Citation, Filters, PageImage, Reading, Reply, Resolution, RetrievedPassage
from qa.types.validation import check_count

__all__ = ["AskKeywords", "Assistant", "Embed", "OnStage"]

QUESTIONS_AT_ONCE = 8
"""Questions that are answered at once. Their passages share forward passes (``embeddings.inference.batching``)."""


class AskKeywords(TypedDict, total=False):
    """The keywords of :meth:`Assistant.ask` that say how questions are answered."""

    min_confidence: float | None
    filters: Filters | None
    passages: int | None
    reader: str


class Assistant(Collection):
    """Answers questions about the articles of a library with verbatim quotes.

    It is the collection of these articles as well: :meth:`add` and :meth:`remove` them, :meth:`edit` them.
    Create one with :meth:`open` or :meth:`in_memory`. Many threads may ask while one adds or removes. Models load
    on first use, or with :meth:`warm_up`.

    :param readers: additional readers, by name.
    :param retriever: builds another retriever than the default one.
    """

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        reader: Reader,
        settings: Settings,
        readers: Mapping[str, ReaderWithConfidence] | None = None,
        retriever: BuildRetriever | None = None,
    ) -> None:
        super().__init__(library, encoder, settings)
        self._readers = Readers(
            ReaderWithConfidence(with_cache(reader, settings), settings.reader, settings.reader_dtype),
            readers or {},
        )
        hybrid = build_retriever(library, encoder, settings)
        own = retriever(library, hybrid) if retriever else None
        pause = self._background.paused
        self._pipeline = AnswerPipeline(library, hybrid, self._readers, settings, pause, own)
        self._page_images = PageImages(library, settings)
        self._name = ""

    def __repr__(self) -> str:
        name = [repr(self._name)] if self._name else []
        try:
            about = [f"articles={self.article_count}", f"passages={self.embedding_state().passages}"]
        except LibraryError:
            about = ["closed"]
        return f"{type(self).__name__}({', '.join(name + about)})"

    @classmethod
    def open(
        cls,
        library: str | Path = "default",
        *,
        settings: Settings | None = None,
        seed: bool = True,
        create: bool = True,
        embed: Embed = "now",
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        retriever: BuildRetriever | None = None,
    ) -> Self:
        """Open a library; a new one is created with the seed articles.

        :param library: a name (of a folder in the user's data folder), the path of a folder, or the address of a
            library in another store (``scheme://...``; see ``docs/library-backends.md``).
        :param seed: whether a new library starts with the seed articles.
        :param create: whether a missing library is created.
        :param embed: when the seed articles of a new library are embedded, as in :meth:`add`.
        :param encoder: your own encoder, in place of that of the settings.
        :param reader: your own reader, in place of that of the settings.
        :param retriever: builds your own retriever from the library and the default retriever.
        :raises LibraryError: if there is no such library, or this version or encoder cannot use it.
        """
        settings = settings or Settings.from_environment()
        with encoder_errors():
            encoder = encoder or SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            store = open_library(
                library_address(library, settings, must_exist=not create),
                encoder=encoder.fingerprint,
                dimension=encoder.dimension,
                create=create,
            )
        reader = reader or build_reader(settings)
        assistant = cls(store, encoder, reader, settings, build_readers(settings), retriever)
        assistant._name = address_text(library)
        if seed and store.generation == 0:
            assistant.add(seeds.FOLDER, embed=embed)
        return assistant

    def open_beside(self, library: str | Path, *, seed: bool = True, create: bool = True) -> Self:
        """Open another library with the models and the settings of this assistant.

        :param seed: whether a new library starts with the seed articles.
        :param create: whether a missing library is created.
        :raises LibraryError: as for :meth:`open`.
        """
        with encoder_errors():
            store = open_library(
                library_address(library, self.settings),
                encoder=self._encoder.fingerprint,
                dimension=self._encoder.dimension,
                create=create,
            )
        assistant = type(self)(
            store, self._encoder, self._readers.default.reader, self.settings, self._readers.named
        )
        assistant._name = address_text(library)
        if seed and store.generation == 0:
            assistant.add(seeds.FOLDER)
        return assistant

    @classmethod
    def in_memory(
        cls,
        *,
        settings: Settings | None = None,
        seed: bool = True,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        retriever: BuildRetriever | None = None,
    ) -> Self:
        """Open a new library that leaves nothing on disk; the parameters are those of :meth:`open`."""
        return cls.open(
            ":memory:", settings=settings, seed=seed, encoder=encoder, reader=reader, retriever=retriever
        )

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

    def retrieve(
        self, question: str, k: int | None = None, filters: Filters | None = None
    ) -> list[RetrievedPassage]:
        """Return the k passages most likely to hold the answer, best first.

        :param k: how many; by default as many as are read for a question.

        :raises QuestionError: if the question is blank or too long.
        :raises SettingsError: if k is not a positive number.
        """
        question = check_question(question)
        k = self.settings.passages if k is None else k
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

    def ask_many(self, questions: Iterable[str], **options: Unpack[AskKeywords]) -> list[Reply]:
        """Answer questions, several at a time in shared forward passes; return their replies in order.

        :param options: those of :meth:`ask`, for all questions.
        :raises QuestionError: if questions are blank or too long; it names them all, and none is answered.
        :raises EmptyLibraryError: if the library is empty.
        :raises SettingsError: if an option is not valid.
        """
        with ThreadPoolExecutor(QUESTIONS_AT_ONCE, thread_name_prefix="ask") as threads:
            return list(threads.map(partial(self.ask, **options), check_questions(questions)))

    async def aask(self, question: str, **options: Unpack[AskKeywords]) -> Reply:
        """Answer a question as :meth:`ask` does, in a thread, so that others can run meanwhile."""
        return await asyncio.to_thread(partial(self.ask, question, **options))

    def resolve(self, citation: Citation) -> Resolution:
        """Find the quote of a citation in its article as it is now, or say what has become of it."""
        return resolve_citation(citation, self.library)

    def page_image(self, citation: Citation) -> PageImage | None:
        """Return the page of a PDF that a citation is from, as a picture with the quote marked.

        It is None if the quote is not on a page of a PDF. Where the article has changed, :meth:`resolve` the
        citation first.

        :raises LoadError: if the file is gone or has changed since it was added, or the page cannot be drawn.
        """
        return self._page_images.draw(citation)

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
