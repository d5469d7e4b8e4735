"""Writes the confidence report: Markdown tables and two plots of cross-validated outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from qa.evaluation.metrics.calibration import ConfidenceMetrics
from qa.evaluation.report.plots import plot_reliability, plot_risk_coverage, write_svg
from qa.training.confidence.crossvalidation import Figures, Outcome, figures, thresholds
from qa.training.confidence.trials import WAYS, Way

__all__ = ["report_markdown", "write_report"]

REPORT = "confidence-report.md"
LEVELS = tuple(level / 10 for level in range(1, 10))
METRICS = {
    "ece": "ECE",
    "macro_ce": "MacroCE",
    "brier": "Brier",
    "auroc": "AUROC",
    "aurc": "AURC",
    "coverage_at_80": "coverage at 80%",
    "coverage_at_90": "at 90%",
    "coverage_at_95": "at 95%",
}
WAY_NAMES: dict[Way, str] = {
    "half": "half of the articles left out",
    "few-with": "few articles, the right one among them",
    "few-without": "few articles, the right one not among them",
}


def write_report(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write ``confidence-report.md`` and, into ``images/``, ``reliability.svg`` and ``risk-coverage.svg``."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    half = [outcome for outcome in outcomes if outcome.way == "half"] or list(outcomes)
    for plot, chosen, name in (
        (plot_reliability, outcomes, "reliability.svg"),
        (plot_risk_coverage, half, "risk-coverage.svg"),
    ):
        correct = [outcome.correct for outcome in chosen]
        series = {
            "confidence": ([outcome.confidence for outcome in chosen], correct),
            "softmax": ([outcome.softmax for outcome in chosen], correct),
        }
        write_svg(plot(series), images / name)
    (folder / REPORT).write_text(report_markdown(outcomes), "utf-8")


def report_markdown(outcomes: Sequence[Outcome]) -> str:
    """Return the report in Markdown."""
    half = [outcome for outcome in outcomes if outcome.way == "half"] or list(outcomes)
    sections = [
        "# The confidence, measured",
        "Written by `quotewell train confidence`; [confidence.md](confidence.md) explains the figures. Each domain"
        " is evaluated with a model fitted to the others. Cells are *confidence / softmax*: the calibrated"
        " confidence and the plain softmax score of the same answers. *Least ECE* is the ECE that chance alone"
        " would give so few answers if every confidence were exactly right.",
        "## By domain, all ways of asking",
        _metrics_table("domain", outcomes, lambda outcome: outcome.domain),
        "## By domain, half of the articles left out",
        _metrics_table("domain", half, lambda outcome: outcome.domain),
        "## By way of asking",
        _metrics_table(
            "asked of", outcomes, lambda outcome: WAY_NAMES[outcome.way], [WAY_NAMES[way] for way in WAYS]
        ),
        "## What min_confidence means",
        f"{len(half):,} questions of all domains, with half of the articles left out. The columns on the right"
        " count only the questions whose article is in the library.",
        _threshold_table(half),
        "![Reliability diagram](images/reliability.svg)",
        "![Risk-coverage curves](images/risk-coverage.svg)",
    ]
    return "\n\n".join(sections) + "\n"


def _metrics_table(
    name: str, outcomes: Sequence[Outcome], key: Callable[[Outcome], str], order: Iterable[str] = ()
) -> str:
    """Return a table with a row for each key, and a row for all outcomes."""
    keys = dict.fromkeys([*order, *(key(outcome) for outcome in outcomes)])
    groups = {one: [outcome for outcome in outcomes if key(outcome) == one] for one in keys}
    head = [name, "n", "right", "least ECE", *METRICS.values(), "answerable answered at 80%"]
    rows = [_metrics_row(one, figures(group)) for one, group in groups.items() if group]
    return _table(head, [*rows, _metrics_row("**all**", figures(outcomes))])


def _metrics_row(name: str, row: Figures) -> list[str]:
    cells = [_pair(_value(row.confidence, metric), _value(row.softmax, metric)) for metric in METRICS]
    answerable = _pair(row.answerable_coverage, row.softmax_answerable_coverage)
    return [name, f"{row.n:,}", f"{row.accuracy:.1%}", f"{row.ece_floor:.3f}", *cells, answerable]


def _threshold_table(outcomes: Sequence[Outcome]) -> str:
    """Return a table of the effect of thresholds on all questions, and on those that the library can answer."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    head = ["min_confidence", "answered", "right of those", "answerable: answered", "right of those"]
    rows = [[f"{level:.1f}"] for level in LEVELS]
    for chosen in (outcomes, answerable):
        for row, one in zip(rows, thresholds(chosen, LEVELS) if chosen else (), strict=False):
            row += [_share(one.answered), _share(one.accuracy)]
    return _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _value(metrics: ConfidenceMetrics, name: str) -> float | None:
    value: float | None = getattr(metrics, name)
    return value


def _pair(one: float | None, other: float | None) -> str:
    return " / ".join("-" if value is None else f"{value:.3f}" for value in (one, other))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
