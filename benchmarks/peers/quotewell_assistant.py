"""Quotewell with its default settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.base import Models, Paragraph, SystemAnswer
from qa import Article, Assistant, Settings

__all__ = ["QuotewellAssistant"]


class QuotewellAssistant:
    """Hybrid search, the ten best passages, a library on disk, and no cache of questions.

    It uses the bundled embedder; its peers get the folder of the same embedder.
    """

    def __init__(self, models: Models) -> None:
        self._settings = Settings.from_environment(reader=models.reader, cache_size=0)
        self.settings: dict[str, Any] = {
            "passages": self._settings.passages,
            "reader_dtype": self._settings.reader_dtype,
            "store": "SQLite (FTS5) and FAISS, on disk",
        }
        self._sources: dict[str, str] = {}

    def create(self, folder: Path) -> None:
        """Create a library on disk."""
        self._assistant = Assistant.open(folder, settings=self._settings, seed=False)
        self._assistant.warm_up()

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Add the paragraphs, which also writes them to disk."""
        if vectors is not None:
            raise ValueError("Quotewell embeds its own passages; give it a library that has them")
        self._assistant.add(*(Article(paragraph.text, paragraph.title, paragraph.id) for paragraph in paragraphs))

    def save(self, folder: Path) -> None:  # noqa: ARG002
        """Close the library, which is on disk."""
        self._assistant.close()

    def open(self, folder: Path) -> None:
        """Open the library."""
        self._assistant = Assistant.open(folder, settings=self._settings, seed=False, create=False)
        self._assistant.warm_up()
        self._sources = {article.id: article.source for article in self._assistant.articles()}

    def ask(self, question: str) -> SystemAnswer:
        """Return the best answer at any confidence."""
        answers = self._assistant.ask(question, min_confidence=0).answers
        if not answers:
            return SystemAnswer("")
        best, cited = answers[0], answers[0].citations[0]
        return SystemAnswer(best.short, best.confidence, cited.source, cited.start, cited.end)

    def search(self, question: str, k: int) -> list[str]:
        """Return the sources of the k best passages."""
        return [self._sources[found.passage.article_id] for found in self._assistant.retrieve(question, k)]
