"""From a question to a reply: check, correct, retrieve, read, group, score, cite, compose.

:meth:`AnswerPipeline.answer` runs these steps in this order; each has its own module in this package.
"""

from __future__ import annotations

import datetime as dt
import reprlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from numbers import Real

from qa.answering.answers import AnswerGroup, find_answers
from qa.answering.citing import cite_answers, cite_candidates
from qa.answering.composing.composer import Composer
from qa.answering.composing.digest import DigestWriter
from qa.answering.composing.titles import title_passages
from qa.answering.early_stopping import read_with_early_stopping
from qa.answering.follow_up_choice import PASSAGES, choose_reading
from qa.answering.readers import Readers, ReaderWithConfidence
from qa.answering.retriever import HybridRetriever, Retriever
from qa.answering.spelling import correct_spelling
from qa.answering.tables.aligned_tables import read_with_tables
from qa.answering.time.asked_time import without_time
from qa.answering.time.choosing import answers_in_time, build_timeline
from qa.answering.time.neighbours import read_neighbours
from qa.answering.undated import count_undated
from qa.english.question_kinds import QuestionKind, kind_of
from qa.errors import EmptyLibraryError, QuestionError, SettingsError
from qa.follow_ups import FollowUp, select_passages
from qa.library.base import Library
from qa.settings import Settings
from qa.tracing import describe_span, span
from qa.types import MAX_QUESTION_CHARACTERS, Answer, Disagreement, Filters, Reading, Reply, RetrievedPassage
from qa.types.validation import check_count

__all__ = ["AnswerPipeline", "OnStage", "check_filters", "check_question", "check_questions"]

OnStage = Callable[[str, int], None]
"""Called when a stage begins, with its name (a key of ``Reply.timings``) and its number of passages."""


class AnswerPipeline:
    """Answers questions about the articles of a library. Safe to use from many threads.

    :param foreground: entered while a question is searched or read, so that background work can wait.
    :param retriever: searches for passages in place of the hybrid one, which still embeds sentences.
    """

    def __init__(
        self,
        library: Library,
        hybrid: HybridRetriever,
        readers: Readers,
        settings: Settings,
        foreground: Callable[[], AbstractContextManager[None]] = nullcontext,
        retriever: Retriever | None = None,
    ) -> None:
        self.library = library
        self.retriever = retriever or hybrid
        self.readers = readers
        self.settings = settings
        self._foreground = foreground
        self._composer = Composer(library, DigestWriter(library, hybrid, retriever))

    @span("ask")
    def answer(
        self,
        question: str,
        *,
        min_confidence: float | None = None,
        filters: Filters | None = None,
        passages: int | None = None,
        reader: str = "",
        on_stage: OnStage | None = None,
        follow_up: FollowUp | None = None,
        retrieved: Sequence[RetrievedPassage] | None = None,
    ) -> Reply:
        """Answer a question with a verbatim quote, or abstain.

        Misspelt words of a question that stands alone are corrected first (``Reply.read_as``).

        :param min_confidence: the confidence that an answer needs, 0 to 1; the settings' value by default.
        :param filters: the articles to search.
        :param passages: how many passages to read; the settings' value by default.
        :param reader: the name of a reader; "" for the default one.
        :param on_stage: called when a stage begins.
        :param follow_up: the rewritten question, if this one follows up on a conversation.
        :param retrieved: what :meth:`retrieve` returns for the question as it was asked, if the caller has it
            already: at least as many passages as are read.
        :raises QuestionError: if the question is blank, too long, or not valid Unicode.
        :raises EmptyLibraryError: if the library is empty.
        :raises SettingsError: if there is no reader with that name, or another argument is not valid.
        """
        question = check_question(question)
        check_filters(filters)
        if passages is None:
            passages = self.settings.passages
        check_count("passages", passages)
        threshold, chosen = self._threshold(min_confidence), self.readers.choose(reader)
        if not len(self.library):
            raise EmptyLibraryError("the library is empty; add articles with `add`")
        stage = _StageTimer(on_stage)
        if reader and not chosen.is_loaded:
            with stage("load"):
                chosen.warm_up()
        if follow_up:
            with stage("understand"):
                follow_up = self._understood(follow_up, chosen, filters)
        meaning = follow_up.read_as if follow_up else self._corrected(question)
        kind = kind_of(meaning)
        with stage("retrieve"):
            found = self._find(question, meaning, passages, filters, follow_up, retrieved)
            dates = self._dates(found) if kind in ("fact", "yes_no") else {}
            timeless = without_time(meaning) if any(dates.values()) else meaning
        with stage("read", len(found)):
            read_for = partial(self._read_for, kind, chosen, passages=found, threshold=threshold, dates=dates)
            readings = read_for(timeless)
        with stage("answer", len(found)):
            groups = find_answers(timeless, found, readings, chosen.confidence)
            if timeless != meaning and not (groups and groups[0].confidence >= threshold):
                # A time that an article names belongs to the question: "Who was president in 1976?".
                whole = read_for(meaning)
                answering = find_answers(meaning, found, whole, chosen.confidence)
                if answering and answering[0].confidence >= threshold:
                    readings, groups = whole, answering
            in_time = answers_in_time(meaning, groups, dates, chosen.confidence)
            if kind != "topic" and not (groups and in_time.groups[0].confidence >= threshold):
                titled = self._with_titles(chosen, timeless, found, readings, threshold)
                in_time = answers_in_time(meaning, titled, dates, chosen.confidence) if titled else in_time
            answers = cite_answers(in_time.groups, self.library, self.settings.answers)
            versions = in_time.versions if in_time.confidence >= threshold else ()
            timeline = build_timeline(versions, partial(cite_candidates, library=self.library))
        is_sure = answers and answers[0].confidence >= threshold
        reply = Reply(
            question=question,
            answer=answers[0] if is_sure else None,
            answers=tuple(answers),
            passages=tuple(found),
            min_confidence=threshold,
            timings=stage.timings,
            readings=tuple(readings),
            read_as=meaning if meaning != question else "",
            reader=reader,
            calibrated=chosen.is_calibrated,
            undated_left_out=count_undated(self.library, filters),
            kind=kind,
            timeline=timeline,
            disagreement=in_time.disagreement if timeline else Disagreement.NONE,
        )
        with stage("compose", len(found)):
            composed = self._composer.compose(
                reply,
                in_time.groups,
                filters,
                lambda other: self._best_answer(chosen, other, passages, filters, threshold),
                chosen.specialist,
            )
        describe_span(kind=composed.kind, abstained=composed.abstained, passages=len(found))
        return composed

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return the k passages most likely to hold the answer, best first.

        :raises QuestionError: if the question is not a string of valid Unicode.
        """
        _check_unicode(question)
        with self._foreground():
            return self.retriever.retrieve(question, k, filters)

    def read(self, question: str, passages: Sequence[RetrievedPassage], reader: str = "") -> list[Reading]:
        """Return a reading of each passage, by the default reader or the one with that name.

        :raises SettingsError: if there is no reader with that name.
        """
        return self._read(self.readers.choose(reader), question, passages)

    def _threshold(self, min_confidence: float | None) -> float:
        threshold = self.settings.min_confidence if min_confidence is None else min_confidence
        if not (isinstance(threshold, Real) and 0 <= threshold <= 1):
            raise SettingsError(f"min_confidence must lie between 0 and 1, not {reprlib.repr(threshold)}")
        return threshold

    def _corrected(self, question: str) -> str:
        return correct_spelling(question, self.library) if self.settings.correct_spelling else question

    def _understood(self, follow_up: FollowUp, reader: ReaderWithConfidence, filters: Filters | None) -> FollowUp:
        """Return a follow-up question in the way that the article in focus answers most surely."""
        allowed = filters.articles if filters else ()
        if follow_up.article_id is None or (allowed and follow_up.article_id not in allowed):
            return follow_up
        in_focus = replace(filters or Filters(), articles=(follow_up.article_id,))
        return choose_reading(
            follow_up,
            lambda question: self.retrieve(question, PASSAGES, in_focus),
            partial(self._read, reader),
            reader.confidence,
        )

    def _find(
        self,
        question: str,
        meaning: str,
        k: int,
        filters: Filters | None,
        follow_up: FollowUp | None,
        retrieved: Sequence[RetrievedPassage] | None,
    ) -> list[RetrievedPassage]:
        """Return the k passages to read. What the caller has retrieved already is not searched for again."""

        def retrieve(text: str, count: int) -> list[RetrievedPassage]:
            if retrieved is not None and text == question:
                return list(retrieved[:count])
            return self.retrieve(text, count, filters)

        return select_passages(follow_up, question, k, retrieve) if follow_up else retrieve(meaning, k)

    def _dates(self, passages: Sequence[RetrievedPassage]) -> dict[str, dt.date | None]:
        """Return the dates of the articles of passages, by id."""
        ids = tuple({retrieved.passage.article_id for retrieved in passages})
        return {info.id: info.date for info in self.library.articles(Filters(articles=ids))} if ids else {}

    def _read_for(
        self,
        kind: QuestionKind,
        reader: ReaderWithConfidence,
        question: str,
        passages: Sequence[RetrievedPassage],
        threshold: float,
        dates: Mapping[str, dt.date | None],
    ) -> list[Reading]:
        """Return a reading of each passage.

        Those that can hardly change the answer are left unread, but for a list, whose parts stand in several. No
        span answers a topic, so nothing is read for it.
        """
        if kind == "topic":
            return [Reading.unread()] * len(passages)
        if kind == "list" or not self.settings.early_stopping:
            return self._read(reader, question, passages)
        read = partial(self._read, reader, question)
        readings = read_with_early_stopping(question, passages, read, reader.confidence, threshold)
        return read_neighbours(question, passages, readings, read, dates)

    def _best_answer(
        self,
        reader: ReaderWithConfidence,
        question: str,
        passages: int,
        filters: Filters | None,
        threshold: float,
    ) -> Answer | None:
        """Return the answer to a question if it is sure enough."""
        found = self.retrieve(question, passages, filters)
        readings = self._read_for("fact", reader, question, found, threshold, {})
        groups = find_answers(question, found, readings, reader.confidence)
        best = next(iter(cite_answers(groups, self.library, 1)), None)
        return best if best and best.confidence >= threshold else None

    def _with_titles(
        self,
        reader: ReaderWithConfidence,
        question: str,
        passages: Sequence[RetrievedPassage],
        readings: Sequence[Reading],
        threshold: float,
    ) -> list[AnswerGroup]:
        """Return the answers that texts and titles give together; none if the best is not sure enough either."""
        titles = title_passages(passages, self.library)
        if not titles:
            return []
        read = [*readings, *self._read(reader, question, titles)]
        groups = find_answers(question, [*passages, *titles], read, reader.confidence)
        return groups if groups and groups[0].confidence >= threshold else []

    def _read(
        self, reader: ReaderWithConfidence, question: str, passages: Sequence[RetrievedPassage]
    ) -> list[Reading]:
        with self._foreground():
            return read_with_tables(
                question, [passage.text for passage in passages], partial(reader.reader.read, question)
            )


def _check_unicode(question: object) -> None:
    if not isinstance(question, str):
        raise QuestionError(f"the question must be a string, not {reprlib.repr(question)}")
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise QuestionError(
            f"the question contains a lone surrogate, which is not valid Unicode, at {error.start}: remove it"
        ) from None


def check_question(question: str) -> str:
    """Return the question without the spaces around it.

    :raises QuestionError: if it is not a string, has a lone surrogate, is blank or too long.
    """
    _check_unicode(question)
    if not question.strip():
        raise QuestionError("the question is empty; type a question about the articles")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question)} characters; ask in at most {MAX_QUESTION_CHARACTERS}"
        )
    return question.strip()


def check_questions(questions: Iterable[str]) -> list[str]:
    """Return the questions without the spaces around them.

    :raises QuestionError: if they are one string, or some are not valid questions; it names all of these.
    """
    if isinstance(questions, str) or not isinstance(questions, Iterable):
        raise QuestionError(f"questions must be a list of strings, not {reprlib.repr(questions)}")
    checked: list[str] = []
    wrong: dict[str, list[int]] = {}
    for number, question in enumerate(questions, 1):
        try:
            checked.append(check_question(question))
        except QuestionError as error:
            wrong.setdefault(str(error), []).append(number)
    if wrong:
        raise QuestionError("; ".join(f"{_numbered(numbers)}: {reason}" for reason, numbers in wrong.items()))
    return checked


def _numbered(numbers: Sequence[int]) -> str:
    """Return "question 2", or "questions 2, 5"."""
    return f"question{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"


def check_filters(filters: object) -> None:
    """Check that filters are given as such.

    :raises SettingsError: if they are something else.
    """
    if not isinstance(filters, Filters | None):
        raise SettingsError(f"filters must be a Filters object, not {reprlib.repr(filters)}")


class _StageTimer:
    """Times the stages of a question, in seconds, and reports when each begins."""

    def __init__(self, on_stage: OnStage | None) -> None:
        self.timings: dict[str, float] = {}
        self._on_stage = on_stage or (lambda *_: None)

    @contextmanager
    def __call__(self, stage: str, passages: int = 0) -> Iterator[None]:
        self._on_stage(stage, passages)
        start = time.perf_counter()
        with span(stage, passages=passages):
            yield
        self.timings[stage] = time.perf_counter() - start
