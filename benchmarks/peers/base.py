"""The protocol of a system.

Everything here needs only the standard library, because the peers run in a separate environment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

__all__ = ["PASSAGES", "SYSTEMS", "VARIANTS", "Models", "Paragraph", "System", "SystemAnswer", "load"]

PASSAGES = 10
"""The number of passages that each system reads for a question, where it can be set."""

SYSTEMS = {
    "quotewell": "quotewell_assistant:QuotewellAssistant",
    "haystack": "haystack_pipeline:HaystackPipeline",
    "haystack-segments": "haystack_pipeline:HaystackWithSegments",
    "txtai": "txtai_rag:TxtaiRag",
    "bm25s": "bm25s_pipeline:LexicalPipeline",
    "bm25s-dense": "bm25s_pipeline:HybridPipeline",
}
"""The module and the class of each system, by its name on the command line and in the tables."""

VARIANTS = {"haystack-segments": "haystack"}
"""Systems that share the store and the cost of another, but answer differently."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A document of the corpus. Answers are quotes of its ``text``; the title may help to retrieve it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SystemAnswer:
    """A system's best answer, whatever its score; "" if it has none.

    ``score`` grows with the confidence; None if the system gives none. ``document`` is the id of the cited
    document; ``start`` and ``end`` are offsets into its text, None if the system gives none.
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
    """A question-answering system. Its constructor takes :class:`Models`, which it may load later."""

    settings: dict[str, Any]
    """The settings that differ from the defaults, and the defaults that matter."""

    def create(self, folder: Path) -> None:
        """Create an empty store, in the folder or in memory, and load the embedder."""
        ...

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Index the corpus. ``vectors``, a row for each paragraph, replace the embedding if they are given."""
        ...

    def save(self, folder: Path) -> None:
        """Write the store to the folder, unless it is on disk."""
        ...

    def open(self, folder: Path) -> None:
        """Open the store that :meth:`save` wrote, in a new process."""
        ...

    def ask(self, question: str) -> SystemAnswer:
        """Answer a question. Several threads may ask at once."""
        ...

    def search(self, question: str, k: int) -> list[str]:
        """Return the ids of the k documents most likely to hold the answer, best first."""
        ...


def load(name: str, models: Models) -> System:
    """Return a new system. Its packages must be installed."""
    module, class_ = SYSTEMS[name].split(":")
    return getattr(import_module(f"benchmarks.peers.{module}"), class_)(models)  # type: ignore[no-any-return]
