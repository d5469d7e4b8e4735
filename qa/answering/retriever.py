"""Question -> passages: lexical and dense search, fused."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice
from typing import Protocol

from embeddings.encoder import Encoder, Vectors
from qa.english.content_words import content_words
from qa.english.sentences import split_sentences
from qa.errors import LibraryError
from qa.library.base import Library
from qa.types import Filters, RetrievedPassage

__all__ = ["HybridRetriever", "Retriever", "fuse", "sentence_coverage"]

logger = logging.getLogger(__name__)

RESCORED = 40
EMBEDDED = 40
"""So many of the passages found by their words, the best, are embedded for a question when their vectors are still
to come; when it comes again, they are there."""


class Retriever(Protocol):
    """Finds the passages of a library that are likely to hold the answer."""

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return up to k passages, best first."""
        ...


class HybridRetriever:
    """BM25 over words and cosine over vectors, fused; then the question's words in one sentence count, too.

    The best passages by fused score are scored anew, because an answer stands in a sentence: a passage that has
    the question's words together in one is better than one that has them far apart.

    :param cache_size: how many questions' vectors are remembered, those asked last.
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
        self._vector_of = lru_cache(cache_size)(self._encoded)

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return up to k passages, best first, of those that either search proposes."""
        depth = max(k, self._candidates)
        lexical = dict(self._library.search_lexical(question, depth, filters))
        vector = self._vector_of(question)
        dense = dict(self._library.search_dense(vector, depth, filters))
        dense |= self._library.score_dense(vector, [id_ for id_ in lexical if id_ not in dense])
        if waiting := [id_ for id_ in islice(lexical, max(EMBEDDED, k)) if id_ not in dense]:
            dense |= self._embedded(waiting, vector)
        fused = fuse(lexical, dense, self._dense_weight)
        best = sorted(fused, key=lambda id_: (-fused[id_], id_))[: max(RESCORED, k)]
        words = content_words(question)
        found = []
        for id_, stored in self._library.passages(best).items():
            coverage = sentence_coverage(words, stored.context, stored.text)
            found.append(
                RetrievedPassage(
                    passage=stored.passage,
                    id=id_,
                    text=stored.text,
                    context=stored.context,
                    score=(1 - self._sentence_weight) * fused[id_] + self._sentence_weight * coverage,
                    dense=dense.get(id_, 0.0),
                    lexical=lexical.get(id_, 0.0),
                    coverage=coverage,
                )
            )
        return sorted(found, key=lambda one: (-one.score, one.id))[:k]

    def _encoded(self, question: str) -> Vectors:
        vector: Vectors = self._encoder.encode([question])[0]
        return vector

    def _embedded(self, passage_ids: Sequence[int], vector: Vectors) -> dict[int, float]:
        """Embed passages whose vectors are still to come, and keep the vectors; return the cosines."""
        found = self._library.passages(passage_ids)
        if not found:  # removed meanwhile
            return {}
        vectors = self._encoder.encode([passage.embedded_text for passage in found.values()])
        try:
            self._library.put_vectors(list(found), vectors)
        except LibraryError as error:
            logger.warning("the vectors made for a question are not kept: %s", error)
            return dict(zip(found, (vectors @ vector).tolist(), strict=True))
        return self._library.score_dense(vector, list(found))


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
    """Return the largest share of the words that one sentence of the text holds, the context counted to each."""
    if not words:
        return 0.0
    above = words & content_words(context)
    shares = (len(above | (words & content_words(text[start:end]))) for start, end in split_sentences(text))
    return max(shares, default=len(above)) / len(words)


def _min_max(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {id_: (score - low) / (high - low) for id_, score in scores.items()}
