"""The assistant: add articles, ask questions, get verbatim answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import seeds
from embeddings.encoder import Encoder, SentenceEncoder
from qa.answering.confidence import Confidence
from qa.answering.pipeline import AnswerPipeline, OnStage, check_filters, check_question
from qa.answering.readers import Readers, ReaderWithConfidence, build_reader, build_readers, with_cache
from qa.answering.retriever import build_retriever, encoder_errors
from qa.chat import Chat
from qa.collection import Collection, Embed
from qa.export.feedback import export_squad
from qa.feedback import Feedback, Verdict, feedback_on
from qa.library import library_address, open_library
from qa.library.base import Library
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Filters, Reading, Reply, RetrievedPassage
from qa.types.validation import check_count

__all__ = ["Assistant", "Embed", "OnStage"]


class Assistant(Collection):
    """Answers questions about the articles of a library with verbatim quotes.

    It is the collection of these articles as well: :meth:`add` and :meth:`remove` them, :meth:`edit` them.
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
        super().__init__(library, encoder, settings)
        self._readers = Readers(ReaderWithConfidence(with_cache(reader, settings), settings.reader), readers or {})
        retriever = build_retriever(library, encoder, settings)
        self._pipeline = AnswerPipeline(library, retriever, self._readers, settings, self._background.paused)

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
