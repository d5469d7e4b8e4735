"""The plots of a run, each with its figures in words and as a table for those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.metrics.calibration import coverage_at_accuracy, ece
from qa.evaluation.metrics.figures import Metrics
from qa.evaluation.predictions import Prediction
from qa.evaluation.report.html import number
from qa.evaluation.report.labels import PARTS, meaning
from qa.evaluation.report.plots import (
    ACCURACIES,
    Outcomes,
    inline_svg,
    plot_bars,
    plot_latency,
    plot_recall,
    plot_reliability,
    plot_risk_coverage,
    reliability_bins,
)

__all__ = [
    "Chart",
    "by_depth",
    "final_recall",
    "latency",
    "outcomes",
    "parts",
    "recall",
    "recalls",
    "reliability",
    "risk_coverage",
]

KS = (1, 2, 5, 10, 20, 50)
DEEPEST = 50
PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot as SVG, and the same as a table: ``head`` and ``rows``."""

    title: str
    svg: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def outcomes(lines: Sequence[Prediction], score: str) -> Outcomes | None:
    """Return a score of the answers, ``confidence`` or ``softmax``, and which are right; None when none has it."""
    known = [line for line in lines if score in line]
    if not known:
        return None
    return [line[score] for line in known], [line["correct"] for line in known]  # type: ignore[literal-required]


def reliability(series: Mapping[str, Outcomes]) -> Chart:
    """Chart how far each confidence is to be trusted."""
    errors = ", ".join(f"{name} has an ECE of {number(ece(*one))}" for name, one in series.items())
    rows = [
        (name, f"{one.low:.1f} to {one.high:.1f}", f"{one.count:,}", number(one.confidence), number(one.accuracy))
        for name, (confidence, correct) in series.items()
        for one in reliability_bins(confidence, correct)
    ]
    return Chart(
        "Reliability",
        inline_svg(
            plot_reliability(series),
            "reliability",
            "Reliability diagram",
            f"The share of right answers at each confidence; on the diagonal, it is what it says. {errors}.",
        ),
        ("score", "confidence", "answers", "mean confidence", "right"),
        rows,
    )


def risk_coverage(series: Mapping[str, Outcomes]) -> Chart:
    """Chart how many answers are wrong as more are given."""
    rows = [
        (name, *(f"{coverage_at_accuracy(*one, accuracy):.1%}" for accuracy in ACCURACIES))
        for name, one in series.items()
    ]
    levels = [f"{accuracy:.0%}" for accuracy in ACCURACIES]
    words = "; ".join(f"{name}: {', '.join(cells)}" for name, *cells in rows)
    return Chart(
        "Risk and coverage",
        inline_svg(
            plot_risk_coverage(series),
            "risk-coverage",
            "Risk-coverage curves",
            f"The share of wrong answers among those given, surest first. Questions answered where "
            f"{', '.join(levels)} of the answers are right: {words}.",
        ),
        ("score", *(f"answered at {level} right" for level in levels)),
        rows,
    )


def recalls(lines: Sequence[Prediction]) -> dict[str, list[float]]:
    """Return the recall@k of k = 1, 2, ... 50, 0 to 1, of each leg, or of what is retrieved.

    It is taken over the questions whose answer the library holds.
    """
    answerable = [line for line in lines if line.get("in_library", True) and line["answerable"]]
    ranks: dict[str, list[int | None]] = {}
    for line in answerable:
        found = {"retrieved": line["gold_rank"]} if "gold_rank" in line else line.get("ranks", {})
        for leg, rank in found.items():
            ranks.setdefault(leg, []).append(rank)
    return {leg: _recall_by_k(found) for leg, found in ranks.items()}


def final_recall(lines: Sequence[Prediction]) -> list[float]:
    """Return the recall@k of the ranking that is read from, or nothing where it is not told."""
    legs = recalls(lines)
    return legs.get("final", legs.get("retrieved", []))


def recall(series: Mapping[str, Sequence[float]]) -> Chart:
    """Chart how often the gold passage is among the first k."""
    rows = [(name, *(number(of[k - 1]) for k in KS)) for name, of in series.items()]
    words = "; ".join(f"{name}: {row[0]} at 1, {row[2]} at 5, {row[4]} at 20" for name, *row in rows)
    title, about = "Recall by k", f"The share of gold passages among the first k retrieved. {words}."
    svg = inline_svg(plot_recall(series), "recall", title, about)
    return Chart(title, svg, ("ranking", *(f"@{k}" for k in KS)), rows)


def parts(metrics: Metrics, kind: str, figure: str) -> Chart | None:
    """Chart a figure by a kind of breakdown; None when there is nothing to compare."""
    found = metrics.breakdown.get(kind, {})
    values = {part: of[figure] for part, of in found.items()}
    bars = {part: value for part, value in values.items() if value is not None}
    counts = {part: f"{found[part]['questions'] or 0:,.0f}" for part in bars}
    if len(bars) < 2:
        return None
    told = meaning(figure)
    top = 100 if told.decimals == 1 else 1
    name = PARTS.get(kind, kind.replace("_", " "))
    rows = [(part, counts[part], number(value, told.decimals)) for part, value in bars.items()]
    words = ", ".join(f"{part} {value} over {count} questions" for part, count, value in rows)
    title = f"{told.label} by {name}"
    drawn = plot_bars({f"{part}  ({counts[part]})": value for part, value in bars.items()}, told.label, top)
    svg = inline_svg(drawn, f"by-{kind.replace('_', '-')}", title, f"{title}: {words}.")
    return Chart(title, svg, (name, "questions", told.label), rows)


def by_depth(metrics: Metrics) -> Chart | None:
    """Chart the F1 that reading so many passages gives, and reading the gold one alone; None where not tried."""
    tried = {f"{k} {'passage' if k == 1 else 'passages'}": metrics.figures.get(f"top_1_of_{k}_f1") for k in KS}
    tried["the gold one"] = metrics.figures.get("isolated_f1")
    bars = {name: of.value for name, of in tried.items() if of and of.value is not None}
    if len(bars) < 2:
        return None
    rows = [(name, number(value, 1)) for name, value in bars.items()]
    title, words = "F1 by passages read", ", ".join(f"{name}: {value}" for name, value in rows)
    svg = inline_svg(plot_bars(bars, "F1 of the first answer", 100), "by-depth", title, f"{title}. {words}.")
    return Chart(title, svg, ("passages", "F1"), rows)


def latency(lines: Sequence[Prediction]) -> Chart | None:
    """Chart the milliseconds of each stage and of all together; None when they were not taken."""
    stages: dict[str, list[float]] = {}
    for line in lines:
        seconds = line.get("seconds") or {}
        for stage, value in seconds.items():
            stages.setdefault(stage, []).append(1000 * value)
        if len(seconds) > 1:
            stages.setdefault("whole question", []).append(1000 * sum(seconds.values()))
    if not stages:
        return None
    rows = [
        (name, *(number(float(one), 1) for one in np.percentile(of, PERCENTILES))) for name, of in stages.items()
    ]
    words = "; ".join(f"{name}: median {row[0]} ms, 95% within {row[2]} ms" for name, *row in rows)
    svg = inline_svg(plot_latency(stages), "latency", "Latency by stage", f"{words}.")
    return Chart("Latency by stage", svg, ("stage, ms", *(f"p{level}" for level in PERCENTILES)), rows)


def _recall_by_k(ranks: Sequence[int | None]) -> list[float]:
    known = np.array([rank for rank in ranks if rank is not None and rank <= DEEPEST], dtype=np.int64)
    hits = np.bincount(known, minlength=DEEPEST + 1)[1:]
    return [float(share) for share in np.cumsum(hits) / len(ranks)]
