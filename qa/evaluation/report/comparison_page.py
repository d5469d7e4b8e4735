"""Runs side by side: their figures, the significance of the differences, and the questions won and lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.evaluation.comparison import Comparison, Difference, common_predictions
from qa.evaluation.metrics.figures import Figure
from qa.evaluation.predictions import Prediction, gold_answers
from qa.evaluation.report import charts
from qa.evaluation.report.about import describe_runs
from qa.evaluation.report.charts import Chart
from qa.evaluation.report.formatting import Table, counted, estimate, number
from qa.evaluation.report.labels import headline, meaning
from qa.evaluation.report.page import render_page
from qa.evaluation.report.plots import can_plot
from qa.evaluation.report.wrong_answers import RANKED, final_rank
from qa.evaluation.run import Run

__all__ = ["ChangedOutcomes", "changed_outcomes", "is_right_outcome", "render_comparison"]

MAX_QUESTIONS = 200  # listed of those won, and of those lost
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class ChangedOutcomes:
    """Questions that the first run got wrong and another one right (``won``), and vice versa (``lost``)."""

    won: Sequence[tuple[Prediction, Prediction]]
    lost: Sequence[tuple[Prediction, Prediction]]


class _OutcomesOfRun(NamedTuple):
    """How many questions a run won and lost against the first one, and the tables that list them."""

    name: str
    baseline: str
    won: int
    lost: int
    tables: Mapping[str, Table]


def render_comparison(runs: Sequence[Run], comparison: Comparison) -> str:
    """Return runs side by side as one HTML page, each compared with the first.

    :param comparison: what ``qa.evaluation.compare`` returns for the runs.
    """
    names, columns = comparison.runs, common_predictions(runs)
    data = ", ".join(dict.fromkeys(run.info.data for run in runs))
    summary = f"{comparison.mode} on {data}, {counted(comparison.questions, 'question')} in common"
    head = ("figure", *names, *(f"{name} − {names[0]}, p" for name in names[1:]))
    changes = zip(names[1:], comparison.changes, strict=False)
    return render_page(
        "comparison.html",
        f"{' and '.join(names)} compared",
        summary,
        changes=[(name, "; ".join(changed)) for name, changed in changes if changed],
        left_out=[(name, count) for name, count in zip(names, comparison.left_out, strict=False) if count],
        tested=comparison.tested,
        figures=Table(head, list(_rows(comparison)), "Figures"),
        charts=list(_charts(dict(zip(names, columns, strict=True)))) if can_plot() else None,
        outcomes=list(_outcomes(names, columns)),
        runs=describe_runs(names, runs),
    )


def is_right_outcome(line: Prediction) -> bool:
    """Whether a question was answered correctly, rightly left unanswered, or its passage ranked high enough."""
    if "answer" not in line:
        rank = final_rank(line)
        return rank is not None and rank <= RANKED
    return line["answered"] and line["correct"] if gold_answers(line) else not line["answered"]


def changed_outcomes(first: Sequence[Prediction], other: Sequence[Prediction]) -> ChangedOutcomes:
    """Return the questions that only one of two runs got right, given their predictions in the same order."""
    pairs = [
        (is_right_outcome(ours), is_right_outcome(theirs), (ours, theirs))
        for ours, theirs in zip(first, other, strict=True)
    ]
    return ChangedOutcomes(
        won=[pair for ours, theirs, pair in pairs if theirs and not ours],
        lost=[pair for ours, theirs, pair in pairs if ours and not theirs],
    )


def _rows(comparison: Comparison) -> Iterator[Sequence[str]]:
    figures = comparison.distinct()
    for name in dict.fromkeys([*(name for name in headline(comparison.mode) if name in figures), *figures]):
        label, compared = meaning(name), figures[name]
        values = [estimate(figure, label.decimals) for figure in compared.values]
        differences = [_difference(difference, label.decimals) for difference in compared.differences]
        yield (label.label, *values, *differences)


def _difference(difference: Difference, decimals: int) -> str:
    p = difference.p_corrected
    if difference.value is None or p is None:
        return number(None)
    value = estimate(Figure(difference.value, difference.low, difference.high), decimals)
    return f"{'+' * (difference.value > 0)}{value}, p {p:.3f}{' *' * (p < SIGNIFICANT)}"


def _charts(runs: Mapping[str, Sequence[Prediction]]) -> Iterator[Chart]:
    for score in ("confidence", "softmax"):
        series = {name: outcomes for name, lines in runs.items() if (outcomes := charts.outcomes(lines, score))}
        if len(series) == len(runs):
            yield charts.risk_coverage(series)
            if score == "confidence":
                yield charts.reliability(series)
            break
    recalls = {name: recall for name, lines in runs.items() if (recall := charts.final_recall(lines))}
    if len(recalls) == len(runs):
        yield charts.recall(recalls)


def _outcomes(names: Sequence[str], columns: Sequence[Sequence[Prediction]]) -> Iterator[_OutcomesOfRun]:
    for name, lines in zip(names[1:], columns[1:], strict=True):
        changed = changed_outcomes(columns[0], lines)
        tables = {
            kind: _questions_table(kind, pairs, names[0], name)
            for kind, pairs in (("won", changed.won), ("lost", changed.lost))
            if pairs
        }
        yield _OutcomesOfRun(name, names[0], len(changed.won), len(changed.lost), tables)


def _questions_table(kind: str, pairs: Sequence[tuple[Prediction, Prediction]], first: str, name: str) -> Table:
    limited = f" (the first {MAX_QUESTIONS})" if len(pairs) > MAX_QUESTIONS else ""
    rows = [
        (ours["question"], _expected(ours), _answer(ours), _answer(theirs))
        for ours, theirs in pairs[:MAX_QUESTIONS]
    ]
    return Table(("question", "expected", first, name), rows, f"Questions {kind} by {name}{limited}")


def _expected(line: Prediction) -> str:
    return " / ".join(dict.fromkeys(gold_answers(line))) or "no answer"


def _answer(line: Prediction) -> str:
    if "answer" not in line:
        rank = final_rank(line)
        return "not found" if rank is None else f"rank {rank}"
    text = line["answer"] or "nothing"
    score = line.get("confidence", line.get("softmax"))
    percent = "" if score is None else f" ({score:.0%})"
    return f"{text}{percent}" if line["answered"] else f"withheld: {text}{percent}"
