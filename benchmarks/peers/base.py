"""What every system is asked to do. Nothing here needs more than the standard library: peers run in their own
environment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

__all__ = ["PASSAGES", "SYSTEMS", "VARIANTS", "Found", "Models", "Paragraph", "System", "load"]

PASSAGES = 10
"""Passages that each system reads for a question, where it lets itself be told."""

SYSTEMS = {
    "quotewell": "quotewell_assistant:QuotewellAssistant",
    "haystack": "haystack_pipeline:HaystackPipeline",
    "haystack-segments": "haystack_pipeline:HaystackWithSegments",
    "txtai": "txtai_rag:TxtaiRag",
    "bm25s": "by_hand:LexicalByHand",
    "bm25s-dense": "by_hand:HybridByHand",
}
"""Each system's module and class, by the name that the command line and the tables use."""

VARIANTS = {"haystack-segments": "haystack"}
"""Systems that answer otherwise than another but from the same store, and cost the same."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A document of the corpus. Its ``text`` is what is quoted; the title may help to find it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A system's best answer, whatever its score; "" when it has none.

    ``score`` grows with how sure it is, None when it does not say. ``document`` is the id that it cites; ``start``
    and ``end`` are offsets into that document's text, None when it gives none.
    """

    text: str
    score: float | None = None
    document: str | None = None
    start: int | None = None
    end: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Models:
    """The folders of the embedder and of the reader that all systems share."""

    embedder: str
    reader: str


class System(Protocol):
    """A question-answering system. Constructed with :class:`Models`; it may load them late."""

    settings: dict[str, Any]
    """What was configured otherwise than by default, and which defaults matter."""

    def create(self, folder: Path) -> None:
        """Make an empty store, maybe in the folder, and load what embeds."""
        ...

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Take the corpus in. ``vectors``, one row a paragraph, stand in for embedding where they are given."""
        ...

    def save(self, folder: Path) -> None:
        """Write the store to the folder, where it is not on disk already."""
        ...

    def open(self, folder: Path) -> None:
        """Read what :meth:`save` wrote, in a new process."""
        ...

    def ask(self, question: str) -> Found:
        """Answer a question. Several threads may ask at once."""
        ...

    def search(self, question: str, k: int) -> list[str]:
        """Return the ids of the k documents most likely to hold the answer, best first."""
        ...


def load(name: str, models: Models) -> System:
    """Make a system by its name; what it needs must be installed."""
    module, class_ = SYSTEMS[name].split(":")
    return getattr(import_module(f"benchmarks.peers.{module}"), class_)(models)  # type: ignore[no-any-return]
