"""The whole assistant, end to end: every question asked of all the articles at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from qa.confidence import softmax_score
from qa.errors import DataError, QuestionError
from qa.evaluation.calibration import ConfidenceMetrics, confidence_metrics, threshold_at_accuracy
from qa.evaluation.corpus import gold_article_id
from qa.evaluation.datasets import Example
from qa.evaluation.retrieval import distinct, mrr_at_k, rank_of, recall_at_k
from qa.evaluation.squad import Score, SquadMetrics, is_correct, squad_metrics
from qa.types import Answer, Reply, RetrievedPassage

__all__ = [
    "OpenPrediction",
    "OpenResult",
    "RetrievalMetrics",
    "evaluate_open",
    "softmax_of",
]

RETRIEVED = 50
ACCURACY = 0.8


class AnyAssistant(Protocol):
    """What this evaluation asks of an assistant."""

    def ask(self, question: str, *, min_confidence: float | None = None) -> Reply:
        """Answer the question."""
        ...

    def retrieve(self, question: str, k: int) -> Sequence[RetrievedPassage]:
        """Return the k best passages, best first."""
        ...


@dataclass(frozen=True, slots=True)
class RetrievalMetrics:
    """How often the gold article is found, 0 to 1, over the questions whose answer the library holds."""

    recall_at_1: float
    recall_at_5: float
    recall_at_20: float
    mrr_at_10: float


@dataclass(frozen=True, slots=True)
class OpenPrediction:
    """What the assistant made of a question.

    ``text`` is the best answer, "" without any, whatever its ``confidence``; ``softmax`` is the plain score of the
    same answer. ``abstained`` says whether the assistant would not give it. ``gold_rank`` is the rank of the gold
    article, from 1; ``cited`` whether the answer's first citation is in it; ``exact`` and ``f1``, 0 to 1, score
    what counts as given.
    """

    id: str
    text: str
    confidence: float
    softmax: float
    abstained: bool
    exact: float
    f1: float
    gold_rank: int | None
    cited: bool
    milliseconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class OpenResult:
    """The figures, and the predictions in the order of the examples.

    ``softmax`` are the figures of the plain softmax score of the same answers. ``answerable_coverage_at_80`` is
    the share of the questions with an answer in the library that are answered when the threshold is set so that
    80% of all that is answered is right. ``citation_accuracy`` is 0 to 100; ``coverage`` the share of questions
    that the assistant answers at its own threshold and ``accuracy`` the share of those that it answers rightly,
    both 0 to 1. What needs a question with an answer in the library, or a question answered, is None without any.
    """

    answers: SquadMetrics
    retrieval: RetrievalMetrics | None
    confidence: ConfidenceMetrics
    softmax: ConfidenceMetrics
    answerable_coverage_at_80: float | None
    softmax_answerable_coverage_at_80: float | None
    best_threshold: float
    citation_accuracy: float | None
    coverage: float
    accuracy: float | None
    latency_p50_ms: float
    latency_p95_ms: float
    predictions: tuple[OpenPrediction, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, ready for JSON: scores 0 to 100, recalls and all about confidence 0 to 1."""
        retrieval = self.retrieval and asdict(self.retrieval)
        return {
            **self.answers.to_dict(),
            "best_threshold": self.best_threshold,
            **(retrieval or dict.fromkeys(RetrievalMetrics.__dataclass_fields__)),
            "citation_accuracy": self.citation_accuracy,
            "coverage": self.coverage,
            "accuracy": self.accuracy,
            **asdict(self.confidence),
            "answerable_coverage_at_80": self.answerable_coverage_at_80,
            **{f"softmax_{name}": value for name, value in asdict(self.softmax).items()},
            "softmax_answerable_coverage_at_80": self.softmax_answerable_coverage_at_80,
            "latency_p50_ms": self.latency_p50_ms,
            "latency_p95_ms": self.latency_p95_ms,
        }


def evaluate_open(
    assistant: AnyAssistant,
    examples: Sequence[Example],
    *,
    left_out: Collection[str] = (),
    progress: Callable[[int], None] | None = None,
) -> OpenResult:
    """Ask every question of an assistant that holds ``articles_of`` the examples, and score what it says.

    ``left_out`` are the ids of articles that it does not hold: their questions count as having no answer. When
    every question has one, the best answer counts whatever its confidence; otherwise abstaining at the
    assistant's own threshold counts, too. ``best_threshold`` is a confidence: answering from there on gives
    ``best_f1``. What is right is ``is_correct``. ``progress`` gets 1 after each question.

    :raises DataError: when there are no examples.
    """
    if not examples:
        raise DataError("there are no questions to evaluate")
    trials = []
    for example in examples:
        trials.append(_try(assistant, example, gone=gold_article_id(example) in left_out))
        if progress:
            progress(1)
    return _result(trials)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A question, what it should have brought and what it brought."""

    id: str
    golds: tuple[str, ...]
    article_id: str
    answer: Answer | None
    softmax: float
    abstained: bool
    ranking: tuple[str, ...]
    milliseconds: float

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else ""

    @property
    def confidence(self) -> float:
        return self.answer.confidence if self.answer else 0.0

    @property
    def cited(self) -> bool:
        return self.answer is not None and self.answer.citations[0].article_id == self.article_id

    @property
    def correct(self) -> bool:
        return bool(self.golds and self.text) and is_correct(self.text, self.golds)


def _try(assistant: AnyAssistant, example: Example, gone: bool) -> _Trial:
    start = perf_counter()
    try:
        reply = assistant.ask(example.question)
    except QuestionError:  # a question that cannot be asked is one left unanswered: it stays in the count
        reply = None
    elapsed = 1000 * (perf_counter() - start)
    found = assistant.retrieve(example.question, RETRIEVED) if reply else ()
    return _Trial(
        id=example.id,
        golds=() if gone else example.answers,
        article_id=gold_article_id(example),
        answer=reply.answers[0] if reply and reply.answers else None,
        softmax=softmax_of(reply) if reply else 0.0,
        abstained=reply is None or reply.abstained,
        ranking=tuple(distinct(one.passage.article_id for one in found)),
        milliseconds=elapsed,
    )


def softmax_of(reply: Reply) -> float:
    """Return the plain softmax score of a reply's best answer; 0 when nothing is known of it.

    The spans that a reading keeps do not overlap, so the answer's is the one that ends where its citation does.
    """
    if not reply.answers:
        return 0.0
    citation = reply.answers[0].citations[0]
    for found, reading in zip(reply.passages, reply.readings, strict=False):
        for span in reading.spans:
            if found.passage == citation.passage and found.passage.start + span.end == citation.end:
                return softmax_score(reading, span)
    return 0.0


def _result(trials: Sequence[_Trial]) -> OpenResult:
    confidences = [trial.confidence for trial in trials]
    softmaxes = [trial.softmax for trial in trials]
    # nothing to say is less sure than any confidence, and is never an answer
    na_scores = [1 - trial.confidence if trial.answer else 2.0 for trial in trials]
    answers, scores = squad_metrics(
        [trial.text for trial in trials],
        [trial.golds for trial in trials],
        na_scores,
        [trial.abstained for trial in trials],
    )
    correct = [trial.correct for trial in trials]
    answered = [right for trial, right in zip(trials, correct, strict=True) if not trial.abstained]
    answerable = [trial for trial in trials if trial.golds]
    latency = np.percentile([trial.milliseconds for trial in trials], [50, 95])
    return OpenResult(
        answers=answers,
        retrieval=_retrieval(answerable) if answerable else None,
        confidence=confidence_metrics(confidences, correct),
        softmax=confidence_metrics(softmaxes, correct),
        answerable_coverage_at_80=_answerable_coverage(trials, confidences),
        softmax_answerable_coverage_at_80=_answerable_coverage(trials, softmaxes),
        best_threshold=_as_confidence(answers.best_f1_threshold, confidences),
        citation_accuracy=100 * _share([trial.cited for trial in answerable]) if answerable else None,
        coverage=len(answered) / len(trials),
        accuracy=_share(answered) if answered else None,
        latency_p50_ms=float(latency[0]),
        latency_p95_ms=float(latency[1]),
        predictions=tuple(_prediction(trial, one) for trial, one in zip(trials, scores, strict=True)),
    )


def _answerable_coverage(trials: Sequence[_Trial], confidences: Sequence[float]) -> float | None:
    threshold = threshold_at_accuracy(confidences, [trial.correct for trial in trials], ACCURACY)
    covered = [one >= threshold for trial, one in zip(trials, confidences, strict=True) if trial.golds]
    return _share(covered) if covered else None


def _prediction(trial: _Trial, given: Score) -> OpenPrediction:
    return OpenPrediction(
        id=trial.id,
        text=trial.text,
        confidence=trial.confidence,
        softmax=trial.softmax,
        abstained=trial.abstained,
        exact=given.exact,
        f1=given.f1,
        gold_rank=rank_of(trial.ranking, {trial.article_id}),
        cited=trial.cited,
        milliseconds=trial.milliseconds,
    )


def _retrieval(trials: Sequence[_Trial]) -> RetrievalMetrics:
    rankings = [trial.ranking for trial in trials]
    relevant = [{trial.article_id} for trial in trials]
    return RetrievalMetrics(
        recall_at_1=recall_at_k(rankings, relevant, 1),
        recall_at_5=recall_at_k(rankings, relevant, 5),
        recall_at_20=recall_at_k(rankings, relevant, 20),
        mrr_at_10=mrr_at_k(rankings, relevant, 10),
    )


def _as_confidence(na_threshold: float, confidences: Sequence[float]) -> float:
    # the very confidence that the threshold was set at; 1 - threshold may be off in the last digit
    return min((confidence for confidence in confidences if 1 - confidence <= na_threshold), default=1.0)


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags)
