"""Question -> passages: lexical and dense search, fused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from embeddings.encoder import Encoder
from qa.library.base import Library
from qa.types import Filters, RetrievedPassage

__all__ = ["HybridRetriever", "Retriever", "fuse"]


class Retriever(Protocol):
    """Finds the passages of a library that are likely to hold the answer."""

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return up to k passages, best first."""
        ...


class HybridRetriever:
    """BM25 over words and cosine over vectors, mixed by a weight."""

    def __init__(self, library: Library, encoder: Encoder, *, dense_weight: float, candidates: int) -> None:
        self._library = library
        self._encoder = encoder
        self._dense_weight = dense_weight
        self._candidates = candidates

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return up to k passages, best first, of those that either search proposes."""
        depth = max(k, self._candidates)
        lexical = dict(self._library.search_lexical(question, depth, filters))
        vector = self._encoder.encode([question])[0]
        dense = dict(self._library.search_dense(vector, depth, filters))
        dense |= self._library.score_dense(vector, [id_ for id_ in lexical if id_ not in dense])
        fused = fuse(lexical, dense, self._dense_weight)
        best = sorted(fused, key=lambda id_: (-fused[id_], id_))[:k]
        stored = self._library.passages(best)
        return [
            RetrievedPassage(
                passage=stored[id_].passage,
                id=id_,
                text=stored[id_].text,
                context=stored[id_].context,
                score=fused[id_],
                dense=dense.get(id_, 0.0),
                lexical=lexical.get(id_, 0.0),
            )
            for id_ in best
            if id_ in stored  # it may have been removed since the search
        ]


def fuse(lexical: Mapping[int, float], dense: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """Return the weighted mean of the two scores, each min-max normalised over the union of the candidates.

    A candidate that one search did not score gets the lowest score there (CombSUM of Fox and Shaw 1994, with the
    weights of convex combination as in Bruch et al. 2023, arXiv 2210.11934).
    """
    words, meanings = _min_max(lexical), _min_max(dense)
    return {
        id_: (1 - dense_weight) * words.get(id_, 0.0) + dense_weight * meanings.get(id_, 0.0)
        for id_ in lexical.keys() | dense.keys()
    }


def _min_max(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {id_: (score - low) / (high - low) for id_, score in scores.items()}
