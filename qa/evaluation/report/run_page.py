"""The report of one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.evaluation.metrics.figures import Metrics
from qa.evaluation.predictions import Prediction
from qa.evaluation.report import charts
from qa.evaluation.report.about import passages_read, run_html
from qa.evaluation.report.html import estimate, interval, number, section, table
from qa.evaluation.report.labels import CONFIDENCE, PARTS, RETRIEVAL, headline, meaning
from qa.evaluation.report.page import page
from qa.evaluation.report.plots import can_plot
from qa.evaluation.report.wrong_answers import EXPLANATIONS, wrong_answers
from qa.evaluation.run import Run, RunInfo
from qa.export.escaping import html_attribute, html_text

__all__ = ["NO_PLOTS", "chart_html", "report_html"]

NO_PLOTS = "Plots need matplotlib: pip install 'quotewell[evaluate]', then `quotewell evaluate report` again."
INTERVALS = (
    "The intervals are 95% bootstrap intervals over the questions: with other questions of the same kind, the"
    " figure could as well lie anywhere in there."
)
OWN = {CONFIDENCE: "confidence", RETRIEVAL: "final"}  # what a figure is called beside others of its row
MOST_SOURCES, MOST_OPEN = 60, 15
SHOWN_DIGITS = 12


def report_html(run: Run, metrics: Metrics) -> str:
    """Return a finished run as one HTML page, with everything that it needs inside."""
    info, lines = run.info, run.predictions
    title = f"{info.mode.capitalize()} on {info.data}"
    sections = {
        "Figures": section(
            "figures", "Figures", _cards(info.mode, metrics), *_figure_tables(metrics), _by_seed(metrics)
        ),
        "Plots": section("plots", "Plots", *_plots(lines, metrics)),
        "Breakdown": section("breakdown", "Breakdown", *_breakdowns(metrics)),
        "Wrong answers": _browser(info),
        "The run": section("the-run", "The run", run_html(info, metrics.questions)),
    }
    shown, counts = wrong_answers(lines, passages_read(info))
    data = {"wrong": shown, "counts": counts, "kinds": EXPLANATIONS}
    return page(title, _summary(info, metrics), sections, data)


def chart_html(chart: charts.Chart) -> str:
    """Return a chart with its table, which is opened by a click."""
    return (
        f"<figure><figcaption>{html_text(chart.title)}</figcaption>{chart.svg}"
        f"<details><summary>As a table</summary>{table(chart.head, chart.rows, chart.title)}</details></figure>"
    )


def _summary(info: RunInfo, metrics: Metrics) -> str:
    digest = info.data_sha256[:SHOWN_DIGITS]
    parts = (f"{metrics.questions:,} questions", f"data {digest}…", f"Quotewell {info.version}", info.started)
    return ", ".join(part for part in parts if part.strip())


def _cards(mode: str, metrics: Metrics) -> str:
    """Return the figures that the mode is about, large."""
    cards = []
    for name in headline(mode):
        figure = metrics.figures.get(name)
        if figure and figure.value is not None:
            told = meaning(name)
            value, ends = number(figure.value, told.decimals), interval(figure, told.decimals)
            cards.append(
                f'<div class="card" title="{html_attribute(told.text)}"><dt>{html_text(told.label)}</dt>'
                f"<dd>{html_text(value)}<small>{html_text(ends)}</small></dd></div>"
            )
    return f'<dl class="cards">{"".join(cards)}</dl>' if cards else ""


def _figure_tables(metrics: Metrics) -> Iterator[str]:
    """Yield a table of each kind of figures: what belongs to one row stands side by side."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    texts: dict[tuple[str, str], str] = {}
    for name, figure in metrics.figures.items():
        told = meaning(name)
        if figure.value is not None:
            of_row = tables.setdefault(told.table, {}).setdefault(told.row, {})
            of_row[told.column] = estimate(figure, told.decimals)
            texts.setdefault((told.table, told.row), told.text)
    yield f"<p>{INTERVALS}</p>"
    for kind, rows in tables.items():
        columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
        own = OWN.get(kind, "value") if len(columns) > 1 else "value"
        head = ("figure", *(column or own for column in columns), "what it is")
        lines = [
            (row, *(cells.get(column, "") for column in columns), texts[kind, row]) for row, cells in rows.items()
        ]
        yield table(head, lines, kind)


def _by_seed(metrics: Metrics) -> str:
    if len(metrics.by_seed) < 2:
        return ""
    names = [name for name in headline(metrics.mode) if name in next(iter(metrics.by_seed.values()))]
    rows = [
        (seed, *(number(of[name], meaning(name).decimals) for name in names))
        for seed, of in metrics.by_seed.items()
    ]
    return table(("seed", *(meaning(name).label for name in names)), rows, "By seed")


def _plots(lines: Sequence[Prediction], metrics: Metrics) -> Iterator[str]:
    if not can_plot():
        yield f"<p>{html_text(NO_PLOTS)}</p>"
        return
    yield '<div class="plots">'
    scores = ("confidence", "softmax")
    series = {name: found for name in scores if (found := charts.outcomes(lines, name))}
    if "confidence" in series:
        yield chart_html(charts.reliability(series))
    if series:
        yield chart_html(charts.risk_coverage(series))
    if recalls := charts.recalls(lines):
        yield chart_html(charts.recall(recalls))
    if depths := charts.by_depth(metrics):
        yield chart_html(depths)
    figure = _broken_down(metrics)
    for kind in ("question_word", "answer_length"):
        if figure and (chart := charts.parts(metrics, kind, figure)):
            yield chart_html(chart)
    if latency := charts.latency(lines):
        yield chart_html(latency)
    yield "</div>"


def _broken_down(metrics: Metrics) -> str | None:
    """Return the figure to draw of the parts: F1, AUROC or, without them, the first that there is."""
    parts = next((part for kind in metrics.breakdown.values() for part in kind.values()), {})
    return next((name for name in ("f1", "auroc", *parts) if name in parts and name != "questions"), None)


def _breakdowns(metrics: Metrics) -> Iterator[str]:
    yield '<div class="columns">'
    for kind, parts in metrics.breakdown.items():
        names = [name for name in next(iter(parts.values()), {}) if name != "questions"]
        most = sorted(parts, key=lambda part: -(parts[part]["questions"] or 0))[:MOST_SOURCES]
        rows = [
            (part, f"{of['questions'] or 0:,.0f}", *(number(of[name], meaning(name).decimals) for name in names))
            for part, of in parts.items()
            if part in most
        ]
        label = PARTS.get(kind, kind.replace("_", " "))
        inner = table((label, "questions", *(meaning(name).label for name in names)), rows, f"By {label}")
        if len(parts) > len(most):
            inner += f"<p>The {len(most)} largest of {len(parts):,}; the others are in metrics.json.</p>"
        if len(parts) > MOST_OPEN:
            inner = f"<details><summary>By {html_text(label)}, {len(parts):,} of them</summary>{inner}</details>"
        yield inner
    yield "</div>"


def _browser(info: RunInfo) -> str:
    surest = "" if info.mode == "retrieval" else ", the surest first"
    return section(
        "wrong-answers",
        "Wrong answers",
        f'<p id="wrong-note">What went wrong{surest}.</p>',
        '<form id="filters" role="search" hidden>'
        '<label>Search <input type="search" id="search" placeholder="question, answer, passage"></label>'
        '<label>Error <select id="kind"><option value="">all</option></select></label>'
        '<label>Question word <select id="word"><option value="">all</option></select></label>'
        '<output id="count" aria-live="polite"></output></form>'
        '<p class="keys">Keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next, previous,'
        ' <kbd>Esc</kbd> clear. Marked: <mark>quoted</mark> <mark class="gold">expected</mark>'
        ' <mark class="both">both</mark></p>',
        '<div id="list"></div>',
        '<button type="button" id="more" hidden>Show more</button>',
        "<noscript><p>The wrong answers need JavaScript; they are in predictions.jsonl, too.</p></noscript>",
    )
