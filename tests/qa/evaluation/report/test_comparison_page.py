from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.comparison import ComparedFigure, Comparison, Difference, common_predictions
from qa.evaluation.metrics.figures import Figure
from qa.evaluation.predictions import Prediction
from qa.evaluation.report.comparison_page import changed_outcomes, is_right_outcome, render_comparison
from qa.evaluation.run import Run
from tests.qa.evaluation.report.making import HOSTILE, WRONG, info, line, made_run


def run_of(*lines: Prediction) -> Run:
    run = Run(info())
    run.append(lines)
    return run


def compared(names: tuple[str, ...], *differences: Difference) -> Comparison:
    figures = {"f1": ComparedFigure((Figure(72.3, 68.0, 77.0),) * len(names), differences)}
    changes = (("<i>reader</i> was 1 and is 2",), ())
    return Comparison("open", names, 40, figures, left_out=(3, 0, 0), changes=changes, tested=7)


def test_a_comparison_has_the_figures_plots_and_questions_of_all_runs(tmp_path: Path) -> None:
    runs = [made_run(tmp_path / name, 40, seed) for seed, name in enumerate(("int8", "<b>float", "int8"))]
    better, none = Difference(4.5, 1.0, 8.0, 0.002, 0.012), Difference(None, None, None, None)
    page = render_comparison(runs, compared(("int8", "<b>float", "int8 (2)"), better, none))
    first = re.findall(r'<th scope="row">F1</th>(.*?)</tr>', page)[0]
    cells = [*["72.3 (68.0 to 77.0)"] * 3, "+4.5 (1.0 to 8.0), p 0.012 *", "–"]
    assert first == "".join(f"<td>{cell}</td>" for cell in cells)
    titles = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    assert titles == ["Risk and coverage", "Reliability", "Recall by k"]
    assert "int8 (2)" in page
    assert "&lt;i&gt;reader&lt;/i&gt; was 1 and is 2" in page
    assert "3 questions of int8 are left out" in page
    assert "corrected for the 7 figures" in page
    assert "<b>float" not in page
    assert "<script" not in page
    assert page.count("Questions won") == page.count("Questions lost") == 0  # the same answers in all
    assert re.search(r'<th scope="row">min confidence</th>(<td>–</td>){3}', page)


def test_questions_won_and_lost_are_listed() -> None:
    wrong, right = {**WRONG["wrong span"], "question": HOSTILE}, line(question=HOSTILE)
    first = run_of(wrong, line(id="q2"), line(id="q3"), line(id="alone"))  # type: ignore[arg-type]
    other = run_of(right, line(**{**WRONG["should have answered"], "id": "q2"}), line(id="q3"))
    changed = changed_outcomes(*common_predictions([first, other]))
    assert [one["id"] for one, _ in changed.won] == ["q1"]
    assert [two["id"] for _, two in changed.lost] == ["q2"]
    page = render_comparison([first, other], compared(("one", "two"), Difference(0.0, 0.0, 0.0, 1.0, 1.0)))
    assert "withheld: Anna Berg (20%)" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({}, True),
        ({"answered": False}, False),
        ({"answerable": False, "answered": False}, True),
        ({"in_library": False}, False),
        ({"correct": False}, False),
    ],
)
def test_an_outcome_is_right_or_not(changes: dict[str, Any], right: bool) -> None:
    assert is_right_outcome(line(**changes)) is right


def test_in_retrieval_alone_the_rank_decides() -> None:
    found: Any = {"id": "q", "seed": 0, "question": "?", "gold": ["x"], "answerable": True}
    ranks = [{"final": 5}, {"final": 6}, {}]
    assert [is_right_outcome({**found, "ranks": one}) for one in ranks] == [True, False, False]
