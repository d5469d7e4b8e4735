"""Spans -> answers: ranked over all passages together, merged, each with its confidence."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.answering.confidence import Confidence, Features, passage_features, span_features, span_shares
from qa.types import Reading, RetrievedPassage, Span

__all__ = ["AnswerGroup", "Candidate", "answer_key", "find_answers", "rank_candidates"]

ARTICLES = re.compile(r"\b(?:a|an|the)\b")
NOT_WORD = re.compile(r"[^\w\s]|_")
BOUND = re.compile(
    r"(?:\b(?:no|not)\s+)?\b(?:(?:more|less|fewer|greater|higher|lower|longer|shorter|larger|smaller)\s+than"
    r"|at\s+least|at\s+most|up\s+to|as\s+many\s+as|as\s+much\s+as)\s+$",
    re.IGNORECASE,
)
BOUND_CHARACTERS = 30
NUMBER = re.compile(
    r"\W{0,2}(?:\d|(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|half|hundreds?"
    r"|thousands?|millions?|billions?|dozens?)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span in its article: ``article.text[start:end] == text``."""

    article_id: str
    start: int
    end: int
    text: str
    retrieved: RetrievedPassage
    features: Features = field(compare=False)
    rank: float = 0.0

    def overlaps(self, other: Candidate) -> bool:
        """Whether the two share a character of one article."""
        same = self.article_id == other.article_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Candidates that say the same, best first, with the confidence in what they say."""

    candidates: tuple[Candidate, ...]
    features: Features = field(compare=False)
    confidence: float


def find_answers(
    question: str, passages: Sequence[RetrievedPassage], readings: Sequence[Reading], model: Confidence
) -> list[AnswerGroup]:
    """Return the distinct answers that the readings propose, surest first.

    Spans that overlap are one place, the best-ranked one; places that say the same are one answer.
    """
    candidates = rank_candidates(question, passages, readings, model)
    groups = _merge(_distinct_places(candidates))
    bests = [group[0].rank for group in groups]
    answers = []
    for i, group in enumerate(groups):
        rivals = bests[:i] + bests[i + 1 :]
        features = _group_features(group, max(rivals, default=None), len(passages))
        answers.append(AnswerGroup(tuple(group), features, model.predict(features)))
    return sorted(answers, key=lambda answer: -answer.confidence)


def rank_candidates(
    question: str, passages: Sequence[RetrievedPassage], readings: Sequence[Reading], model: Confidence
) -> list[Candidate]:
    """Return all spans of all readings, best first by the model's ranker."""
    candidates = []
    for found, reading, shares in zip(passages, readings, span_shares(readings), strict=True):
        if not reading.spans:
            continue
        of_passage = passage_features(question, found)
        for span, share in zip(reading.spans, shares, strict=True):
            features = of_passage | span_features(reading, span) | {"share": share}
            candidates.append(_candidate(found, span, features, model.rank(features)))
    return sorted(candidates, key=lambda candidate: -candidate.rank)


def answer_key(text: str) -> str:
    """Return what two answers must share to count as the same: words without case, articles, punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = ARTICLES.sub(" ", NOT_WORD.sub(" ", folded)).split()
    return " ".join(words) or folded.strip()


def _candidate(found: RetrievedPassage, span: Span, features: Features, rank: float) -> Candidate:
    offset, start = found.passage.start, _with_bound(found.text, span.start)
    return Candidate(
        article_id=found.passage.article_id,
        start=offset + start,
        end=offset + span.end,
        text=found.text[start : span.end],
        retrieved=found,
        features=features,
        rank=rank,
    )


def _with_bound(text: str, start: int) -> int:
    """Return where a quote from ``start`` must begin to be true: "40" is not what "more than 40" says."""
    bound = NUMBER.match(text, start) and BOUND.search(text[max(0, start - BOUND_CHARACTERS) : start])
    return start - len(bound[0]) if bound else start


def _distinct_places(ranked: Iterable[Candidate]) -> list[Candidate]:
    places: list[Candidate] = []
    for candidate in ranked:
        if not any(candidate.overlaps(place) for place in places):
            places.append(candidate)
    return places


def _merge(ranked: Iterable[Candidate]) -> list[list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        groups.setdefault(answer_key(candidate.text), []).append(candidate)
    return list(groups.values())


def _group_features(group: Sequence[Candidate], rival: float | None, passages: int) -> Features:
    """Return the best candidate's features and those that only the whole set of answers gives.

    ``rival`` is the rank of the best other answer.
    """
    best = group[0]
    return best.features | {
        "rank": best.rank,
        "gap": best.rank - rival if rival is not None else 0.0,
        "support": math.log(len({candidate.retrieved.id for candidate in group})),
        "share": sum(candidate.features["share"] for candidate in group),
        "passages": math.log(passages),
        "margin_dense": best.features["margin"] * best.features["dense"],
        "retrieval_passages": best.features["retrieval"] * math.log(passages),
    }
