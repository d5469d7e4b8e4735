"""From a question to passages: lexical and dense search, fused."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Generic, Protocol, TypeVar

from embeddings.encoder import Encoder, EncoderError, Vectors
from qa.english.content_words import content_words, shared_words
from qa.english.sentences import split_sentences
from qa.errors import ModelError
from qa.library.base import Library
from qa.settings import Settings
from qa.types import Filters, RetrievedPassage

__all__ = [
    "BuildRetriever",
    "HybridRetriever",
    "Retriever",
    "VectorCache",
    "build_retriever",
    "encoder_errors",
    "fuse",
    "sentence_coverage",
]

Key = TypeVar("Key", bound=Hashable)

RESCORED = 40
SHARED_WORDS = (0.3, 0.6)
"""The shares of the question's words in one sentence at which words begin to count, and count in full."""
EMBEDDED = 40
"""At most this many pending passages, the best by their words, are embedded for a question."""
CACHED_VECTORS = 4096
"""Vectors of pending passages that are cached: 6 MB at 384 dimensions."""


class Retriever(Protocol):
    """Finds the passages of a library that are likeliest to hold the answer. Many threads may use it."""

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return up to k passages that the filters allow, best first, with scores from 0 to 1."""
        ...


BuildRetriever = Callable[[Library, Retriever], Retriever]
"""Returns a retriever for a library. It may build on the default one, which it is given as well."""


class HybridRetriever:
    """Fuses BM25 over words with cosine over vectors, then scores how well one sentence covers the question.

    The best passages by fused score are scored again because an answer stands in a sentence: a passage that has
    the question's words together in one sentence is better than one that has them far apart.

    Where no sentence has many of the question's words, it was asked in other words. The few that a passage shares
    with it are then there by chance, and count less.

    :param cache_size: how many questions' vectors are cached.
    """

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        *,
        dense_weight: float,
        sentence_weight: float,
        candidates: int,
        cache_size: int = 0,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._dense_weight = dense_weight
        self._sentence_weight = sentence_weight
        self._candidates = candidates
        self._vector_of = lru_cache(cache_size)(self._encode)
        self._pending_vectors = VectorCache[int](CACHED_VECTORS)

    @property
    def encoder(self) -> Encoder:
        """The encoder of the passages and of the questions."""
        return self._encoder

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return up to k passages, best first, of those that either search proposes.

        :raises ModelError: if the encoder cannot be used.
        """
        depth = max(k, self._candidates)
        lexical = dict(self._library.search_lexical(question, depth, filters))
        vector = self.vector_of(question)
        dense = dict(self._library.search_dense(vector, depth, filters))
        dense |= self._library.score_dense(vector, [id_ for id_ in lexical if id_ not in dense])
        if pending := [id_ for id_ in islice(lexical, max(EMBEDDED, k)) if id_ not in dense]:
            dense |= self._score_pending(pending, vector)
        stored = self._library.passages(self._promising(lexical, dense, k))
        words = content_words(question)
        coverage = {id_: sentence_coverage(words, one.context, one.text) for id_, one in stored.items()}
        dense_weight, sentence_weight = self._weights(max(coverage.values(), default=0.0))
        fused = fuse(lexical, dense, dense_weight)
        retrieved = [
            RetrievedPassage(
                passage=one.passage,
                id=id_,
                text=one.text,
                context=one.context,
                score=(1 - sentence_weight) * fused[id_] + sentence_weight * coverage[id_],
                dense=dense.get(id_, 0.0),
                lexical=lexical.get(id_, 0.0),
                coverage=coverage[id_],
            )
            for id_, one in stored.items()
        ]
        return sorted(retrieved, key=lambda passage: (-passage.score, passage.id))[:k]

    def vector_of(self, question: str) -> Vectors:
        """Return the vector of a question, of shape ``(dimension,)``.

        :raises ModelError: if the encoder cannot be used.
        """
        return self._vector_of(question)

    def _promising(self, lexical: Mapping[int, float], dense: Mapping[int, float], k: int) -> list[int]:
        """Return the passages to score again: the best by both searches, and the k best by their vectors alone."""
        fused = fuse(lexical, dense, self._dense_weight)
        best = _best(fused, max(RESCORED, k))
        return list(dict.fromkeys([*best, *_best(dense, k)]))

    def _weights(self, coverage: float) -> tuple[float, float]:
        """Return the weights of the dense score in the fused one, and of the sentence's.

        :param coverage: the largest share of the question's words that a sentence holds.
        """
        low, high = SHARED_WORDS
        trust = min(1.0, max(0.0, (coverage - low) / (high - low)))
        dense = self._dense_weight
        fused = dense + (1 - dense) * trust
        sentence = self._sentence_weight * trust
        rest = (1 - self._sentence_weight) * fused
        return (dense / fused if fused else 0.0, sentence / (sentence + rest) if sentence else 0.0)

    def _encode(self, question: str) -> Vectors:
        with encoder_errors():
            vector: Vectors = self._encoder.encode([question])[0]
        return vector

    def _score_pending(self, passage_ids: Sequence[int], vector: Vectors) -> dict[int, float]:
        """Return the cosines of passages whose vectors the library does not hold yet.

        They are embedded here and their vectors cached: a question never writes to the library.
        """
        vectors = self._pending_vectors.get(passage_ids)
        missing = self._library.passages([id_ for id_ in passage_ids if id_ not in vectors])
        if missing:
            with encoder_errors():
                embedded = self._encoder.encode([passage.embedded_text for passage in missing.values()])
            # Copied, since a view would keep the whole batch in memory.
            new = {id_: row.copy() for id_, row in zip(missing, embedded, strict=True)}
            self._pending_vectors.put(new)
            vectors |= new
        return {id_: float(pending @ vector) for id_, pending in vectors.items()}


def build_retriever(library: Library, encoder: Encoder, settings: Settings) -> HybridRetriever:
    """Return the retriever of a library with the weights of the settings."""
    return HybridRetriever(
        library,
        encoder,
        dense_weight=settings.dense_weight,
        sentence_weight=settings.sentence_weight,
        candidates=settings.candidates,
        cache_size=settings.cache_size,
    )


class VectorCache(Generic[Key]):
    """The vectors of what was embedded last. Safe to use from many threads.

    The keys are passage ids or texts: ids are never reused and a passage never changes, so no entry goes stale.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._vectors: OrderedDict[Key, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, keys: Iterable[Key]) -> dict[Key, Vectors]:
        """Return the vectors of those of the keys that are cached."""
        with self._lock:
            cached = {key: self._vectors[key] for key in keys if key in self._vectors}
            for key in cached:
                self._vectors.move_to_end(key)
        return cached

    def put(self, vectors: Mapping[Key, Vectors]) -> None:
        """Cache the vectors; the least recently used ones make room for them."""
        with self._lock:
            self._vectors.update(vectors)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)


@contextmanager
def encoder_errors() -> Iterator[None]:
    """Raise an error of the encoder as a ModelError: the embeddings package does not know our exceptions."""
    try:
        yield
    except EncoderError as error:
        raise ModelError(str(error)) from error


def fuse(lexical: Mapping[int, float], dense: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """Return the weighted mean of the two scores, each min-max normalised over the union of the candidates.

    A candidate that the lexical search did not find has a BM25 of 0 (convex combination with the theoretical
    minimum, Bruch et al. 2023, arXiv 2210.11934).
    """
    union = lexical.keys() | dense.keys()
    words = _min_max({id_: lexical.get(id_, 0.0) for id_ in union})
    meanings = _min_max(dense)
    return {id_: (1 - dense_weight) * words[id_] + dense_weight * meanings.get(id_, 0.0) for id_ in union}


def sentence_coverage(words: AbstractSet[str], context: str, text: str) -> float:
    """Return the largest share of the words in one sentence of the text, with the context added to each."""
    if not words:
        return 0.0
    above = shared_words(words, context)
    most = len(above | shared_words(words, text))
    if most > len(above) + 1:  # else a single sentence holds them all
        sentences = (text[start:end] for start, end in split_sentences(text))
        most = max(len(above | shared_words(words, sentence)) for sentence in sentences)
    return most / len(words)


def _best(scores: Mapping[int, float], k: int) -> list[int]:
    return sorted(scores, key=lambda id_: (-scores[id_], id_))[:k]


def _min_max(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {id_: (score - low) / (high - low) for id_, score in scores.items()}
