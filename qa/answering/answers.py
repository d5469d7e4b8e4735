"""From spans to answers: ranked over all passages together, grouped, each with its confidence."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.answering.confidence import Confidence, Features, passage_features, span_features, span_shares
from qa.answering.tables.table_rows import TableRow, column_names, is_column_name, only_repeats
from qa.english.breaks import dateline_end
from qa.english.content_words import STOP_WORDS, content_words
from qa.english.question_kinds import kind_of
from qa.english.sentences import split_sentences
from qa.types import Reading, RetrievedPassage, Span

__all__ = ["AnswerGroup", "Candidate", "answer_key", "find_answers", "has_content", "rank_candidates"]

ARTICLES = re.compile(r"\b(?:a|an|the)\b")
NOT_WORD = re.compile(r"[^\w\s]|_")
BOUND = re.compile(
    r"(?:\b(?:no|not)\s+)?\b(?:(?:more|less|fewer|greater|higher|lower|longer|shorter|larger|smaller)\s+than"
    r"|at\s+least|at\s+most|up\s+to|as\s+many\s+as|as\s+much\s+as)[^\S\t]+$",
    re.IGNORECASE,
)
BOUND_CHARACTERS = 30
NUMBER = re.compile(
    r"\W{0,2}(?:\d|(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|half|hundreds?"
    r"|thousands?|millions?|billions?|dozens?)\b)",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
QUANTITIES = frozenset("all both each few many more most no none once".split())
WHERE = re.compile(r"\b(?:where|place|town|city|village|country)\b", re.IGNORECASE)
SENTENCE_CHARACTERS = 600
MOST_NAMES = 4
MAGNITUDE = re.compile(
    r"[^\S\t]+(?:hundred|thousand|million|billion|trillion|percent|per\s+cent|bn|(?<=\d\s)m)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span in its article: ``article.text[start:end] == text``, or in its title."""

    article_id: str
    start: int
    end: int
    text: str
    retrieved: RetrievedPassage
    features: Features = field(compare=False)
    rank: float = 0.0

    @property
    def in_title(self) -> bool:
        """Whether the offsets count in the title of the article."""
        return self.retrieved.passage.in_title

    def overlaps(self, other: Candidate) -> bool:
        """Whether the two share a character of the same article, both in its text or in its title."""
        same = self.article_id == other.article_id and self.in_title == other.in_title
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Candidates that give the same answer, best first, with the confidence in it.

    ``since`` is the date before which an article cannot confirm it: the day on which another answer was news.
    """

    candidates: tuple[Candidate, ...]
    features: Features = field(compare=False)
    confidence: float
    since: dt.date | None = None


def find_answers(
    question: str, passages: Sequence[RetrievedPassage], readings: Sequence[Reading], model: Confidence
) -> list[AnswerGroup]:
    """Return the distinct answers that the readings propose, the most confident first.

    Of spans that overlap, the best-ranked one counts, and of an answer and a fragment of it in the same sentence.
    Spans with the same words are one answer, and so are a person's names in one article: "Berg", "Ines Berg". A
    span without a content word is an answer only if there is no other, and so are the name of a table's column and
    a span in a row that only repeats the question, or whose row has less of the question than another row; and the
    dateline of an article, unless the question is for a place.
    """
    candidates = rank_candidates(question, passages, readings, model)
    candidates = [candidate for candidate in candidates if has_content(candidate.text)] or candidates
    columns = column_names(passage.text for passage in passages)
    candidates = [candidate for candidate in candidates if not _names_column(candidate, columns)] or candidates
    candidates = _of_rows_asked_about(question, candidates)
    if not WHERE.search(question):
        candidates = [candidate for candidate in candidates if not _is_dateline(candidate)] or candidates
    groups = _group(_distinct(candidates))
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


def _names_column(candidate: Candidate, columns: set[str]) -> bool:
    offset = candidate.retrieved.passage.start
    return is_column_name(candidate.retrieved.text, candidate.start - offset, candidate.end - offset, columns)


def _is_dateline(candidate: Candidate) -> bool:
    passage = candidate.retrieved.passage
    begins = not passage.in_title and passage.start == 0
    return begins and candidate.end <= dateline_end(candidate.retrieved.text)


def _of_rows_asked_about(question: str, candidates: list[Candidate]) -> list[Candidate]:
    """Leave out what only repeats the question in a row of a table, and what stands in the wrong row.

    Where the question names the answer, as for a yes or no, nothing is left out.
    """
    words = content_words(question)
    rows = [TableRow.read(candidate.retrieved.text, words) for candidate in candidates]
    if not any(rows) or " or " in question.lower() or kind_of(question) == "yes_no":
        return candidates
    known = {(candidate.article_id, row) for candidate, row in zip(candidates, rows, strict=True) if row}
    kept = []
    for candidate, row in zip(candidates, rows, strict=True):
        others = (other for article, other in known if article == candidate.article_id)
        if not row or not (only_repeats(candidate.text, words) or any(map(row.gives_way_to, others))):
            kept.append(candidate)
    return kept or candidates


def has_content(text: str) -> bool:
    """Whether an answer says something: a word that is no stop word, a name such as "The Who", or a quantity."""
    words = WORD.findall(text)
    return not words or any(map(_means_something, words)) or any(word[0].isupper() for word in words[1:])


def _means_something(word: str) -> bool:
    return word.lower() not in STOP_WORDS - QUANTITIES or (word.isupper() and len(word) > 1)


def answer_key(text: str) -> str:
    """Return the words of an answer without case, articles and punctuation: equal keys mean the same answer."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = ARTICLES.sub(" ", NOT_WORD.sub(" ", folded)).split()
    return " ".join(words) or folded.strip()


def _candidate(retrieved: RetrievedPassage, span: Span, features: Features, rank: float) -> Candidate:
    offset = retrieved.passage.start
    start, end = _with_bound(retrieved.text, span.start), _with_magnitude(retrieved.text, span.start, span.end)
    return Candidate(
        article_id=retrieved.passage.article_id,
        start=offset + start,
        end=offset + end,
        text=retrieved.text[start:end],
        retrieved=retrieved,
        features=features,
        rank=rank,
    )


def _with_bound(text: str, start: int) -> int:
    """Return where a quote must begin to keep its bound: "40" misquotes "more than 40"."""
    bound = NUMBER.match(text, start) and BOUND.search(text[max(0, start - BOUND_CHARACTERS) : start])
    return start - len(bound[0]) if bound else start


def _with_magnitude(text: str, start: int, end: int) -> int:
    """Return where a quote must end to keep its magnitude: "3.5" misquotes "3.5 million"."""
    last = text.rfind(" ", start, end) + 1 or start
    magnitude = NUMBER.match(text, max(last, start), end) and MAGNITUDE.match(text, end)
    return magnitude.end() if magnitude else end


def _distinct(ranked: Iterable[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in ranked:
        if not any(candidate.overlaps(other) or _share_words(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _share_words(one: Candidate, other: Candidate) -> bool:
    """Whether one answer is a fragment of the other, in the same sentence of an article."""
    if one.article_id != other.article_id or one.in_title != other.in_title:
        return False
    first, last = min(one.start, other.start), max(one.end, other.end)
    if last - first > SENTENCE_CHARACTERS or not _is_fragment(answer_key(one.text), answer_key(other.text)):
        return False
    passage = one.retrieved.passage
    if not passage.start <= first <= last <= passage.end:
        return False
    between = one.retrieved.text[first - passage.start : last - passage.start]
    return len(split_sentences(between)) == 1


def _is_fragment(one: str, other: str) -> bool:
    """Whether the words of one key, but not all, are the other."""
    short, long = sorted((f" {one} ", f" {other} "), key=len)
    return short != long and short in long


def _group(ranked: Iterable[Candidate]) -> list[list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        key = answer_key(candidate.text)
        same = [known for known, members in groups.items() if _is_same_name(candidate, members[0])]
        groups.setdefault(same[0] if key not in groups and len(same) == 1 else key, []).append(candidate)
    return list(groups.values())


def _is_same_name(one: Candidate, other: Candidate) -> bool:
    """Whether one is the first or last name of the other, in the same article: "Berg" and "Ines Berg"."""
    short, long = sorted((one.text.split(), other.text.split()), key=len)
    if one.article_id != other.article_id or not len(short) == 1 < len(long) <= MOST_NAMES:
        return False
    return short[0] in (long[0], long[-1]) and all(word[0].isupper() and word[-1].isalpha() for word in long)


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
