"""The plots of a report, each with a description and a table for readers who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.metrics.calibration import coverage_at_accuracy, ece
from qa.evaluation.metrics.figures import Metrics
from qa.evaluation.predictions import Prediction
from qa.evaluation.report.formatting import Table, counted, number
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
MAX_K = 50
PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot as SVG, and its values as a table."""

    title: str
    svg: str
    table: Table


def outcomes(lines: Sequence[Prediction], score: str) -> Outcomes | None:
    """Return a score of the answers and which of them are right, or None if no prediction has the score.

    :param score: ``confidence`` or ``softmax``.
    """
    scored = [line for line in lines if score in line]
    if not scored:
        return None
    return [line[score] for line in scored], [line["correct"] for line in scored]  # type: ignore[literal-required]


def reliability(series: Mapping[str, Outcomes]) -> Chart:
    """Chart how far each score can be trusted as a probability."""
    errors = ", ".join(f"{name} has an ECE of {number(ece(*outcomes))}" for name, outcomes in series.items())
    description = (
        "The share of right answers at each confidence. On the diagonal, the confidence is exactly that share. "
        f"{errors}."
    )
    rows = [
        (
            name,
            f"{part.low:.1f} to {part.high:.1f}",
            f"{part.count:,}",
            number(part.confidence),
            number(part.accuracy),
        )
        for name, (confidence, correct) in series.items()
        for part in reliability_bins(confidence, correct)
    ]
    svg = inline_svg(plot_reliability(series), "reliability", "Reliability diagram", description)
    return _chart("Reliability", svg, ("score", "confidence", "answers", "mean confidence", "right"), rows)


def risk_coverage(series: Mapping[str, Outcomes]) -> Chart:
    """Chart how the share of wrong answers grows as more questions are answered."""
    rows = [
        (name, *(f"{coverage_at_accuracy(*outcomes, accuracy):.1%}" for accuracy in ACCURACIES))
        for name, outcomes in series.items()
    ]
    levels = [f"{accuracy:.0%}" for accuracy in ACCURACIES]
    coverages = "; ".join(f"{name}: {', '.join(cells)}" for name, *cells in rows)
    description = (
        "The share of wrong answers among those given, most confident first. Share of the questions that can be "
        f"answered with {', '.join(levels)} of the answers right: {coverages}."
    )
    svg = inline_svg(plot_risk_coverage(series), "risk-coverage", "Risk-coverage curves", description)
    head = ("score", *(f"answered with {level} right" for level in levels))
    return _chart("Risk and coverage", svg, head, rows)


def recalls(lines: Sequence[Prediction]) -> dict[str, list[float]]:
    """Return recall@k for k = 1, 2, ... 50, 0 to 1, of each ranking.

    Only questions whose answer is in the library count.
    """
    answerable = [line for line in lines if line.get("in_library", True) and line["answerable"]]
    ranks: dict[str, list[int | None]] = {}
    for line in answerable:
        of_line = {"retrieved": line["gold_rank"]} if "gold_rank" in line else line.get("ranks", {})
        for ranking, rank in of_line.items():
            ranks.setdefault(ranking, []).append(rank)
    return {ranking: _recall_by_k(of_ranking) for ranking, of_ranking in ranks.items()}


def final_recall(lines: Sequence[Prediction]) -> list[float]:
    """Return the recall@k of the ranking that the reader gets, or nothing if it is unknown."""
    rankings = recalls(lines)
    return rankings.get("final", rankings.get("retrieved", []))


def recall(series: Mapping[str, Sequence[float]]) -> Chart:
    """Chart how often the gold passage is among the first k."""
    rows = [(name, *(number(values[k - 1]) for k in KS)) for name, values in series.items()]
    words = "; ".join(f"{name}: {row[0]} at 1, {row[2]} at 5, {row[4]} at 20" for name, *row in rows)
    description = f"The share of gold passages among the first k retrieved. {words}."
    svg = inline_svg(plot_recall(series), "recall", "Recall by k", description)
    return _chart("Recall by k", svg, ("ranking", *(f"@{k}" for k in KS)), rows)


def parts(metrics: Metrics, kind: str, figure: str) -> Chart | None:
    """Chart a figure by the parts of a breakdown; None if there are not at least two to compare."""
    figures = metrics.breakdown.get(kind, {})
    bars = {part: value for part, of_part in figures.items() if (value := of_part[figure]) is not None}
    counts = {part: f"{figures[part]['questions'] or 0:,.0f}" for part in bars}
    if len(bars) < 2:
        return None
    label = meaning(figure)
    top = 100 if label.decimals == 1 else 1
    name = PARTS.get(kind, kind.replace("_", " "))
    rows = [(part, counts[part], number(value, label.decimals)) for part, value in bars.items()]
    words = ", ".join(f"{part} {value} ({count})" for part, count, value in rows)
    title = f"{label.label} by {name}"
    plot = plot_bars({f"{part}  ({counts[part]})": value for part, value in bars.items()}, label.label, top)
    svg = inline_svg(
        plot, f"by-{kind.replace('_', '-')}", title, f"{title}, with the number of questions: {words}."
    )
    return _chart(title, svg, (name, "questions", label.label), rows)


def by_depth(metrics: Metrics) -> Chart | None:
    """Chart F1 by the number of passages read, and on the gold passage; None with fewer than two values."""
    figures = {counted(k, "passage"): metrics.figures.get(f"top_1_of_{k}_f1") for k in KS}
    figures["the gold one"] = metrics.figures.get("isolated_f1")
    bars = {name: figure.value for name, figure in figures.items() if figure and figure.value is not None}
    if len(bars) < 2:
        return None
    rows = [(name, number(value, 1)) for name, value in bars.items()]
    title, words = "F1 by passages read", ", ".join(f"{name}: {value}" for name, value in rows)
    svg = inline_svg(plot_bars(bars, "F1 of the first answer", 100), "by-depth", title, f"{title}. {words}.")
    return _chart(title, svg, ("passages", "F1"), rows)


def latency(lines: Sequence[Prediction]) -> Chart | None:
    """Chart the milliseconds of each stage and of the whole question; None if they were not measured."""
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
        (stage, *(number(float(value), 1) for value in np.percentile(milliseconds, PERCENTILES)))
        for stage, milliseconds in stages.items()
    ]
    words = "; ".join(f"{stage}: median {row[0]} ms, 95% within {row[2]} ms" for stage, *row in rows)
    svg = inline_svg(plot_latency(stages), "latency", "Latency by stage", f"{words}.")
    return _chart("Latency by stage", svg, ("stage, ms", *(f"p{level}" for level in PERCENTILES)), rows)


def _chart(title: str, svg: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Chart:
    return Chart(title, svg, Table(head, rows, title))


def _recall_by_k(ranks: Sequence[int | None]) -> list[float]:
    within = np.array([rank for rank in ranks if rank is not None and rank <= MAX_K], dtype=np.int64)
    hits = np.bincount(within, minlength=MAX_K + 1)[1:]
    return [float(share) for share in np.cumsum(hits) / len(ranks)]
