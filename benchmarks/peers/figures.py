"""The figures of a run, computed with ``qa.evaluation``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmarks.peers.trials import Plan
from qa.evaluation import Example, gold_article_id
from qa.evaluation.metrics.figures import p50_p95
from qa.evaluation.metrics.ranking import recall_at_k
from qa.evaluation.metrics.squad import score_v1, squad_metrics

__all__ = ["Asked", "answer_figures", "asked_in", "figures_of", "latency_figures"]

SILENT = 1e9
"""The no-answer score of a system without an answer: above that of any answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and a system's answer to it."""

    example: Example
    answer: dict[str, Any]

    @property
    def failed(self) -> bool:
        """Whether the system raised an error."""
        return "error" in self.answer


def figures_of(records: Sequence[dict[str, Any]], plan: Plan, system: str) -> dict[str, Any]:
    """Return a system's figures for the phases that were run; scores and shares are 0 to 100."""
    own = [record for record in records if record["system"] == system]
    one, eight, half = (asked_in(own, plan, phase) for phase in ("one user", "eight users", "left out"))
    figures = _index_figures(own)
    if one:
        figures |= answer_figures(one, _cites_gold) | latency_figures(one)
        figures["offsets"] = _percent([_overlaps_gold(each) for each in one])
        figures["questions_a_second_1_user"] = _throughput(own, "one user")
    if eight:
        figures["questions_a_second_8_users"] = _throughput(own, "eight users")
        figures["errors_8_users"] = sum(each.failed for each in eight)
    if serving := [record["peak_mb"] for record in own if record["phase"] in ("one user", "eight users")]:
        figures["memory_mb"] = max(serving)
    if half:
        figures |= _abstention(half, {paragraph.id for paragraph in plan.kept})
    if rankings := list(_rankings(own, plan)):
        golds = [{gold_article_id(example)} for example, _ in rankings]
        for k in (1, 5, 10):
            recall = recall_at_k([ranking for _, ranking in rankings], golds, k)
            figures[f"recall_at_{k}"] = round(100 * recall, 1)
    return figures


def latency_figures(asked: Sequence[Asked]) -> dict[str, float]:
    """Return the median and the 95th percentile of the milliseconds per question."""
    p50, p95 = p50_p95([one.answer["seconds"] for one in asked])
    return {"p50_ms": round(1000 * p50), "p95_ms": round(1000 * p95)}


def answer_figures(asked: Sequence[Asked], cites: Callable[[Asked], bool]) -> dict[str, Any]:
    """Return EM, F1 and the share of right citations; a question that ended in an error counts as wrong.

    If there are errors, also return the EM and the F1 of the questions without one.
    """
    scores = [score_v1(one.answer["text"], one.example.answers) for one in asked]
    figures: dict[str, Any] = {
        "questions": len(asked),
        "exact_match": _percent([score.exact for score in scores]),
        "f1": _percent([score.f1 for score in scores]),
        "citation": _percent([cites(one) for one in asked]),
        "errors": sum(one.failed for one in asked),
    }
    if figures["errors"]:
        well = [score for one, score in zip(asked, scores, strict=True) if not one.failed]
        figures["error"] = next(one.answer["error"] for one in asked if one.failed)
        figures["exact_match_without_errors"] = _percent([score.exact for score in well]) if well else None
        figures["f1_without_errors"] = _percent([score.f1 for score in well]) if well else None
    return figures


def _abstention(asked: Sequence[Asked], kept: set[str]) -> dict[str, Any]:
    """Return the F1 of SQuAD v2.0 at the best threshold; a question whose paragraph was left out has no answer.

    An answer without a score counts as certain, and an error as an abstention.
    """
    golds = [one.example.answers if gold_article_id(one.example) in kept else () for one in asked]
    texts = [one.answer["text"] for one in asked]
    unsure = [-(one.answer.get("score") or 0.0) if one.answer["text"] else SILENT for one in asked]
    metrics, _ = squad_metrics(texts, golds, unsure, [not text for text in texts])
    return {
        "best_f1_half_left_out": round(metrics.best_f1, 1),
        "f1_of_silence": _percent([not gold for gold in golds]),
    }


def _index_figures(own: Sequence[dict[str, Any]]) -> dict[str, Any]:
    for record in own:
        if record["phase"] == "index":
            speed = record["paragraphs"] / record["seconds"]
            return {"indexed_a_second": round(speed, 1), "indexing_memory_mb": record["peak_mb"]}
    return {}


def asked_in(own: Sequence[dict[str, Any]], plan: Plan, phase: str) -> list[Asked]:
    """Return a system's answers to the questions of a phase from its records."""
    blocks = dict(plan.blocks(phase))
    return [
        Asked(example, answer)
        for record in own
        if record["phase"] == phase
        for example, answer in zip(blocks[record["block"]], record["answers"], strict=True)
    ]


def _rankings(own: Sequence[dict[str, Any]], plan: Plan) -> Iterator[tuple[Example, list[str]]]:
    blocks = dict(plan.blocks("search"))
    for record in own:
        if record["phase"] == "search":
            yield from zip(blocks[record["block"]], record["rankings"], strict=True)


def _throughput(own: Sequence[dict[str, Any]], phase: str) -> float | None:
    """Return the questions per second of the blocks that a process finished, None if it finished none."""
    blocks = [record for record in own if record["phase"] == phase and record["seconds"]]
    seconds = sum(block["seconds"] for block in blocks)
    return round(sum(len(block["answers"]) for block in blocks) / seconds, 2) if blocks else None


def _cites_gold(one: Asked) -> bool:
    return one.answer.get("document") == gold_article_id(one.example)


def _overlaps_gold(one: Asked) -> bool:
    start, end = one.answer.get("start"), one.answer.get("end")
    if start is None or end is None or not _cites_gold(one):
        return False
    golds = zip(one.example.answer_starts, one.example.answers, strict=True)
    return any(start < first + len(text) and first < end for first, text in golds)


def _percent(values: Sequence[float]) -> float:
    return round(100 * fmean(values), 1)
