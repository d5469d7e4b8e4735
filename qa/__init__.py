"""Quotewell: verbatim answers to questions about your articles, each with its exact citation."""

from typing import TYPE_CHECKING, Any

from qa.errors import (
    ArticleError,
    DataError,
    EmptyLibraryError,
    LibraryError,
    LoadError,
    ModelError,
    QuestionError,
    QuotewellError,
    SettingsError,
)
from qa.feedback import Feedback
from qa.types import (
    AddProgress,
    AddReport,
    AddResult,
    Answer,
    Article,
    ArticleInfo,
    Citation,
    EmbeddingState,
    Filters,
    Heading,
    Passage,
    Place,
    Reply,
    RetrievedPassage,
)

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.chat import Chat
    from qa.settings import Settings

__all__ = [
    "AddProgress",
    "AddReport",
    "AddResult",
    "Answer",
    "Article",
    "ArticleError",
    "ArticleInfo",
    "Assistant",
    "Chat",
    "Citation",
    "DataError",
    "EmbeddingState",
    "EmptyLibraryError",
    "Feedback",
    "Filters",
    "Heading",
    "LibraryError",
    "LoadError",
    "ModelError",
    "Passage",
    "Place",
    "QuestionError",
    "QuotewellError",
    "Reply",
    "RetrievedPassage",
    "Settings",
    "SettingsError",
]


def __getattr__(name: str) -> Any:
    """Import the slow modules on first use: the engine, and the settings with pydantic."""
    if name == "Assistant":
        from qa.assistant import Assistant

        return Assistant
    if name == "Settings":
        from qa.settings import Settings

        return Settings
    if name == "Chat":
        from qa.chat import Chat

        return Chat
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
