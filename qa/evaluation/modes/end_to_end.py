"""Shared by the modes that ask the whole assistant: the line of a question, and its measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qa.answering.confidence import softmax_score
from qa.errors import QuestionError
from qa.evaluation.corpus import Corpus, Gold, OpenCorpus
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.calibration import (
    aurc,
    auroc,
    brier,
    coverage_at_accuracy,
    ece,
    macro_ce,
    threshold_at_accuracy,
)
from qa.evaluation.metrics.figures import Figure, Floats, Integers, Measure, mean_measure, p50_p95
from qa.evaluation.metrics.ranking import distinct, first_rank
from qa.evaluation.modes.base import check_answers, chunks
from qa.evaluation.predictions import (
    AlternativeAnswer,
    CitedAnswer,
    Prediction,
    SoftmaxAnswer,
    gold_answers,
    is_right,
    locate_answers,
    new_prediction,
    score_answer,
)
from qa.settings import Settings
from qa.types import Answer, Citation, Reading, Reply, RetrievedPassage, Span

__all__ = [
    "DEPTH",
    "AskingMode",
    "Trial",
    "answer_settings",
    "ask",
    "best_softmax",
    "cited_span",
    "confidence_measures",
    "latencies",
    "na_scores",
]

DEPTH = 40
"""How many passages are retrieved to find the rank of the gold one."""
QUESTIONS_AT_ONCE = 16
ALTERNATIVES = 5
Trial = tuple[Prediction, Reply | None, Sequence[RetrievedPassage]]
"""The line of a question, its reply, and the ``DEPTH`` best passages."""


@dataclass(frozen=True)
class AskingMode:
    """The base of the modes that ask the whole assistant.

    :param leave_out: the share of the articles to leave out at random. No answer to questions about them counts as
        right, even if another article happens to say the same.
    :raises DataError: if the data contains no answers.
    """

    data: Dataset
    corpus: Corpus = field(default_factory=Corpus)
    leave_out: float = 0.0

    def __post_init__(self) -> None:
        check_answers(self.data)

    @property
    def seeded(self) -> bool:
        """Whether the seed chooses the articles to leave out."""
        return self.leave_out > 0

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the options of the mode and the assistant's settings."""
        own = {
            "leave_out": self.leave_out,
            "whole_titles": self.corpus.whole_titles,
            "library": self.corpus.library or "",
        }
        return answer_settings(self.corpus.settings) | own

    @property
    def models(self) -> Mapping[str, str]:
        """Return the fingerprints of the reader and the encoder."""
        return self.corpus.models

    def trials(
        self, examples: Sequence[Example], seed: int, min_confidence: float | None = None
    ) -> Iterator[tuple[OpenCorpus, list[Trial]]]:
        """Ask one question after another, as users do; yield the library and a few trials at a time."""
        with self.corpus.open(self.data, self.leave_out, seed) as opened:
            for chunk in chunks(examples, QUESTIONS_AT_ONCE):
                yield opened, [ask(opened, example, seed, self.data.name, min_confidence) for example in chunk]


def ask(opened: OpenCorpus, example: Example, seed: int, data: str, min_confidence: float | None = None) -> Trial:
    """Ask a question.

    An invalid question (a blank one, say) has no reply and counts as unanswered.
    """
    gold = opened.gold(example)
    line = new_prediction(example, seed, data, in_library=bool(gold.relevant) or example.is_impossible)
    try:
        reply = opened.assistant.ask(example.question, min_confidence=min_confidence)
    except QuestionError:
        reply = None
    passages = opened.assistant.retrieve(example.question, DEPTH) if reply is not None else []
    answers = reply.answers if reply is not None else ()
    best = answers[0] if answers else None
    text = best.short if best else ""
    score = score_answer(line, text)
    line["answer"] = text
    line["answered"] = reply is not None and reply.answer is not None
    line["exact_match"], line["f1"] = score.exact, score.f1
    line["correct"] = is_right(line, text)
    line["confidence"] = best.confidence if best else 0.0
    line["softmax"] = best_softmax(reply) if reply is not None else 0.0
    line["by_softmax"] = chosen_by_softmax(line, reply)
    line["gold_rank"] = first_rank(
        distinct(passage.passage.article_id for passage in passages), gold.relevant.keys()
    )
    line["alternatives"] = [alternative(line, other.short, other.confidence) for other in answers[:ALTERNATIVES]]
    line["seconds"] = dict(reply.timings) if reply is not None else {}
    if reply is not None and best:
        line["citation"] = _cite(best, reply, example, gold)
    return line, reply, passages


def alternative(line: Prediction, text: str, confidence: float) -> AlternativeAnswer:
    """Return an answer with its scores."""
    score = score_answer(line, text)
    return AlternativeAnswer(text=text, confidence=confidence, exact_match=score.exact, f1=score.f1)


def cited_span(reply: Reply) -> tuple[Reading, Span] | None:
    """Return the span that the best answer of a reply cites, with its reading; None if it is unknown.

    It lies in the citation, which may add what belongs to a number: "more than", "million".
    """
    if not reply.answers:
        return None
    citation = reply.answers[0].citations[0]
    for retrieved, reading in zip(reply.passages, reply.readings, strict=False):
        offset = retrieved.passage.start
        for span in reading.spans if retrieved.passage == citation.passage else ():
            if citation.start <= offset + span.start and offset + span.end <= citation.end:
                return reading, span
    return None


def best_softmax(reply: Reply) -> float:
    """Return the plain softmax score of a reply's best answer, or 0 if it is unknown."""
    cited = cited_span(reply)
    return softmax_score(*cited) if cited else 0.0


def chosen_by_softmax(line: Prediction, reply: Reply | None) -> SoftmaxAnswer:
    """Return the span with the highest plain softmax score in its own passage; "" if nothing was read."""
    text, best = "", 0.0
    for retrieved, reading in zip(reply.passages, reply.readings, strict=False) if reply is not None else ():
        for span in reading.spans:
            if (score := softmax_score(reading, span)) > best:
                text, best = retrieved.text[span.start : span.end], score
    return SoftmaxAnswer(text=text, softmax=best, correct=is_right(line, text))


def answer_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that answers depend on."""
    return settings.model_dump(exclude={"home", "max_file_mb", "max_load_mb", "max_load_seconds"})


def na_scores(lines: Sequence[Prediction]) -> list[float]:
    """Return how likely there is no answer; a line without an answer scores higher than any with one."""
    return [1 - line["confidence"] if line["answer"] else 2.0 for line in lines]


def confidence_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return the measures of the confidences, 0 to 1, and the same for the plain softmax score.

    They are those of ``qa.evaluation.metrics.calibration``. The prefix ``softmax_`` marks the softmax score of the
    same answers, ``softmax_alone_`` the softmax score that also chooses the answers.
    ``answerable_coverage_at_80`` is the share of the questions with an answer in the library that get one if the
    threshold is such that 80% of all answers are right. ``coverage`` is the share of questions answered at the
    assistant's own threshold, ``accuracy`` the share of right answers among these.
    """
    right = [line["correct"] for line in lines]
    alone = [line["by_softmax"] for line in lines if "by_softmax" in line]
    answerable = np.array([bool(gold_answers(line)) for line in lines])
    answered = [line["answered"] for line in lines]
    measures: dict[str, Measure] = {
        "coverage": mean_measure(answered),
        "accuracy": mean_measure([line["correct"] if line["answered"] else None for line in lines]),
    }
    scores = {
        "": ([line["confidence"] for line in lines], right),
        "softmax_": ([line["softmax"] for line in lines], right),
    }
    if len(alone) == len(lines):  # runs stored by earlier versions lack it
        right_alone = [answer["correct"] for answer in alone]
        scores["softmax_alone_"] = [answer["softmax"] for answer in alone], right_alone
        measures["softmax_alone_right"] = mean_measure(right_alone)
    for prefix, (values, correct) in scores.items():
        calibration = _calibration(np.array(values, dtype=np.float64), np.array(correct), answerable)
        measures |= {f"{prefix}{name}": measure for name, measure in calibration.items()}
    return measures


def latencies(lines: Sequence[Prediction]) -> dict[str, Figure]:
    """Return the median and the 95th percentile of the milliseconds per question and, if several, per stage."""
    timings = [line["seconds"] for line in lines if line.get("seconds")]
    if not timings:
        return {}
    stages = {"latency": [sum(seconds.values()) for seconds in timings]}
    names = dict.fromkeys(name for seconds in timings for name in seconds)
    if len(names) > 1:
        stages |= {name: [seconds.get(name, 0.0) for seconds in timings] for name in names}
    return {
        f"{stage}_p{percent}_ms": Figure(1000 * value)
        for stage, values in stages.items()
        for percent, value in zip((50, 95), p50_p95(values), strict=True)
    }


def _calibration(values: Floats, right: Floats, answerable: Floats) -> dict[str, Measure]:
    def measure(function: Any, *more: float) -> Measure:
        def compute(chosen: Integers) -> float:
            value = function(values[chosen], right[chosen], *more)
            return float("nan") if value is None else float(value)

        return compute

    def answerable_coverage(chosen: Integers) -> float:
        threshold = threshold_at_accuracy(values[chosen], right[chosen], 0.8)
        covered = values[chosen][answerable[chosen]] >= threshold
        return float(covered.mean()) if len(covered) else float("nan")

    return {
        **{metric.__name__: measure(metric) for metric in (ece, macro_ce, brier, auroc, aurc)},
        **{f"coverage_at_{percent}": measure(coverage_at_accuracy, percent / 100) for percent in (80, 90, 95)},
        "answerable_coverage_at_80": answerable_coverage,
    }


def _cite(answer: Answer, reply: Reply, example: Example, gold: Gold) -> CitedAnswer:
    """Return the answer's first citation, checked against the gold passage."""
    citation = answer.citations[0]
    texts = {retrieved.passage: retrieved.text for retrieved in reply.passages}
    return CitedAnswer(
        article_id=citation.article_id,
        title=citation.title,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        passage={"text": texts.get(citation.passage, ""), "start": citation.passage.start},
        right=_in_gold_passage(citation, example, gold),
        overlaps=_at_gold_offsets(citation, example, gold),
    )


def _in_gold_passage(citation: Citation, example: Example, gold: Gold) -> bool:
    start = gold.starts.get(citation.article_id)
    if citation.article_id not in gold.relevant or start is None:
        return citation.article_id in gold.relevant
    return start <= citation.start and citation.end <= start + len(example.context)


def _at_gold_offsets(citation: Citation, example: Example, gold: Gold) -> bool | None:
    offset = gold.starts.get(citation.article_id)
    if citation.article_id in gold.relevant and offset is None:
        return None
    return offset is not None and any(
        citation.start < offset + end and offset + start < citation.end for start, end in locate_answers(example)
    )
