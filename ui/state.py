"""The state of one visitor: the conversation, and the view of the library."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from qa.chat import Chat
from qa.feedback import Feedback
from qa.types import Article, Filters, Reply

__all__ = ["COLUMNS", "PAGE_ROWS", "Aside", "Choices", "Column", "Conversation", "Removed", "View"]

Column = Literal["title", "source", "date", "passages", "characters"]
COLUMNS: tuple[Column, ...] = get_args(Column)
PAGE_ROWS = 50


class Choices(NamedTuple):
    """A visitor's settings for a question; see :meth:`Assistant.ask`."""

    min_confidence: float
    passages: int | None = None
    reader: str = ""


class Aside(NamedTuple):
    """Small talk: what the visitor said after so many replies, and the chat's line."""

    after: int
    said: str
    line: str


@dataclass(slots=True)
class Conversation:
    """A conversation, the verdicts on its replies, and the small talk between them.

    ``key`` identifies it in the browser's history.
    """

    chat: Chat
    asides: list[Aside] = field(default_factory=list)
    verdicts: dict[int, Feedback] = field(default_factory=dict)
    key: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def replies(self) -> list[Reply]:
        """The replies so far."""
        return self.chat.replies

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been said yet."""
        return not (self.replies or self.asides)


@dataclass(frozen=True, slots=True)
class Removed:
    """An article that was removed, and its content hash in the library."""

    article: Article
    content_hash: str


@dataclass(frozen=True, slots=True)
class View:
    """A visitor's view of the library.

    ``filters`` apply to questions and to the table, ``library`` is the name of the library ("" for the first), and
    the other fields apply only to the table. Without ``sort``, the most
    recently added articles come first. ``editing`` is the id of the article being edited, ``removed`` the article
    whose removal can be undone.
    """

    filters: Filters = field(default_factory=Filters)
    library: str = ""
    search: str = ""
    sort: Column | None = None
    descending: bool = False
    page: int = 0
    editing: str = ""
    removed: Removed | None = None
