"""How far an add has come, and its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from qa.languages import is_foreign

__all__ = ["PARTS", "AddProgress", "AddReport", "AddResult", "EmbeddingState", "Outcome"]


@dataclass(frozen=True, slots=True)
class EmbeddingState:
    """How many passages a library has, and how many of them are embedded."""

    passages: int
    embedded: int

    @property
    def pending(self) -> int:
        """How many passages are pending. Until they are embedded, only lexical search retrieves them."""
        return self.passages - self.embedded


@dataclass(frozen=True, slots=True)
class AddProgress:
    """The progress of an add: sources read, and articles and passages written, which can be asked about already.

    ``embedding`` is None until everything is written; from then on it counts the embedded passages.
    """

    sources_done: int
    sources: int
    articles: int
    passages: int
    embedding: EmbeddingState | None = None


PARTS = "pages without text"
"""The kind of what is missing from a file that was read otherwise."""

Outcome = Literal["added", "updated", "unchanged", "removed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class AddResult:
    """The outcome for one article or file; ``reason`` says why it failed or was skipped.

    ``kind`` is what was left out, in the plural, such as "images"; with :data:`PARTS`, it is a part of the file.
    ``language`` is the language of an article that was added or updated, such as "de"; empty if it is not clear.
    """

    source: str
    outcome: Outcome
    article_id: str | None = None
    passages: int = 0
    reason: str = ""
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """The outcome for each article and file, in the order given."""

    results: tuple[AddResult, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many articles had the outcome."""
        return sum(result.outcome == outcome for result in self.results)

    @property
    def failures(self) -> tuple[AddResult, ...]:
        """The results with outcome ``failed``."""
        return tuple(result for result in self.results if result.outcome == "failed")

    @property
    def skipped(self) -> dict[str, tuple[AddResult, ...]]:
        """The results with outcome ``skipped`` by what was left out, such as images; the most frequent first."""
        kinds: dict[str, list[AddResult]] = {}
        for result in self.results:
            if result.outcome == "skipped":
                kinds.setdefault(result.kind or result.reason, []).append(result)
        by_size = sorted(kinds.items(), key=lambda item: len(item[1]), reverse=True)
        return {kind: tuple(results) for kind, results in by_size}

    @property
    def foreign(self) -> dict[str, int]:
        """How many of the articles are in each language but English, for which the reader is made."""
        return dict(
            Counter(result.language for result in self.results if is_foreign(result.language)).most_common()
        )

    def __str__(self) -> str:
        counts = (f"{self.count(outcome)} {outcome}" for outcome in get_args(Outcome) if self.count(outcome))
        return ", ".join(counts) or "nothing to add"
