"""The values that pass between the parts: frozen, slotted dataclasses.

Every offset is a half-open code-point offset into ``Article.text``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from qa.errors import ArticleError

__all__ = [
    "MAX_QUESTION_CHARACTERS",
    "AddProgress",
    "AddReport",
    "AddResult",
    "Answer",
    "Article",
    "ArticleInfo",
    "Citation",
    "EmbeddingState",
    "Filters",
    "Heading",
    "Outcome",
    "Passage",
    "Reading",
    "Reply",
    "RetrievedPassage",
    "Span",
    "is_made_source",
]

MAX_QUESTION_CHARACTERS = 2000

_MADE = re.compile(r"text:[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article: ``text[start:end]``, at level 1 (outermost) to 6."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Article:
    """A text to ask questions about.

    ``source`` is where the text came from (a path, an address, any name that is the article's own); the
    article's id is made from it, so adding the same source again updates the article. Without a source one is
    made from the text. ``pages`` holds the offset at which each page begins, for formats that have pages.
    """

    text: str
    title: str = ""
    source: str = ""
    date: dt.date | None = None
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise ArticleError(f"the text holds half a character (a lone surrogate) at {error.start}") from None
        if not self.source:
            object.__setattr__(self, "source", f"text:{_digest(self.text)[:16]}")

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits made from the source."""
        return _digest(self.source)[:16]

    @property
    def content_hash(self) -> str:
        """The SHA-256 of everything but the source: equal hashes mean nothing to embed again."""
        content = asdict(self)
        del content["source"]
        return _digest(json.dumps(content, sort_keys=True, default=str, ensure_ascii=True))

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page (from 1) that holds the offset, or None when there are no pages."""
        return sum(start <= offset for start in self.pages) or None

    def headings_at(self, offset: int) -> tuple[Heading, ...]:
        """Return the headings that the offset stands under, outermost first."""
        path: list[Heading] = []
        for heading in self.headings:
            if heading.start > offset:
                break
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
        return tuple(path)


def is_made_source(source: str) -> bool:
    """Whether a source was made from the text of an article that came without one."""
    return bool(_MADE.fullmatch(source))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What a listing shows of an article: everything except its text."""

    id: str
    title: str
    source: str
    date: dt.date | None
    tags: tuple[str, ...]
    characters: int
    passages: int
    position: int = field(default=0, compare=False)
    """The article's place in the order of adding: what the next page of a listing begins after."""


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A stretch of an article, short enough for the embedder: ``article.text[start:end]``."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may look at. Empty fields do not restrict; several fields all hold at once.

    ``after`` and ``before`` are inclusive; articles without a date are left out when either is given.
    ``sources`` are globs (``news/*.txt``) and ``tags`` and ``articles`` (ids) exact; one of each must match.
    """

    after: dt.date | None = None
    before: dt.date | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.after, self.before, self.sources, self.tags, self.articles))


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage found for a question.

    ``score`` is the retrieval score in [0, 1] that ranks the passages, made of the other three: ``dense``, the
    cosine in [-1, 1]; ``lexical``, the BM25 score (at least 0, larger is better); ``coverage``, the share of the
    question's content words in the best sentence. ``context`` is the title and the headings above the passage.
    """

    passage: Passage
    id: int
    text: str
    context: str
    score: float
    dense: float
    lexical: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage that the reader proposes; offsets count from the passage's first character.

    ``score`` is the sum of its start and end logits, comparable across passages.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of a passage: spans, best first (maybe none), and the score of "no answer here"."""

    spans: tuple[Span, ...]
    null_score: float
    was_read: bool = True
    """False for a passage that was left unread, since it could not have changed the answer."""

    @classmethod
    def unread(cls) -> Self:
        """Return what stands for the reading of a passage that was not read."""
        return cls((), 0.0, was_read=False)

    @property
    def margin(self) -> float:
        """How far the best span's score lies above the null score; minus infinity without spans."""
        return self.spans[0].score - self.null_score if self.spans else float("-inf")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: ``article.text[start:end] == quote``, inside its sentence."""

    article_id: str
    title: str
    date: dt.date | None
    source: str
    start: int
    end: int
    quote: str
    sentence: str
    sentence_start: int
    sentence_end: int
    page: int | None
    passage: Passage


@dataclass(frozen=True, slots=True)
class Answer:
    """A verbatim answer, its calibrated probability of being right, and the places that say it, best first."""

    text: str
    confidence: float
    citations: tuple[Citation, ...]

    @property
    def support(self) -> int:
        """In how many articles the answer was found."""
        return len({citation.article_id for citation in self.citations})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question. ``answer`` is None when none is sure enough; ``answers`` ranks them all.

    ``readings`` are what the reader made of each of the ``passages``, in their order; those that could not change
    the answer were not read (``was_read``). ``read_as`` is what a
    question that leans on a talk was taken to mean, "" for one that stands alone. ``reader`` is the name of the
    reader, "" for the default one.
    """

    question: str
    answer: Answer | None
    answers: tuple[Answer, ...]
    passages: tuple[RetrievedPassage, ...]
    min_confidence: float
    timings: Mapping[str, float]
    readings: tuple[Reading, ...] = ()
    read_as: str = ""
    reader: str = ""

    @property
    def abstained(self) -> bool:
        """Whether no answer reached the wanted confidence."""
        return self.answer is None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON: dates as ISO strings."""
        answers = [_answer_dict(answer) for answer in self.answers]
        return {
            "question": self.question,
            "read_as": self.read_as,
            "reader": self.reader,
            "abstained": self.abstained,
            "min_confidence": self.min_confidence,
            "answer": answers[0] if self.answer else None,
            "answers": answers,
            "passages": [_passage_dict(passage) for passage in self.passages],
            "timings": dict(self.timings),
        }


def _answer_dict(answer: Answer) -> dict[str, Any]:
    citations = [asdict(citation) for citation in answer.citations]
    for citation in citations:
        citation["date"] = citation["date"] and citation["date"].isoformat()
        del citation["passage"]
    return {
        "text": answer.text,
        "confidence": answer.confidence,
        "support": answer.support,
        "citations": citations,
    }


def _passage_dict(found: RetrievedPassage) -> dict[str, Any]:
    scores = {name: getattr(found, name) for name in ("score", "dense", "lexical", "coverage")}
    return {**asdict(found.passage), "context": found.context, "text": found.text, **scores}


@dataclass(frozen=True, slots=True)
class EmbeddingState:
    """How many passages a library has, and how many of them have their vectors already."""

    passages: int
    embedded: int

    @property
    def pending(self) -> int:
        """How many passages wait for their vectors; their words are found meanwhile."""
        return self.passages - self.embedded


@dataclass(frozen=True, slots=True)
class AddProgress:
    """How far an add has come: sources read, and what was written, which can be asked from then on.

    ``embedding`` is None until all is written; from then on it says how far the vectors are.
    """

    sources_done: int
    sources: int
    articles: int
    passages: int
    embedding: EmbeddingState | None = None


Outcome = Literal["added", "updated", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of one article or file; ``reason`` says why it failed."""

    source: str
    outcome: Outcome
    article_id: str | None = None
    passages: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of everything that was to be added, in the order given."""

    results: tuple[AddResult, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many articles had the outcome."""
        return sum(result.outcome == outcome for result in self.results)

    @property
    def failures(self) -> tuple[AddResult, ...]:
        """The files that could not be added, each with its reason."""
        return tuple(result for result in self.results if result.outcome == "failed")

    def __str__(self) -> str:
        outcomes: tuple[Outcome, ...] = ("added", "updated", "unchanged", "failed")
        counts = (f"{self.count(outcome)} {outcome}" for outcome in outcomes if self.count(outcome))
        return ", ".join(counts) or "nothing to add"
