"""What the REST API returns, in JSON. The descriptions are published in the OpenAPI document."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa import types
from qa.english.question_kinds import QuestionKind
from qa.types import Disagreement, Extent
from ui.rest.problems import Problem

__all__ = [
    "Added",
    "AddedFiles",
    "Answer",
    "Article",
    "ArticleInfo",
    "ArticlePage",
    "Batch",
    "Citation",
    "Library",
    "Passage",
    "Reply",
    "RetrievedPassages",
]


class ResponsePart(BaseModel):
    """A part of a response. Later versions may add fields."""

    model_config = ConfigDict(extra="allow")


class Slice(ResponsePart):
    """Where a passage stands: `text[start:end]` of the article, or of its title."""

    article_id: str
    start: int
    end: int
    in_title: bool


class Citation(ResponsePart):
    """A quote and where it stands: `text[start:end]` of the article, in code points, is the quote."""

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
    place: str = Field(description="Where to find it in the original, such as `page 3`; may be empty.")
    is_ocr: bool
    box: tuple[float, float, float, float] | None = Field(description="Where on the page, if OCR read it.")
    language: str
    story: str = Field(description="The same for citations that tell one story; may be empty.")
    answers_alone: bool = Field(description="Whether the passage answers the question by itself.")
    in_title: bool = Field(description="Whether the offsets count in the title.")
    passage: Slice = Field(description="The passage that the quote is from.")
    metadata: dict[str, str] = Field(description="Those of the article.")
    text_sha256: str = Field(description="The SHA-256 of the text that the offsets count in.")
    prefix: str = Field(description="Up to 32 characters before the quote.")
    suffix: str = Field(description="Up to 32 characters after it.")


class Answer(ResponsePart):
    """A verbatim answer with its confidence and citations, best first."""

    text: str
    confidence: float = Field(description="The probability that the answer is right, if `calibrated`.")
    verdict: Literal["", "yes", "no"]
    extent: Extent = Field(description="What the text is: the reader's span, its clause or its sentence.")
    span: str = Field(description="The reader's span, if the text is more than that.")
    support: int = Field(description="How many independent stories give it.")
    articles: int = Field(description="How many articles give it.")
    is_ocr: bool
    parts: list[Citation] = Field(description="The things that an answer to a question for several names.")
    citations: list[Citation]


class Version(ResponsePart):
    """One of the different answers of dated articles."""

    text: str
    date: dt.date
    relation: Disagreement = Field(description="How it differs from the version before it.")
    citations: list[Citation]


class Passage(ResponsePart):
    """A retrieved passage. `score` ranks the passages; it combines the other three."""

    id: int
    article_id: str
    start: int
    end: int
    in_title: bool
    context: str = Field(description="The title and the headings above the passage.")
    text: str
    score: float
    dense: float
    lexical: float
    coverage: float

    @classmethod
    def of(cls, retrieved: types.RetrievedPassage) -> Passage:
        """Return a passage that was retrieved."""
        place, scores = retrieved.passage, ("score", "dense", "lexical", "coverage")
        return cls(
            id=retrieved.id,
            article_id=place.article_id,
            start=place.start,
            end=place.end,
            in_title=place.in_title,
            context=retrieved.context,
            text=retrieved.text,
            **{name: getattr(retrieved, name) for name in scores},
        )


class Span(ResponsePart):
    """A part of a passage that the reader proposes; offsets count from the start of the passage."""

    start: int
    end: int
    score: float


class Reading(ResponsePart):
    """The reader's result for a passage."""

    spans: list[Span] = Field(description="The best first.")
    null_score: float = Field(description="The score of no answer.")
    was_read: bool


class Reply(ResponsePart):
    """The reply to a question. `answer` is null if no answer is sure enough."""

    question: str
    kind: QuestionKind
    read_as: str = Field(description="The question with misspelt words corrected; empty if it was read as asked.")
    reader: str
    calibrated: bool
    abstained: bool
    undated_left_out: int = Field(description="How many articles a date left out because they have none.")
    min_confidence: float
    answer: Answer | None
    answers: list[Answer] = Field(description="All answers, best first, whatever their confidence.")
    disagreement: Disagreement
    timeline: list[Version] = Field(description="The different answers of dated articles, oldest to newest.")
    quotes: list[Citation] = Field(description="The sentences that say most about the question.")
    answered_by_quotes: bool
    passages: list[Passage]
    readings: list[Reading] = Field(description="The reader's result for each passage.")
    timings: dict[str, float] = Field(description="Seconds by stage.")


class BatchResult(ResponsePart):
    """What became of one of several questions: a reply or a problem."""

    reply: Reply | None = None
    problem: Problem | None = None


class Batch(ResponsePart):
    """What became of each question, in the order asked."""

    results: list[BatchResult]


class RetrievedPassages(ResponsePart):
    """The passages most likely to hold the answer, best first."""

    passages: list[Passage]


class ArticleInfo(ResponsePart):
    """An article as it is listed: everything but its text."""

    id: str
    title: str
    source: str
    date: dt.date | None
    tags: list[str]
    language: str = Field(description="A code such as `de`; empty if it was not recognised.")
    characters: int
    passages: int

    @classmethod
    def of(cls, info: types.ArticleInfo) -> ArticleInfo:
        """Return what the library lists of an article."""
        return cls(**_listed(info))


class Heading(ResponsePart):
    """A heading: `text[start:end]` of the article, at level 1 (outermost) to 6."""

    start: int
    end: int
    level: int


class Article(ArticleInfo):
    """An article with its text."""

    text: str
    metadata: dict[str, str]
    headings: list[Heading]

    @classmethod
    def with_text(cls, info: types.ArticleInfo, article: types.Article) -> Article:
        """Return what the library lists of an article, and the article."""
        headings = [Heading(**asdict(heading)) for heading in article.headings]
        return cls(**_listed(info), text=article.text, metadata=dict(article.metadata), headings=headings)


class ArticlePage(ResponsePart):
    """A page of the listing, in the order in which the articles were first added."""

    articles: list[ArticleInfo]
    total: int = Field(description="How many articles there are on all pages.")
    next: int | None = Field(description="The `cursor` of the next page; null on the last one.")


class Added(ResponsePart):
    """What became of an article or a file."""

    source: str
    outcome: types.Outcome
    article_id: str | None
    passages: int
    reason: str = Field(description="Why it failed or was skipped; empty otherwise.")
    language: str
    kind: str = Field(description="What was left out, in the plural, such as `images`; empty otherwise.")


class AddedFiles(ResponsePart):
    """What became of each article and file, in the order given."""

    results: list[Added]


class Library(ResponsePart):
    """The size of the library. Passages that are not embedded yet are found by their words alone."""

    articles: int
    passages: int
    embedded: int
    generation: int = Field(description="A number that grows with every change of the library.")


def _listed(info: types.ArticleInfo) -> dict[str, Any]:
    values = asdict(info)
    del values["position"]
    return values
