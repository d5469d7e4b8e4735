"""Quotewell: verbatim answers to questions about your articles, each with its exact citation.

Everything that users need is here. It lives in ``qa``, ``embeddings`` and ``ui``, and what is slow to import is
imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qa import (
    AddProgress,
    AddReport,
    AddResult,
    Answer,
    Article,
    ArticleError,
    ArticleInfo,
    Citation,
    DataError,
    EmbeddingState,
    EmptyLibraryError,
    Feedback,
    Filters,
    Heading,
    LibraryError,
    LoadError,
    ModelError,
    Passage,
    Place,
    QuestionError,
    QuotewellError,
    Reply,
    RetrievedPassage,
    SettingsError,
)
from qa.types import Disagreement, PageImage, Reading, Resolution, Span, Version

if TYPE_CHECKING:
    from embeddings.encoder import Encoder, SentenceEncoder
    from qa.answering.retriever import Retriever
    from qa.assistant import Assistant
    from qa.chat import Chat
    from qa.export.citations import citation_text
    from qa.export.transcript import to_json, to_markdown
    from qa.library.base import Library
    from qa.reader import Reader
    from qa.settings import Settings
    from ui import Server, ServerOptions, ServerSettings, serve, start

    __version__: str

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
    "Disagreement",
    "EmbeddingState",
    "EmptyLibraryError",
    "Encoder",
    "Feedback",
    "Filters",
    "Heading",
    "Library",
    "LibraryError",
    "LoadError",
    "ModelError",
    "PageImage",
    "Passage",
    "Place",
    "QuestionError",
    "QuotewellError",
    "Reader",
    "Reading",
    "Reply",
    "Resolution",
    "RetrievedPassage",
    "Retriever",
    "SentenceEncoder",
    "Server",
    "ServerOptions",
    "ServerSettings",
    "Settings",
    "SettingsError",
    "Span",
    "Version",
    "citation_text",
    "serve",
    "start",
    "to_json",
    "to_markdown",
]

_ON_FIRST_USE = {
    "embeddings.encoder": ("Encoder", "SentenceEncoder"),
    "qa.answering.retriever": ("Retriever",),
    "qa.assistant": ("Assistant",),
    "qa.chat": ("Chat",),
    "qa.export.citations": ("citation_text",),
    "qa.export.transcript": ("to_json", "to_markdown"),
    "qa.library.base": ("Library",),
    "qa.reader": ("Reader",),
    "qa.settings": ("Settings",),
    "ui": ("Server", "ServerOptions", "ServerSettings", "serve", "start"),
}
_MODULES = {name: module for module, names in _ON_FIRST_USE.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what is slow on first use: the engine, the settings with pydantic, the chat with Gradio."""
    if name == "__version__":
        from importlib.metadata import version

        return version("quotewell")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
