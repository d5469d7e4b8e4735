"""The report of one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.evaluation.metrics.figures import Metrics
from qa.evaluation.predictions import Prediction
from qa.evaluation.report import charts
from qa.evaluation.report.about import count_passages_read, describe_run
from qa.evaluation.report.charts import Chart
from qa.evaluation.report.formatting import Table, counted, estimate, interval, number
from qa.evaluation.report.labels import CONFIDENCE, PARTS, RETRIEVAL, headline, meaning
from qa.evaluation.report.page import render_page
from qa.evaluation.report.plots import can_plot
from qa.evaluation.report.wrong_answers import EXPLANATIONS, wrong_answers
from qa.evaluation.run import Run, RunInfo

__all__ = ["render_report"]

MAIN_COLUMN = {CONFIDENCE: "confidence", RETRIEVAL: "final"}
"""The heading of a table's main column, where other columns stand next to it."""

MAX_PARTS, MAX_UNFOLDED_PARTS = 60, 15
DIGEST_CHARACTERS = 12


class _Card(NamedTuple):
    label: str
    value: str
    interval: str
    text: str


class _Breakdown(NamedTuple):
    """A table of the largest parts; ``total`` counts all of them."""

    table: Table
    shown: int
    total: int

    @property
    def is_folded(self) -> bool:
        return self.total > MAX_UNFOLDED_PARTS


def render_report(run: Run, metrics: Metrics) -> str:
    """Return a finished run as one HTML page that needs no other file."""
    info, lines = run.info, run.predictions
    shown, counts = wrong_answers(lines, count_passages_read(info))
    return render_page(
        "run.html",
        f"{info.mode.capitalize()} on {info.data}",
        _summary(info, metrics),
        data={"wrong": shown, "counts": counts, "kinds": EXPLANATIONS},
        cards=list(_cards(metrics)),
        figure_tables=[*_figure_tables(metrics), *_tables_by_seed(metrics)],
        charts=list(_charts(lines, metrics)) if can_plot() else None,
        breakdowns=list(_breakdowns(metrics)),
        has_confidence=info.mode != "retrieval",
        facts=describe_run(info, metrics.questions),
    )


def _summary(info: RunInfo, metrics: Metrics) -> str:
    digest = info.data_sha256[:DIGEST_CHARACTERS]
    parts = (counted(metrics.questions, "question"), f"data {digest}…", f"Quotewell {info.version}", info.started)
    return ", ".join(part for part in parts if part.strip())


def _cards(metrics: Metrics) -> Iterator[_Card]:
    """Yield the main figures of the mode, which the page shows large."""
    for name in headline(metrics.mode):
        figure = metrics.figures.get(name)
        if figure and figure.value is not None:
            label = meaning(name)
            value, ends = number(figure.value, label.decimals), interval(figure, label.decimals)
            yield _Card(label.label, value, ends, label.text)


def _figure_tables(metrics: Metrics) -> Iterator[Table]:
    """Yield a table for each kind of figure. Variants of a figure, such as EM and F1, share a row."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    texts: dict[tuple[str, str], str] = {}
    for name, figure in metrics.figures.items():
        label = meaning(name)
        if figure.value is not None:
            cells = tables.setdefault(label.table, {}).setdefault(label.row, {})
            cells[label.column] = estimate(figure, label.decimals)
            texts.setdefault((label.table, label.row), label.text)
    for kind, rows in tables.items():
        columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
        main = MAIN_COLUMN.get(kind, "value") if len(columns) > 1 else "value"
        head = ("figure", *(column or main for column in columns), "meaning")
        lines = [
            (row, *(cells.get(column, "") for column in columns), texts[kind, row]) for row, cells in rows.items()
        ]
        yield Table(head, lines, kind)


def _tables_by_seed(metrics: Metrics) -> Iterator[Table]:
    """Yield a table of the main figures of each seed, if there are several."""
    if len(metrics.by_seed) < 2:
        return
    names = [name for name in headline(metrics.mode) if name in next(iter(metrics.by_seed.values()))]
    rows = [
        (seed, *(number(figures[name], meaning(name).decimals) for name in names))
        for seed, figures in metrics.by_seed.items()
    ]
    yield Table(("seed", *(meaning(name).label for name in names)), rows, "By seed")


def _charts(lines: Sequence[Prediction], metrics: Metrics) -> Iterator[Chart]:
    scores = ("confidence", "softmax")
    series = {name: outcomes for name in scores if (outcomes := charts.outcomes(lines, name))}
    if "confidence" in series:
        yield charts.reliability(series)
    if series:
        yield charts.risk_coverage(series)
    if recalls := charts.recalls(lines):
        yield charts.recall(recalls)
    if depths := charts.by_depth(metrics):
        yield depths
    figure = _breakdown_figure(metrics)
    for kind in ("question_word", "answer_length"):
        if figure and (chart := charts.parts(metrics, kind, figure)):
            yield chart
    if latency := charts.latency(lines):
        yield latency


def _breakdown_figure(metrics: Metrics) -> str | None:
    """Return which figure of a breakdown to plot: F1, AUROC or, without them, the first one."""
    parts = next((part for kind in metrics.breakdown.values() for part in kind.values()), {})
    return next((name for name in ("f1", "auroc", *parts) if name in parts and name != "questions"), None)


def _breakdowns(metrics: Metrics) -> Iterator[_Breakdown]:
    for kind, parts in metrics.breakdown.items():
        names = [name for name in next(iter(parts.values()), {}) if name != "questions"]
        largest = sorted(parts, key=lambda part: -(parts[part]["questions"] or 0))[:MAX_PARTS]
        rows = [
            (
                part,
                f"{figures['questions'] or 0:,.0f}",
                *(number(figures[name], meaning(name).decimals) for name in names),
            )
            for part, figures in parts.items()
            if part in largest
        ]
        label = PARTS.get(kind, kind.replace("_", " "))
        head = (label, "questions", *(meaning(name).label for name in names))
        yield _Breakdown(Table(head, rows, f"By {label}"), len(largest), len(parts))
