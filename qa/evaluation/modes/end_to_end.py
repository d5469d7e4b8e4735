"""What the modes that ask the whole assistant have in common: a question's reply as a line, and its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from qa.answering.confidence import softmax_score
from qa.errors import QuestionError
from qa.evaluation.corpus import Asked, Corpus, Gold
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
from qa.evaluation.metrics.figures import Figure, Floats, Integers, Measure, mean_of
from qa.evaluation.metrics.ranking import distinct, rank_of
from qa.evaluation.metrics.timings import p50_p95
from qa.evaluation.modes.base import check_answers, chunks
from qa.evaluation.predictions import (
    AlternativeAnswer,
    CitedAnswer,
    Prediction,
    SoftmaxAnswer,
    about,
    golds_of,
    is_right,
    scored,
    spans_of,
)
from qa.settings import Settings
from qa.types import Answer, Citation, Reply, RetrievedPassage

__all__ = [
    "DEPTH",
    "AskingMode",
    "Trial",
    "ask",
    "confidence_measures",
    "latencies",
    "na_scores",
    "settings_of",
    "softmax_of",
]

DEPTH = 40
"""Passages retrieved to see where the gold one is."""
QUESTIONS_AT_ONCE = 16
ALTERNATIVES = 5
Trial = tuple[Prediction, Reply | None, Sequence[RetrievedPassage]]
"""A question's line, the reply, and the ``DEPTH`` best passages."""


@dataclass(frozen=True)
class AskingMode:
    """What the modes that ask the whole assistant share: which library they ask, and what they depend on.

    :param leave_out: the share of the articles that the library lacks, chosen by the seed: no answer to their
        questions is right, even where another article happens to say the same.
    :raises DataError: when the data holds no answers.
    """

    data: Dataset
    corpus: Corpus = field(default_factory=Corpus)
    leave_out: float = 0.0

    def __post_init__(self) -> None:
        check_answers(self.data)

    @property
    def seeded(self) -> bool:
        """Whether the seed says what is left out."""
        return self.leave_out > 0

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the share left out and the assistant's settings."""
        own = {
            "leave_out": self.leave_out,
            "whole_titles": self.corpus.whole_titles,
            "library": self.corpus.library or "",
        }
        return settings_of(self.corpus.settings) | own

    @property
    def models(self) -> Mapping[str, str]:
        """Return the fingerprints of the reader and the encoder."""
        return self.corpus.models

    def trials(
        self, examples: Sequence[Example], seed: int, min_confidence: float | None = None
    ) -> Iterator[tuple[Asked, list[Trial]]]:
        """Ask one question after the other, as users do; yield what came of some at a time."""
        with self.corpus.open(self.data, self.leave_out, seed) as asked:
            for some in chunks(examples, QUESTIONS_AT_ONCE):
                yield asked, [ask(asked, example, seed, self.data.name, min_confidence) for example in some]


def ask(asked: Asked, example: Example, seed: int, data: str, min_confidence: float | None = None) -> Trial:
    """Ask a question.

    One that cannot be asked (it is blank, say) has no reply, and counts as left unanswered.
    """
    gold = asked.gold(example)
    held = bool(gold.relevant) or example.is_impossible
    line = about(example, seed, data, in_library=held)
    try:
        reply = asked.assistant.ask(example.question, min_confidence=min_confidence)
    except QuestionError:
        reply = None
    found = asked.assistant.retrieve(example.question, DEPTH) if reply else []
    answers = reply.answers if reply else ()
    best = answers[0] if answers else None
    text = best.text if best else ""
    given = scored(line, text)
    line["answer"] = text
    line["answered"] = reply is not None and not reply.abstained
    line["exact_match"], line["f1"] = given.exact, given.f1
    line["correct"] = is_right(line, text)
    line["confidence"] = best.confidence if best else 0.0
    line["softmax"] = softmax_of(reply) if reply else 0.0
    line["by_softmax"] = chosen_by_softmax(line, reply)
    line["gold_rank"] = rank_of(distinct(one.passage.article_id for one in found), gold.relevant.keys())
    line["alternatives"] = [alternative(line, one.text, one.confidence) for one in answers[:ALTERNATIVES]]
    line["seconds"] = dict(reply.timings) if reply else {}
    if reply and best:
        line["citation"] = _cited(best, reply, example, gold)
    return line, reply, found


def alternative(line: Prediction, text: str, confidence: float) -> AlternativeAnswer:
    """Return an answer with its scores."""
    given = scored(line, text)
    return AlternativeAnswer(text=text, confidence=confidence, exact_match=given.exact, f1=given.f1)


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


def chosen_by_softmax(line: Prediction, reply: Reply | None) -> SoftmaxAnswer:
    """Return the span with the largest plain softmax score in its own passage; "" where nothing was read."""
    text, score = "", 0.0
    for found, reading in zip(reply.passages, reply.readings, strict=False) if reply else ():
        for span in reading.spans:
            if (of_span := softmax_score(reading, span)) > score:
                text, score = found.text[span.start : span.end], of_span
    return SoftmaxAnswer(text=text, softmax=score, correct=is_right(line, text))


def settings_of(settings: Settings) -> dict[str, Any]:
    """Return the settings that an answer depends on."""
    return settings.model_dump(exclude={"home", "max_file_mb"})


def na_scores(lines: Sequence[Prediction]) -> list[float]:
    """Return how likely there is no answer: nothing to say is less sure than any confidence."""
    return [1 - line["confidence"] if line["answer"] else 2.0 for line in lines]


def confidence_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return how far the confidences can be trusted, 0 to 1, and the same of the plain softmax score.

    The figures are those of ``qa.evaluation.metrics.calibration``, ``softmax_`` before those of the
    softmax score of the same answers, ``softmax_alone_`` where it chooses the answers as well.
    ``answerable_coverage_at_80`` is the share of the questions with an answer in the library that are answered
    when the threshold is set so that 80% of all that is answered is right. ``coverage`` is the share of questions
    that are answered at the assistant's own threshold, ``accuracy`` the share of these that are answered rightly.
    """
    right = [line["correct"] for line in lines]
    alone = [line["by_softmax"] for line in lines if "by_softmax" in line]
    answerable = np.array([bool(golds_of(line)) for line in lines])
    answered = [line["answered"] for line in lines]
    measures: dict[str, Measure] = {
        "coverage": mean_of(answered),
        "accuracy": mean_of([line["correct"] if line["answered"] else None for line in lines]),
    }
    scores = {
        "": ([line["confidence"] for line in lines], right),
        "softmax_": ([line["softmax"] for line in lines], right),
    }
    if len(alone) == len(lines):  # runs that were kept before lack it
        right_alone = [one["correct"] for one in alone]
        scores["softmax_alone_"] = [one["softmax"] for one in alone], right_alone
        measures["softmax_alone_right"] = mean_of(right_alone)
    for prefix, (values, correct) in scores.items():
        calibration = _calibration(np.array(values, dtype=np.float64), np.array(correct), answerable)
        measures |= {f"{prefix}{name}": one for name, one in calibration.items()}
    return measures


def latencies(lines: Sequence[Prediction]) -> dict[str, Figure]:
    """Return the median and 95th percentile of the milliseconds of a question and, of several, of each stage."""
    asked = [line["seconds"] for line in lines if line.get("seconds")]
    if not asked:
        return {}
    stages = {"latency": [sum(seconds.values()) for seconds in asked]}
    names = dict.fromkeys(name for seconds in asked for name in seconds)
    if len(names) > 1:
        stages |= {name: [seconds.get(name, 0.0) for seconds in asked] for name in names}
    return {
        f"{stage}_p{percent}_ms": Figure(1000 * value)
        for stage, values in stages.items()
        for percent, value in zip((50, 95), p50_p95(values), strict=True)
    }


def _calibration(values: Floats, right: Floats, answerable: Floats) -> dict[str, Measure]:
    def measure(function: Any, *more: float) -> Measure:
        def of(chosen: Integers) -> float:
            found = function(values[chosen], right[chosen], *more)
            return float("nan") if found is None else float(found)

        return of

    def answerable_coverage(chosen: Integers) -> float:
        threshold = threshold_at_accuracy(values[chosen], right[chosen], 0.8)
        covered = values[chosen][answerable[chosen]] >= threshold
        return float(covered.mean()) if len(covered) else float("nan")

    return {
        **{one.__name__: measure(one) for one in (ece, macro_ce, brier, auroc, aurc)},
        **{f"coverage_at_{percent}": measure(coverage_at_accuracy, percent / 100) for percent in (80, 90, 95)},
        "answerable_coverage_at_80": answerable_coverage,
    }


def _cited(answer: Answer, reply: Reply, example: Example, gold: Gold) -> CitedAnswer:
    """Return the best place that the answer stands in, judged by where it should stand."""
    citation = answer.citations[0]
    texts = {found.passage: found.text for found in reply.passages}
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
        citation.start < offset + end and offset + start < citation.end for start, end in spans_of(example)
    )
