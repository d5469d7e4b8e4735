"""Runs side by side: their figures, the significance of the differences, and which questions were won and lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.evaluation.comparison import Comparison, Difference, common_predictions
from qa.evaluation.metrics.figures import Figure
from qa.evaluation.predictions import Prediction, gold_answers
from qa.evaluation.report import charts
from qa.evaluation.report.about import runs_html
from qa.evaluation.report.html import bullets, estimate, number, section, table
from qa.evaluation.report.labels import headline, meaning
from qa.evaluation.report.page import page
from qa.evaluation.report.plots import can_plot
from qa.evaluation.report.run_page import NO_PLOTS, chart_html
from qa.evaluation.report.wrong_answers import RANKED, final_rank
from qa.evaluation.run import Run
from qa.export.escaping import html_text

__all__ = ["Turned", "comparison_html", "is_right_outcome", "turned"]

MOST = 200  # questions listed of each kind
SIGNIFICANT = 0.05
ABOUT = (
    "Differences are to the first run, over the questions that all were asked with the same seed, with their 95%"
    " intervals. p is how often chance alone would give at least as large a one (paired permutation test),"
    " corrected for the {tested} figures compared (Holm's method); * marks those below 0.05."
)


@dataclass(frozen=True, slots=True)
class Turned:
    """Questions that the first run got wrong and another right (``won``), and the other way round (``lost``)."""

    won: Sequence[tuple[Prediction, Prediction]]
    lost: Sequence[tuple[Prediction, Prediction]]


def comparison_html(runs: Sequence[Run], comparison: Comparison) -> str:
    """Return runs side by side as one HTML page, the others against the first.

    :param comparison: what ``qa.evaluation.compare`` makes of the runs.
    """
    names, columns = comparison.runs, common_predictions(runs)
    head = ("figure", *names, *(f"{name} − {names[0]}, p" for name in names[1:]))
    about = html_text(ABOUT.format(tested=comparison.tested))
    sections = {
        "Figures": section(
            "figures",
            "Figures",
            *_notes(comparison),
            f"<p>{about}</p>",
            table(head, _rows(comparison), "Figures"),
        ),
        "Plots": section("plots", "Plots", *_plots(dict(zip(names, columns, strict=True)))),
        "Won and lost": section("won-and-lost", "Won and lost", *_won_and_lost(names, columns)),
        "The runs": section("the-runs", "The runs", runs_html(names, runs)),
    }
    data = ", ".join(dict.fromkeys(run.info.data for run in runs))
    summary = f"{comparison.mode} on {data}, {comparison.questions:,} questions in common"
    return page(f"{' and '.join(names)} compared", summary, sections)


def is_right_outcome(line: Prediction) -> bool:
    """Whether what was done is right: answered rightly, left unanswered where nothing is, or found in time."""
    if "answer" not in line:
        rank = final_rank(line)
        return rank is not None and rank <= RANKED
    return line["answered"] and line["correct"] if gold_answers(line) else not line["answered"]


def turned(first: Sequence[Prediction], other: Sequence[Prediction]) -> Turned:
    """Return the questions that one of two runs got right and the other wrong, given their lines in one order."""
    pairs = [
        (is_right_outcome(one), is_right_outcome(two), (one, two)) for one, two in zip(first, other, strict=True)
    ]
    return Turned(
        won=[pair for one, two, pair in pairs if two and not one],
        lost=[pair for one, two, pair in pairs if one and not two],
    )


def _notes(comparison: Comparison) -> Iterator[str]:
    """Yield what is other than in the first run, and what is not compared."""
    changed = [
        (name, "; ".join(changes))
        for name, changes in zip(comparison.runs[1:], comparison.changes, strict=False)
        if changes
    ]
    if changed:
        yield bullets(changed)
    for name, count in zip(comparison.runs, comparison.left_out, strict=False):
        if count:
            yield f"<p>{count:,} more of {html_text(name)} do not count: not all runs asked them.</p>"


def _rows(comparison: Comparison) -> Iterator[Sequence[str]]:
    known = comparison.distinct()
    for name in dict.fromkeys([*(name for name in headline(comparison.mode) if name in known), *known]):
        told, compared = meaning(name), known[name]
        values = [estimate(figure, told.decimals) for figure in compared.values]
        yield (told.label, *values, *(_difference(one, told.decimals) for one in compared.differences))


def _difference(difference: Difference, decimals: int) -> str:
    p = difference.p_corrected
    if difference.value is None or p is None:
        return number(None)
    told = estimate(Figure(difference.value, difference.low, difference.high), decimals)
    return f"{'+' * (difference.value > 0)}{told}, p {p:.3f}{' *' * (p < SIGNIFICANT)}"


def _plots(runs: Mapping[str, Sequence[Prediction]]) -> Iterator[str]:
    if not can_plot():
        yield f"<p>{NO_PLOTS}</p>"
        return
    yield '<div class="plots">'
    for score in ("confidence", "softmax"):
        series = {name: found for name, lines in runs.items() if (found := charts.outcomes(lines, score))}
        if len(series) == len(runs):
            yield chart_html(charts.risk_coverage(series))
            if score == "confidence":
                yield chart_html(charts.reliability(series))
            break
    recalls = {name: final for name, lines in runs.items() if (final := charts.final_recall(lines))}
    if len(recalls) == len(runs):
        yield chart_html(charts.recall(recalls))
    yield "</div>"


def _won_and_lost(names: Sequence[str], columns: Sequence[Sequence[Prediction]]) -> Iterator[str]:
    for name, lines in zip(names[1:], columns[1:], strict=True):
        found = turned(columns[0], lines)
        counts = f"{name} won {len(found.won):,} and lost {len(found.lost):,} questions against {names[0]}."
        yield f"<p>{html_text(counts)}</p>"
        for kind, pairs in (("won", found.won), ("lost", found.lost)):
            if pairs:
                shown = pairs[:MOST]
                rows = [(one["question"], _expected(one), _said(one), _said(two)) for one, two in shown]
                more = f", the first {MOST}" if len(pairs) > MOST else ""
                caption = f"Questions {kind} by {name}{more}"
                inner = table(("question", "expected", names[0], name), rows, caption)
                yield f"<details><summary>Questions {kind}</summary>{inner}</details>"


def _expected(line: Prediction) -> str:
    return " / ".join(dict.fromkeys(gold_answers(line))) or "no answer"


def _said(line: Prediction) -> str:
    if "answer" not in line:
        rank = final_rank(line)
        return "not found" if rank is None else f"rank {rank}"
    text = line["answer"] or "nothing"
    sure = line.get("confidence", line.get("softmax"))
    told = "" if sure is None else f" ({sure:.0%})"
    return f"{text}{told}" if line["answered"] else f"withheld: {text}{told}"
