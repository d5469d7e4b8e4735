"""How well a ranking holds what it should: recall@k, MRR@10 and nDCG@10, by ir-measures.

A question's ranking is a list of distinct ids, best first; what it should find are ids, each with a grade.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from qa.errors import DataError, SettingsError

__all__ = ["CUTOFFS", "distinct", "rank_of", "ranking_scores", "recall_at_k"]

CUTOFFS = (1, 5, 10, 20)


def distinct(ids: Iterable[str]) -> list[str]:
    """Return the ids in their order, each where it first stands."""
    return list(dict.fromkeys(ids))


def rank_of(ranking: Sequence[str], relevant: Collection[str]) -> int | None:
    """Return the rank, from 1, of the first relevant id; None when there is none."""
    return next((rank for rank, found in enumerate(ranking, 1) if found in relevant), None)


def recall_at_k(rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], k: int) -> float:
    """Return the share of the relevant ids among the first k, averaged over the questions, 0 to 1.

    It is the mean ``recall_at_k`` of ``ranking_scores``, for any k and without ir-measures.

    :raises DataError: when there are no questions, or one with nothing relevant.
    """
    if not rankings or not all(relevant):
        raise DataError("retrieval is measured over at least one question, each with something to find")
    shares = [len({*wanted} & {*ids[:k]}) / len(wanted) for ids, wanted in zip(rankings, relevant, strict=True)]
    return sum(shares) / len(shares)


def ranking_scores(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Mapping[str, int]]
) -> list[dict[str, float]]:
    """Return the scores of each question's ranking, 0 to 1.

    - ``recall_at_k``: the share of the relevant ids that are among the first k, for the ``CUTOFFS``.
    - ``mrr_at_10``: 1 / rank of the first relevant id, 0 when it is not among the first 10 (Voorhees 1999).
    - ``ndcg_at_10``: the sum of ``grade / log2(1 + rank)`` over the first 10, as a share of that of the best
      ranking (Järvelin and Kekäläinen 2002; with the grade itself as the gain, as trec_eval has it).

    :raises SettingsError: when ir-measures is not installed.
    """
    try:
        import ir_measures
        from ir_measures import RR, R, nDCG
    except ImportError:
        raise SettingsError(
            "retrieval is measured with ir-measures; install it with `pip install quotewell[evaluate]`"
        ) from None
    names = {R @ k: f"recall_at_{k}" for k in CUTOFFS} | {RR @ 10: "mrr_at_10", nDCG @ 10: "ndcg_at_10"}
    run = {str(i): {id_: float(-rank) for rank, id_ in enumerate(ids)} for i, ids in enumerate(rankings)}
    wanted = {str(i): dict(grades) for i, grades in enumerate(relevant)}
    scores: list[dict[str, float]] = [dict.fromkeys(names.values(), 0.0) for _ in rankings]
    for found in ir_measures.iter_calc(list(names), wanted, run):
        scores[int(found.query_id)][names[found.measure]] = float(found.value)
    return scores
