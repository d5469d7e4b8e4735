"""What a question gets: passages, what the reader makes of them, answers with citations, a reply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from reprlib import Repr
from typing import TYPE_CHECKING, Any, Literal, Self

from qa.english.question_kinds import QuestionKind
from qa.errors import DataError
from qa.types.article import Passage
from qa.types.place import Box
from qa.types.timeline import Disagreement

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = [
    "MAX_QUESTION_CHARACTERS",
    "Answer",
    "Citation",
    "Extent",
    "Reading",
    "Reply",
    "RetrievedPassage",
    "Span",
    "Version",
]

MAX_QUESTION_CHARACTERS = 2000

Extent = Literal["span", "clause", "sentence"]

_SHORT = Repr()
_SHORT.maxstring = 60


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage retrieved for a question.

    ``score`` is the retrieval score in [0, 1] that ranks the passages. It combines the other three: ``dense``, the
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
    """A part of a passage that the reader proposes; offsets count from the start of the passage.

    ``score`` is the sum of its start and end logits, comparable across passages.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's result for a passage: spans, if any, best first, and the null score ("no answer here")."""

    spans: tuple[Span, ...]
    null_score: float
    was_read: bool = True
    """False for a passage that early stopping left unread."""

    @classmethod
    def unread(cls) -> Self:
        """Return the placeholder for a passage that was not read."""
        return cls((), 0.0, was_read=False)

    @property
    def margin(self) -> float:
        """The best span's score minus the null score; minus infinity without spans."""
        return self.spans[0].score - self.null_score if self.spans else float("-inf")


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: ``article.text[start:end] == quote``, with its sentence.

    If ``in_title``, the offsets count in ``article.title``.

    ``place`` is where to find it in the original, such as ``page 3`` or ``slide 4``; empty if that is not known.
    ``is_ocr`` says that the quote was read from a picture, so that its letters may be wrong. ``box`` then is where
    its lines stand on the page: left, top, right and bottom, as shares of the page's width and height.
    ``language`` is the article's, such as "de"; empty if it was not recognised.
    ``story`` is the id of the first article that tells the same story: citations with one ``story`` are from
    copies, or repeat a sentence; empty if that is not known. ``answers_alone`` says whether the passage answers
    the question by itself.

    What follows lets :meth:`~qa.assistant.Assistant.resolve` find the quote again when the article has changed:
    ``text_sha256`` is the SHA-256 of the text (or title) in UTF-8 in which the offsets count, and ``prefix`` and
    ``suffix`` are up to 32 characters before and after the quote. ``metadata`` is the article's.
    """

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
    place: str
    passage: Passage
    is_ocr: bool = False
    box: Box | None = None
    language: str = ""
    story: str = ""
    answers_alone: bool = True
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)
    text_sha256: str = ""
    prefix: str = ""
    suffix: str = ""

    @property
    def in_title(self) -> bool:
        """Whether the quote stands in the title of the article."""
        return self.passage.in_title

    @property
    def selector(self) -> dict[str, str]:
        """The quote with its surroundings as a TextQuoteSelector of the W3C Web Annotation Data Model."""
        return {"type": "TextQuoteSelector", "exact": self.quote, "prefix": self.prefix, "suffix": self.suffix}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, with the date as an ISO string. :meth:`from_dict` reads them back."""
        return asdict(self) | {"date": self.date and self.date.isoformat(), "in_title": self.in_title}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Citation:
        """Return the citation whose values :meth:`to_dict` returned.

        :raises DataError: if they are not the values of a citation.
        """
        citation: Citation = _validated(Citation, values)
        return citation


@dataclass(frozen=True, slots=True)
class Answer:
    """A verbatim answer, its calibrated probability of being correct, and its citations, best first.

    ``parts`` are the things that an answer to a question for several names, in the order of the text, each with
    its own citation; empty if there is only one. ``verdict`` is what the quote says to a question for yes or no;
    "" if that is not sure enough. ``extent`` says whether the text is the span that the reader found, or the
    clause or the sentence around it; then ``span`` holds the span.
    """

    text: str
    confidence: float
    citations: tuple[Citation, ...]
    parts: tuple[Citation, ...] = ()
    verdict: Literal["", "yes", "no"] = ""
    extent: Extent = "span"
    span: str = ""

    @property
    def short(self) -> str:
        """The words that the reader found, without the clause or sentence around them."""
        return self.span or self.text

    @property
    def support(self) -> int:
        """The number of independent stories that give the answer: copies of one count once."""
        return len({citation.story or citation.article_id for citation in self._giving})

    @property
    def articles(self) -> int:
        """The number of articles that give the answer, copies included."""
        return len({citation.article_id for citation in self._giving})

    @property
    def _giving(self) -> Sequence[Citation]:
        """The citations whose passages answer the question by themselves; the best one if none does."""
        return [citation for citation in self.citations if citation.answers_alone] or self.citations[:1]

    @property
    def is_ocr(self) -> bool:
        """Whether all of its citations were read by OCR. The confidence does not know of misread letters."""
        return bool(self.citations) and all(citation.is_ocr for citation in self.citations)


@dataclass(frozen=True, slots=True)
class Version:
    """One of the different answers that dated articles give to a question, with its citations, the earliest first.

    ``relation`` is how it differs from the version before it; ``none`` for the first.
    """

    text: str
    date: dt.date
    citations: tuple[Citation, ...]
    relation: Disagreement = Disagreement.NONE


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a question. ``answer`` is None if the assistant abstains; ``answers`` ranks all candidates.

    ``readings`` are the reader's results for ``passages``, in the same order. ``read_as`` is the question with
    misspelt words corrected, or the rewritten form of a follow-up question; "" if it was read as it was asked.
    ``reader`` is the reader's name, "" for the default reader. ``calibrated`` says whether the confidences are
    probabilities, fitted to this reader. If not, they are its plain softmax scores. ``undated_left_out`` counts
    the articles that the dates of the filters left out because they have none.

    ``timeline`` holds the versions of the answer, oldest to newest, if dated articles give several, and
    ``disagreement`` says how they differ.

    ``kind`` is what the question asks for. ``quotes`` are the sentences that say most about it. If
    ``answered_by_quotes``, they are the reply: to a topic, or to "What happened?". If the assistant abstains, they
    are what comes nearest.
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
    calibrated: bool = True
    undated_left_out: int = 0
    timeline: tuple[Version, ...] = ()
    disagreement: Disagreement = Disagreement.NONE
    kind: QuestionKind = "fact"
    quotes: tuple[Citation, ...] = ()
    answered_by_quotes: bool = False

    @property
    def abstained(self) -> bool:
        """Whether no answer reached ``min_confidence``, and no quotes are given instead."""
        return self.answer is None and not self.answered_by_quotes

    def __bool__(self) -> bool:
        return not self.abstained

    def __repr__(self) -> str:
        shown: dict[str, object] = {"answer": self.answer and self.answer.text}
        best = self.answer or next(iter(self.answers), None)
        if best and not self.answer:
            shown["best_guess"] = best.text
        if best and best.verdict:
            shown["verdict"] = best.verdict
        if best:
            shown |= {"confidence": round(best.confidence, 3), "citations": len(best.citations)}
        if self.quotes:
            shown["quotes"] = len(self.quotes)
        values = (f"{name}={_SHORT.repr(value)}" for name, value in shown.items())
        return f"Reply({', '.join([_SHORT.repr(self.question), *values])})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the answer in its sentence, how sure it is, and the citations."""
        from qa.export.reply_html import reply_html

        return reply_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, with dates as ISO strings. :meth:`from_dict` reads them back."""
        return {
            "question": self.question,
            "kind": self.kind,
            "read_as": self.read_as,
            "reader": self.reader,
            "calibrated": self.calibrated,
            "abstained": self.abstained,
            "undated_left_out": self.undated_left_out,
            "min_confidence": self.min_confidence,
            "answer": _answer_dict(self.answer) if self.answer else None,
            "answers": [_answer_dict(answer) for answer in self.answers],
            "disagreement": self.disagreement.value,
            "timeline": [_version_dict(version) for version in self.timeline],
            "quotes": [quote.to_dict() for quote in self.quotes],
            "answered_by_quotes": self.answered_by_quotes,
            "passages": [_passage_dict(passage) for passage in self.passages],
            "readings": [_reading_dict(reading) for reading in self.readings],
            "timings": dict(self.timings),
        }

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> Reply:
        """Return the reply whose values :meth:`to_dict` returned; names that it does not know are ignored.

        :raises DataError: if they are not the values of a reply.
        """
        reply: Reply = _validated(Reply, _with_nested_passages(values))
        return reply


def _answer_dict(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "confidence": answer.confidence,
        "verdict": answer.verdict,
        "extent": answer.extent,
        "span": answer.span,
        "support": answer.support,
        "articles": answer.articles,
        "is_ocr": answer.is_ocr,
        "parts": [part.to_dict() for part in answer.parts],
        "citations": [citation.to_dict() for citation in answer.citations],
    }


def _version_dict(version: Version) -> dict[str, Any]:
    return {
        "text": version.text,
        "date": version.date.isoformat(),
        "relation": version.relation.value,
        "citations": [citation.to_dict() for citation in version.citations],
    }


def _passage_dict(passage: RetrievedPassage) -> dict[str, Any]:
    scores = {name: getattr(passage, name) for name in ("score", "dense", "lexical", "coverage")}
    values = asdict(passage.passage) | {"id": passage.id}
    return {**values, "context": passage.context, "text": passage.text, **scores}


def _reading_dict(reading: Reading) -> dict[str, Any]:
    spans = [asdict(span) for span in reading.spans]
    return {"spans": spans, "null_score": reading.null_score, "was_read": reading.was_read}


def _with_nested_passages(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of a reply with those of each retrieved passage once more, nested as in its type."""
    passages = values.get("passages") if isinstance(values, Mapping) else None
    if not isinstance(passages, list):
        return values
    nested = [{**one, "passage": one} if isinstance(one, Mapping) else one for one in passages]
    return {**values, "passages": nested}


def _validated(kind: Any, values: object) -> Any:
    """Return a value of a type made of plain values, of which those that the type does not know are ignored."""
    from pydantic import ValidationError

    try:
        return _validator(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(
            f"these are not the values of a {kind.__name__}: {place and f'{place}: '}{first['msg']}"
        ) from None


@cache
def _validator(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
