"""The Library protocol: what the engine asks of the place where articles live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa.feedback import Feedback
from qa.types import Article, ArticleInfo, EmbeddingState, Filters, Passage

__all__ = ["HealthReport", "IndexedArticle", "Library", "StoredPassage", "embedded_text"]


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article made ready to be stored. The three sequences are of one length, a passage each.

    ``contexts`` are the title and headings above each passage; ``vectors`` has shape ``(passages, dimension)``, or
    is None when they are to follow.
    ``content_hash`` is what the next add is compared with; the article's own when it is empty.
    """

    article: Article
    passages: Sequence[Passage]
    contexts: Sequence[str]
    vectors: npt.NDArray[np.float32] | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the library holds it. ``id`` is stable for as long as the passage exists, never used again."""

    id: int
    passage: Passage
    text: str
    context: str

    @property
    def embedded_text(self) -> str:
        """What the encoder is given for the passage."""
        return embedded_text(self.context, self.text)


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What ``doctor`` found: counts, and one sentence for each problem, with what mends it.

    ``pending`` counts the passages whose vectors are still to come, which is no problem.
    """

    articles: int
    passages: int
    vectors: int
    generation: int
    problems: tuple[str, ...] = ()
    pending: int = 0

    @property
    def healthy(self) -> bool:
        """Whether there are no problems."""
        return not self.problems


def embedded_text(context: str, text: str) -> str:
    """Return what the encoder is given for a passage: its text under its context."""
    return f"{context}\n{text}"


class Library(Protocol):
    """Articles with their passages, searchable by words and by vectors. Safe to use from many threads.

    A passage is found by its words from the moment when its article is put, and by its vector from the moment when
    that is put, with the article or later.
    """

    @property
    def generation(self) -> int:
        """A number that grows with every change, whichever process makes it."""
        ...

    def __len__(self) -> int:
        """Return the number of articles."""
        ...

    def put(self, articles: Iterable[IndexedArticle]) -> None:
        """Add or replace the articles, all of them in one transaction.

        :raises LibraryError: when they cannot be written; nothing is changed then.
        """
        ...

    def put_vectors(self, passage_ids: Sequence[int], vectors: npt.NDArray[np.float32]) -> int:
        """Store the vectors of those of the passages that still wait for one, in one transaction; return how many.

        :param vectors: of shape ``(passages, dimension)``.
        :raises LibraryError: when they cannot be written; nothing is changed then.
        """
        ...

    def pending(self, k: int) -> list[int]:
        """Return up to k ids of passages that wait for their vectors, the earliest first."""
        ...

    def embedding_state(self) -> EmbeddingState:
        """Return how many passages there are, and how many of them have their vectors."""
        ...

    def embedding_turn(self) -> AbstractContextManager[bool]:
        """Take the one turn to embed what is pending; say whether it was free, not another's or another process's.

        Vectors can be put without it: it keeps two from making the same ones.
        """
        ...

    def relabel(self, article: Article) -> None:
        """Store the article's title and tags; its text, passages, their contexts and its content hash stay.

        :raises LibraryError: when there is no such article, or it cannot be written; nothing is changed then.
        """
        ...

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove the articles with all that belongs to them, in one transaction; return how many there were."""
        ...

    def get(self, article_id: str) -> Article | None:
        """Return the article, or None when there is no such article."""
        ...

    def content_hashes(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return the content hash of each of the articles that the library holds."""
        ...

    def articles(self, filters: Filters | None = None) -> list[ArticleInfo]:
        """Return a listing of the articles, in the order in which they were first added."""
        ...

    def search_lexical(self, query: str, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return up to k passage ids with their BM25 scores (larger is better, at least 0), best first.

        The query is free text; a passage matches when it, its title or its headings hold any of its words.
        """
        ...

    def search_dense(
        self, vector: npt.NDArray[np.float32], k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """Return up to k passage ids with their inner products with the vector, best first."""
        ...

    def score_dense(self, vector: npt.NDArray[np.float32], passage_ids: Sequence[int]) -> dict[int, float]:
        """Return the inner product of the vector with each of the passages that still exist."""
        ...

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """Return those of the passages that still exist, by id."""
        ...

    def put_feedback(self, feedback: Feedback) -> Feedback:
        """Store feedback, in place of the one with its id if it has an id; return it with its id.

        The generation stays: nothing that is searched has changed.

        :raises LibraryError: when it cannot be written.
        """
        ...

    def feedback(self) -> list[Feedback]:
        """Return all feedback, the oldest first."""
        ...

    def doctor(self) -> HealthReport:
        """Check the library against itself: counts, offsets, FTS rows, vectors, index."""
        ...

    def export(self, path: Path) -> int:
        """Write every article to a JSONL file that a loader can read back; return how many."""
        ...

    def iter_articles(self) -> Iterator[Article]:
        """Yield every article, in the order in which they were first added."""
        ...

    def close(self) -> None:
        """Release the files. The library cannot be used afterwards; closing twice is fine."""
        ...
