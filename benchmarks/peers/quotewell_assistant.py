"""Quotewell, as it is out of the box."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.base import Found, Models, Paragraph
from qa import Article, Assistant, Settings

__all__ = ["QuotewellAssistant"]


class QuotewellAssistant:
    """The defaults: hybrid search, the ten best passages, a library on disk. Nothing is remembered of a question.

    Its embedder is the packaged one, whose folder the others are given.
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
        """Make a library on disk."""
        self._assistant = Assistant.open(folder, settings=self._settings, seed=False)
        self._assistant.warm_up()

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Add the paragraphs, which also writes them to disk."""
        if vectors is not None:
            raise ValueError("Quotewell embeds its own passages; give it a library that has them")
        self._assistant.add(*(Article(one.text, one.title, one.id) for one in paragraphs))

    def save(self, folder: Path) -> None:  # noqa: ARG002
        """Close the library, which is on disk already."""
        self._assistant.close()

    def open(self, folder: Path) -> None:
        """Open the library."""
        self._assistant = Assistant.open(folder, settings=self._settings, seed=False, create=False)
        self._assistant.warm_up()
        self._sources = {article.id: article.source for article in self._assistant.articles()}

    def ask(self, question: str) -> Found:
        """Return the best answer, whatever its confidence."""
        answers = self._assistant.ask(question, min_confidence=0).answers
        if not answers:
            return Found("")
        best, cited = answers[0], answers[0].citations[0]
        return Found(best.text, best.confidence, cited.source, cited.start, cited.end)

    def search(self, question: str, k: int) -> list[str]:
        """Return the sources of the k best passages."""
        return [self._sources[one.passage.article_id] for one in self._assistant.retrieve(question, k)]
