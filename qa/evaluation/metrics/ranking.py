"""Metrics of a ranking: recall@k, MRR@10 and nDCG@10, computed by ir-measures.

A question's ranking is a list of distinct ids, best first; its relevant ids each have a grade.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from qa.errors import DataError, SettingsError

__all__ = ["CUTOFFS", "distinct", "first_rank", "ranking_scores", "recall_at_k"]

CUTOFFS = (1, 5, 10, 20)


def distinct(ids: Iterable[str]) -> list[str]:
    """Return the ids in order, each at its first occurrence only."""
    return list(dict.fromkeys(ids))


def first_rank(ranking: Sequence[str], relevant: Collection[str]) -> int | None:
    """Return the rank, from 1, of the first relevant id, or None if there is none."""
    return next((rank for rank, id_ in enumerate(ranking, 1) if id_ in relevant), None)


def recall_at_k(rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], k: int) -> float:
    """Return the share of the relevant ids among the first k, averaged over the questions, 0 to 1.

    It equals the mean ``recall_at_k`` of ``ranking_scores``, but takes any k and does not need ir-measures.

    :raises DataError: if there are no questions, or a question has nothing relevant.
    """
    if not rankings or not all(relevant):
        raise DataError("measuring retrieval takes at least one question, and something relevant for each")
    shares = [len({*ids} & {*ranking[:k]}) / len(ids) for ranking, ids in zip(rankings, relevant, strict=True)]
    return sum(shares) / len(shares)


def ranking_scores(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Mapping[str, int]]
) -> list[dict[str, float]]:
    """Return the scores of each question's ranking, 0 to 1.

    - ``recall_at_k``: the share of the relevant ids that are among the first k, for the ``CUTOFFS``.
    - ``mrr_at_10``: 1 / rank of the first relevant id, or 0 if it is not among the first 10 (Voorhees 1999).
    - ``ndcg_at_10``: the sum of ``grade / log2(1 + rank)`` over the first 10, divided by that of the ideal ranking
      (Järvelin and Kekäläinen 2002; the grade itself is the gain, as in trec_eval).

    :raises SettingsError: if ir-measures is not installed.
    """
    try:
        import ir_measures
        from ir_measures import RR, R, nDCG
    except ImportError:
        raise SettingsError(
            "measuring retrieval needs ir-measures: install it with `pip install quotewell[evaluate]`"
        ) from None
    names = {R @ k: f"recall_at_{k}" for k in CUTOFFS} | {RR @ 10: "mrr_at_10", nDCG @ 10: "ndcg_at_10"}
    run = {str(i): {id_: float(-rank) for rank, id_ in enumerate(ids)} for i, ids in enumerate(rankings)}
    grades_by_question = {str(i): dict(grades) for i, grades in enumerate(relevant)}
    scores: list[dict[str, float]] = [dict.fromkeys(names.values(), 0.0) for _ in rankings]
    for metric in ir_measures.iter_calc(list(names), grades_by_question, run):
        scores[int(metric.query_id)][names[metric.measure]] = float(metric.value)
    return scores
