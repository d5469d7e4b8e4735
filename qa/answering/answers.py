"""From spans to answers: ranked over all passages together, grouped, each with its confidence."""

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
        """Whether the two share a character of the same article."""
        same = self.article_id == other.article_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Candidates that give the same answer, best first, with the confidence in it."""

    candidates: tuple[Candidate, ...]
    features: Features = field(compare=False)
    confidence: float


def find_answers(
    question: str, passages: Sequence[RetrievedPassage], readings: Sequence[Reading], model: Confidence
) -> list[AnswerGroup]:
    """Return the distinct answers that the readings propose, the most confident first.

    Of spans that overlap, the best-ranked one counts; spans with the same words are one answer.
    """
    candidates = rank_candidates(question, passages, readings, model)
    groups = _group(_without_overlaps(candidates))
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
    for passage, reading, shares in zip(passages, readings, span_shares(readings), strict=True):
        if not reading.spans:
            continue
        shared = passage_features(question, passage)
        for span, share in zip(reading.spans, shares, strict=True):
            features = shared | span_features(reading, span) | {"share": share}
            candidates.append(_candidate(passage, span, features, model.rank(features)))
    return sorted(candidates, key=lambda candidate: -candidate.rank)


def answer_key(text: str) -> str:
    """Return the words of an answer without case, articles and punctuation: equal keys mean the same answer."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = ARTICLES.sub(" ", NOT_WORD.sub(" ", folded)).split()
    return " ".join(words) or folded.strip()


def _candidate(retrieved: RetrievedPassage, span: Span, features: Features, rank: float) -> Candidate:
    offset, start = retrieved.passage.start, _with_bound(retrieved.text, span.start)
    return Candidate(
        article_id=retrieved.passage.article_id,
        start=offset + start,
        end=offset + span.end,
        text=retrieved.text[start : span.end],
        retrieved=retrieved,
        features=features,
        rank=rank,
    )


def _with_bound(text: str, start: int) -> int:
    """Return where a quote must begin to keep its bound: "40" misquotes "more than 40"."""
    bound = NUMBER.match(text, start) and BOUND.search(text[max(0, start - BOUND_CHARACTERS) : start])
    return start - len(bound[0]) if bound else start


def _without_overlaps(ranked: Iterable[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in ranked:
        if not any(candidate.overlaps(other) for other in kept):
            kept.append(candidate)
    return kept


def _group(ranked: Iterable[Candidate]) -> list[list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        groups.setdefault(answer_key(candidate.text), []).append(candidate)
    return list(groups.values())


def _group_features(group: Sequence[Candidate], rival: float | None, passages: int) -> Features:
    """Return the features of the best candidate and those that depend on the other answers.

    :param rival: the rank of the best other answer, if there is one.
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
