"""The Library protocol: what the engine asks of the store of articles."""

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

__all__ = [
    "FollowedFile",
    "HealthReport",
    "IndexedArticle",
    "Library",
    "StoredPassage",
    "Suggestion",
    "embedded_text",
]


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article ready to be stored. The three sequences have one entry per passage.

    ``contexts`` are the title and headings above each passage. ``vectors`` has shape ``(passages, dimension)``, or
    is None when the vectors follow later. ``content_hash`` is what the next add compares with; an empty one means
    the article's own.
    """

    article: Article
    passages: Sequence[Passage]
    contexts: Sequence[str]
    vectors: npt.NDArray[np.float32] | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage in the library. Its ``id`` stays the same as long as the passage exists, and is never reused."""

    id: int
    passage: Passage
    text: str
    context: str

    @property
    def embedded_text(self) -> str:
        """The text that the encoder embeds for the passage."""
        return embedded_text(self.context, self.text)


@dataclass(frozen=True, slots=True)
class FollowedFile:
    """A file of a folder that the library follows: its path, how it looked when it was read, and what it gave.

    ``signature`` is compared with that of the file as it is now; ``articles`` are ids.
    """

    path: str
    signature: str
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word of the library that is spelt nearly like another one.

    ``word`` is in lower case, unless the passages always capitalise it: it is then a name, as a rule.
    ``distance`` is the optimal string alignment distance, in letters, and ``passages`` the number of passages that
    hold the word or an inflection of it; a store may stop counting at 1000.
    """

    word: str
    distance: int
    passages: int


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What ``doctor`` found: counts, and one sentence per problem that says how to repair it.

    ``pending`` counts the passages without a vector yet, which is not a problem.
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
    """Return the text that the encoder embeds for a passage: its own text under its context."""
    return f"{context}\n{text}"


class Library(Protocol):
    """A store of articles and their passages, searchable by words and by vectors.

    Lexical search finds a passage as soon as its article is put; dense search finds it as soon as its vector is,
    together with the article or later. Until then the passage is pending.

    Many threads, and many processes, may use one store. Every method that changes it does so in one transaction:
    an error leaves the store as it was. Reads see committed changes only, those of other processes included, and
    never write. ``docs/library-backends.md`` says how to write and test a store of your own.

    Every method raises :class:`~qa.errors.LibraryError` if the store cannot be read or written, or is closed. If a
    server has gone away, the message says how to get it back; a store may retry a read once before it raises.
    """

    @property
    def generation(self) -> int:
        """A number that grows with every change to articles or vectors, whichever process makes it; 0 when new."""
        ...

    @property
    def encoder(self) -> str:
        """The fingerprint of the encoder whose vectors are stored."""
        ...

    @property
    def dimension(self) -> int:
        """The length of the stored vectors."""
        ...

    def __len__(self) -> int:
        """Return the number of articles."""
        ...

    def put(self, articles: Iterable[IndexedArticle]) -> None:
        """Add or replace articles and find the stories that they tell, all in one transaction.

        A replaced article keeps its place in the order. Of two articles with the same id, the later one counts.

        :raises LibraryError: if an article does not fit (its passages, contexts and vectors disagree, or its title
            or source contains a lone surrogate), or the library was opened without an encoder.
        """
        ...

    def put_vectors(self, passage_ids: Sequence[int], vectors: npt.NDArray[np.float32]) -> int:
        """Store the vectors of those of the passages that are pending; return how many.

        Other passages, removed ones included, are passed over. Storing a vector needs no lease.

        :param vectors: an array of shape ``(passages, dimension)``.
        :raises LibraryError: if the vectors have another shape, are not finite or come from another encoder.
        """
        ...

    def pending(self, k: int) -> list[int]:
        """Return the ids of up to k pending passages, the earliest first, leased ones included."""
        ...

    def claim_pending(self, k: int, seconds: float) -> AbstractContextManager[list[int]]:
        """Lease up to k pending passages for embedding; yield their ids, the earliest first.

        No two leases hold the same passage, across threads and processes. The list is empty if nothing is pending
        or others hold all that is offered; a store may lease to one holder at a time. A lease ends with the
        ``with`` block. The lease of a process that dies or hangs ends after ``seconds`` at the latest; a store
        that notices a dead process ends its lease at once, and needs no time limit then.
        """
        ...

    def embedding_state(self) -> EmbeddingState:
        """Return how many passages there are and how many of them have their vectors."""
        ...

    def renew_vectors(self, encoder: str, dimension: int) -> None:
        """Drop all vectors and make every passage pending, for vectors of an encoder that may be another one."""
        ...

    def relabel(self, article: Article) -> None:
        """Store the article's title, tags, date, metadata and language; the rest of it stays, and its passages.

        :raises LibraryError: if there is no such article, or the title or a tag contains a lone surrogate.
        """
        ...

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove the articles with their passages, vectors and files; return how many of them existed."""
        ...

    def keep_file(self, article_id: str, path: Path, max_bytes: int) -> bool:  # noqa: ARG002 - a store may keep none
        """Keep a copy of the file that an article was read from, until it is removed or updated; return whether.

        Nothing is kept of an article that is gone, or whose ``FILE_SHA256`` is another. A store may keep no files.

        :param max_bytes: how much all files that are kept may take.
        """
        return False

    def kept_file(self, article_id: str) -> bytes | None:  # noqa: ARG002 - see above
        """Return the file that was kept for an article, or None if there is none."""
        return None

    def get(self, article_id: str) -> Article | None:
        """Return the article, or None if there is no such article."""
        ...

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that exist, by id, in the order asked for."""
        ...

    def text(self, article_id: str, start: int, end: int) -> str | None:
        """Return ``article.text[start:end]`` without loading the whole text, or None if there is no such article.

        :param start: an offset in code points, at least 0, as ``end`` is; both may lie beyond the text's end.
        """
        ...

    def content_hashes(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return the content hashes of those of the articles that exist, by id."""
        ...

    def stories(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return the story of each of the articles that exist: the id of the first article that tells it.

        An article tells the story of those that it is a copy of, by :func:`qa.stories.is_copy`, in the order in
        which they were put; it may join two stories. What was removed is forgotten, but does not part its copies.
        Updating an article finds its story anew. A store may miss copies that it did not compare:
        :func:`qa.stories.bucket_keys` finds those that are worth it.
        """
        ...

    def count(self, filters: Filters | None = None) -> int:
        """Return the number of articles that the filters allow."""
        ...

    def articles(
        self, filters: Filters | None = None, *, after: int = 0, limit: int | None = None
    ) -> list[ArticleInfo]:
        """Return a listing of the articles that the filters allow, in the order in which they were first added.

        :param after: the ``position`` of the last article on the page before this one; 0 for the first page.
        :param limit: the size of the page; None for all that remain.
        """
        ...

    def iter_articles(self) -> Iterator[Article]:
        """Yield every article, in the order in which they were first added.

        No transaction stays open between two articles, so articles may change during the iteration.
        """
        ...

    def search_lexical(self, query: str, k: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return the ids and BM25 scores (at least 0) of up to k passages, best first.

        A passage matches if it, its title or its headings contain any word of the query that is not a stop word;
        stop words count in a query of nothing else. No query is an error. If k passages that the filters allow
        match, k are returned. Equal scores are ordered by id.
        """
        ...

    def suggest_words(self, word: str, k: int) -> list[Suggestion]:
        """Return up to k words of the passages and their contexts that are spelt nearly like ``word``, best first.

        There are none if a passage holds the word itself or an inflection of it. A suggestion begins with the
        same letter. Its distance, without regard to case and accents, is 1 at most if the word has 5 to 8
        letters, and 2 if it has more; shorter words, and those with other characters than letters, have no
        suggestions. The nearest come first, then the most frequent. Of several inflections of a word, the nearest
        one counts. Scripts without capitals may be left out.
        """
        ...

    def search_dense(
        self, vector: npt.NDArray[np.float32], k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """Return the ids of up to k passages and their inner products with the vector, best first.

        If the filters allow k passages that have vectors, k are returned.

        :raises LibraryError: if the vector has another length, or the vectors are now another encoder's.
        """
        ...

    def score_dense(self, vector: npt.NDArray[np.float32], passage_ids: Sequence[int]) -> dict[int, float]:
        """Return the inner products of the vector with those of the passages that have vectors.

        :raises LibraryError: as for :meth:`search_dense`.
        """
        ...

    def vectors(self, passage_ids: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        """Return the vectors of those of the passages that have one, as they are stored."""
        ...

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """Return those of the passages that exist, by id, in the order asked for."""
        ...

    def passages_of(self, article_ids: Iterable[str]) -> list[StoredPassage]:
        """Return all passages of the articles, ordered by passage id."""
        ...

    def put_feedback(self, feedback: Feedback) -> Feedback:
        """Store feedback, replacing that with the same id if it has an id; return it with its id.

        The generation stays: nothing that is searched has changed.
        """
        ...

    def feedback(self, *, after: int = 0, limit: int | None = None) -> list[Feedback]:
        """Return the feedback, the oldest first.

        :param after: the id of the last feedback on the page before this one; 0 for the first page.
        :param limit: the size of the page; None for all that remains.
        """
        ...

    def follow(self, files: Iterable[FollowedFile], forget: Iterable[str] = ()) -> None:
        """Store files that are followed, in place of those with the same paths, and forget others by their paths.

        The generation stays: nothing that is searched has changed.
        """
        ...

    def followed(self, folder: str) -> list[FollowedFile]:
        """Return the files that are followed in a folder and the folders inside it, ordered by path.

        :param folder: an empty one means all files.
        """
        ...

    def optimize(self) -> None:
        """Do what pays after many articles were added, such as building an index. It may take minutes.

        Others may use the store meanwhile. It never has to be called; a store may have nothing to do.
        """

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each problem inside the store, saying how to repair it.

        :func:`qa.library.health.examine` checks what every store has in common; this is for the rest.
        """
        ...

    def doctor(self) -> HealthReport:
        """Check the library against itself: :func:`qa.library.health.examine` of this library."""
        ...

    def close(self) -> None:
        """Release files and connections. The library cannot be used afterwards; closing it twice is fine."""
        ...
