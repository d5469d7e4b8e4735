"""How well a ranking holds what it should: recall@k and MRR@k.

A question's ranking is a list of distinct ids, best first; what it should find is a set of ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from qa.errors import DataError

__all__ = ["distinct", "mrr_at_k", "rank_of", "recall_at_k"]


def distinct(ids: Iterable[str]) -> list[str]:
    """Return the ids in their order, each where it first stands."""
    return list(dict.fromkeys(ids))


def rank_of(ranking: Sequence[str], relevant: AbstractSet[str]) -> int | None:
    """Return the rank, from 1, of the first relevant id; None when there is none."""
    return next((rank for rank, found in enumerate(ranking, 1) if found in relevant), None)


def recall_at_k(rankings: Sequence[Sequence[str]], relevant: Sequence[AbstractSet[str]], k: int) -> float:
    """Return the share of the relevant ids among the first k, averaged over the questions, 0 to 1.

    :raises DataError: when there are no questions, or one with nothing relevant.
    """
    _check(rankings, relevant)
    shares = [len(wanted & set(ids[:k])) / len(wanted) for ids, wanted in zip(rankings, relevant, strict=True)]
    return sum(shares) / len(shares)


def mrr_at_k(rankings: Sequence[Sequence[str]], relevant: Sequence[AbstractSet[str]], k: int) -> float:
    """Return the mean of 1 / rank of the first relevant id, 0 when it is not among the first k.

    :raises DataError: when there are no questions, or one with nothing relevant.
    """
    _check(rankings, relevant)
    ranks = [rank_of(ids[:k], wanted) for ids, wanted in zip(rankings, relevant, strict=True)]
    return sum(1 / rank for rank in ranks if rank) / len(ranks)


def _check(rankings: Sequence[Sequence[str]], relevant: Sequence[AbstractSet[str]]) -> None:
    if not rankings or not all(relevant):
        raise DataError("retrieval is measured over at least one question, each with something to find")
