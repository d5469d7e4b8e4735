"""What requests to the REST API send, in JSON.

The descriptions are published in the OpenAPI document. Strings that the engine checks have their bounds in the
published schema only: the engine's own messages say more than a schema can.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qa import types
from qa.types import MAX_QUESTION_CHARACTERS

__all__ = ["Edit", "Filters", "Listed", "NewArticle", "Question", "QuestionOptions", "Questions", "Retrieval"]

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
Day = Annotated[
    str,
    Field(json_schema_extra={"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, examples=["2024-05-01", "2024-05", "2024"]),
]
"""A date, or a month or a year: its first day in ``after``, its last in ``before``."""
DateText = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2024-05-01"])]


class RequestPart(BaseModel):
    """A part of the body of a request. Unknown fields are refused, and values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Filters(RequestPart):
    """The articles to search. An empty field does not restrict; an article must meet all fields."""

    after: Day | None = Field(default=None, description="Only articles from this date or later.")
    before: Day | None = Field(default=None, description="Only articles from this date or earlier.")
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
        ge=0,
        le=1,
        description="The confidence that an answer needs; that of the server's settings by default.",
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

    after: Day | None = Field(default=None, description="Only articles from this date or later.")
    before: Day | None = Field(default=None, description="Only articles from this date or earlier.")
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


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()
