"""What requests to the REST API send and get, in JSON.

The descriptions are published in the OpenAPI document. Strings that the engine checks have their bounds in the
published schema only: the engine's own messages say more than a schema can.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qa import types
from qa.english.question_kinds import QuestionKind
from qa.types import MAX_QUESTION_CHARACTERS, Disagreement, Extent
from ui.rest.problems import Problem

__all__ = [
    "MAX_K",
    "MAX_PASSAGES",
    "MAX_QUESTIONS",
    "Added",
    "AddedFiles",
    "Article",
    "ArticleInfo",
    "ArticlePage",
    "Batch",
    "BatchResult",
    "Edit",
    "Library",
    "Listed",
    "NewArticle",
    "Question",
    "QuestionOptions",
    "Questions",
    "Reply",
    "Retrieval",
    "RetrievedPassages",
]

MAX_QUESTIONS = 100
MAX_PASSAGES = 100
MAX_K = 1000
MAX_PAGE = 1000

QuestionText = Annotated[
    str,
    Field(
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARACTERS, "pattern": r"\S"},
        examples=["How many Shahed drones were used?"],
    ),
]
Whole = Annotated[int, BeforeValidator(lambda value: int(value) if _is_whole(value) else value)]
"""A whole number. JSON does not tell 7 from 7.0."""
DateText = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2024-05-01"])]


class RequestPart(BaseModel):
    """A part of the body of a request. Unknown fields are refused, and values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResponsePart(BaseModel):
    """A part of a response. Later versions may add fields."""

    model_config = ConfigDict(extra="allow")


class Filters(RequestPart):
    """The articles to search. An empty field does not restrict; an article must meet all fields."""

    after: DateText | None = Field(default=None, description="Only articles from this date or later.")
    before: DateText | None = Field(default=None, description="Only articles from this date or earlier.")
    sources: list[str] = Field(default=[], description="Only articles whose source matches one of these patterns.")
    tags: list[str] = Field(default=[], description="Only articles with at least one of these tags.")
    articles: list[str] = Field(default=[], description="Only the articles with these ids.")
    keep_undated: bool = Field(
        default=False, description="With a date: whether to search articles without one, too."
    )

    def checked(self) -> types.Filters:
        """Return the filters of the engine.

        :raises SettingsError: if a date is not valid.
        """
        values: dict[str, Any] = self.model_dump()
        return types.Filters(**values)


class QuestionOptions(RequestPart):
    """How to answer a question."""

    min_confidence: float | None = Field(
        default=None,
        description="The confidence that an answer needs; that of the server's settings by default.",
        json_schema_extra={"minimum": 0, "maximum": 1},
    )
    passages: Whole | None = Field(default=None, ge=1, le=MAX_PASSAGES, description="How many passages to read.")
    reader: str = Field(default="", description="The name of an additional reader; empty for the default one.")
    filters: Filters = Field(default=Filters(), description="The articles to search.")


class Question(QuestionOptions):
    """A question that is complete in itself."""

    question: QuestionText


class Questions(QuestionOptions):
    """Several questions, each complete in itself."""

    questions: list[QuestionText] = Field(min_length=1, max_length=MAX_QUESTIONS)


class Retrieval(RequestPart):
    """A question to retrieve passages for."""

    question: QuestionText
    k: Whole = Field(default=10, ge=1, le=MAX_K, description="How many passages to return.")
    filters: Filters = Field(default=Filters(), description="The articles to search.")


class Listed(BaseModel):
    """Which articles to list. Those of a page begin after ``cursor``."""

    model_config = ConfigDict(extra="forbid")

    after: DateText | None = Field(default=None, description="Only articles from this date or later.")
    before: DateText | None = Field(default=None, description="Only articles from this date or earlier.")
    source: list[str] = Field(default=[], description="Only articles whose source matches one of these patterns.")
    tag: list[str] = Field(default=[], description="Only articles with at least one of these tags.")
    keep_undated: bool = Field(
        default=False, description="With a date: whether to list articles without one, too."
    )
    limit: int = Field(default=100, ge=1, le=MAX_PAGE, description="The size of the page.")
    cursor: int = Field(default=0, ge=0, lt=2**53, description="`next` of the page before; 0 for the first page.")

    def checked(self) -> types.Filters:
        """Return the filters of the engine.

        :raises SettingsError: if a date is not valid.
        """
        dates: dict[str, Any] = {"after": self.after, "before": self.before}
        return types.Filters(
            **dates, sources=tuple(self.source), tags=tuple(self.tag), keep_undated=self.keep_undated
        )


class NewArticle(RequestPart):
    """An article to add. Adding another text with the same source updates the article."""

    text: str = Field(json_schema_extra={"minLength": 1, "pattern": r"\S"})
    title: str = ""
    source: str = Field(
        default="", description="Where the text is from, or any unique name; from the text by default."
    )
    date: DateText | None = None
    tags: list[str] = []
    metadata: dict[str, str] = {}


class Edit(RequestPart):
    """What to change about an article. What is left out stays."""

    title: str = ""
    tags: list[str] = Field(default=[], description="In place of all the old ones.")
    date: DateText | None = Field(default=None, description="`null` removes the date.")
    language: str = Field(default="", description="A code such as `de`; empty if the language is not known.")


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


class Answer(ResponsePart):
    """A verbatim answer with its confidence and citations, best first."""

    text: str
    confidence: float = Field(description="The probability that the answer is right, if `calibrated`.")
    verdict: Literal["", "yes", "no"]
    extent: Extent = Field(description="What the text is: the reader's span, its clause or its sentence.")
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

    article_id: str
    start: int
    end: int
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
            article_id=place.article_id,
            start=place.start,
            end=place.end,
            context=retrieved.context,
            text=retrieved.text,
            **{name: getattr(retrieved, name) for name in scores},
        )


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


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()


def _listed(info: types.ArticleInfo) -> dict[str, Any]:
    values = asdict(info)
    del values["position"]
    return values
