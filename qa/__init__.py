"""Quotewell: verbatim answers to questions about your articles, each with its exact citation."""

from qa.assistant import Assistant
from qa.chat import Chat
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
from qa.indexing import AddProgress
from qa.settings import Settings
from qa.types import (
    AddReport,
    AddResult,
    Answer,
    Article,
    ArticleInfo,
    Citation,
    Filters,
    Heading,
    Passage,
    Reply,
    RetrievedPassage,
)

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
    "EmptyLibraryError",
    "Filters",
    "Heading",
    "LibraryError",
    "LoadError",
    "ModelError",
    "Passage",
    "QuestionError",
    "QuotewellError",
    "Reply",
    "RetrievedPassage",
    "Settings",
    "SettingsError",
]
