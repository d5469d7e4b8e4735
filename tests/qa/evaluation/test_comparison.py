import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import DataError
from qa.evaluation import Comparison, Prediction, Run, RunInfo, compare
from qa.terminal import comparison_text


def info(mode: str = "reader", **settings: Any) -> RunInfo:
    return RunInfo(mode=mode, data="dev.json", data_sha256="0", limit=None, seeds=(0,), settings=settings)


def line(id_: str, answer: str, seed: int = 0, question: str = "Who?") -> Prediction:
    return Prediction(
        id=id_,
        seed=seed,
        question=question,
        source="s",
        gold=["Per Holt"],
        answerable=True,
        answer=answer,
        answered=True,
        null_margin=1.0,
    )


def run(name: str, *lines: Prediction, **settings: Any) -> Run:
    made = Run(info(**settings), Path(name))
    made._keep(lines)
    return made


def answers(name: str, right: int, wrong: int, **settings: Any) -> Run:
    given = ["Per Holt"] * right + ["a Dane"] * wrong
    return run(name, *(line(f"q{i}", text) for i, text in enumerate(given)), **settings)


def test_a_difference_stands_with_its_interval_and_p_value() -> None:
    found = compare([answers("a/before", 10, 30), answers("a/after", 35, 5), answers("b/after", 10, 30)])
    assert (found.mode, found.runs, found.questions) == ("reader", ("before", "after", "after (2)"), 40)
    exact = found.figures["exact_match"]
    assert [value.value for value in exact.values] == [25, 87.5, 25]
    better, same = exact.differences
    assert better.value == 62.5
    assert better.low is not None
    assert better.high is not None
    assert 40 < better.low < 62.5 < better.high < 85
    assert better.p is not None
    assert better.p < 0.01
    assert (same.value, same.low, same.high, same.p) == (0, 0, 0, 1)
    nothing = found.figures["no_answer_f1"].differences[0]
    assert (nothing.value, nothing.low, nothing.p) == (None, None, None)
    assert json.loads(json.dumps(found.to_dict()))["figures"]["f1"]["values"][0]["value"] == 25


def test_only_questions_in_common_count() -> None:
    one = run("one", line("a", "Per Holt"), line("b", "a Dane"), line("c", "Per Holt", question="Whose?"))
    other = run(
        "other", line("b", "Per Holt"), line("a", "Per Holt"), line("c", "", question="Who else?"), line("d", "")
    )
    found = compare([one, other])
    assert found.questions == 2
    assert [value.value for value in found.figures["f1"].values] == [50, 100]


def test_seeds_are_told_apart_only_where_they_leave_out_articles() -> None:
    one, other = (
        run(name, line("a", "Per Holt", seed), line("b", "", seed)) for name, seed in (("x", 0), ("y", 7))
    )
    assert compare([one, other]).questions == 2
    one, other = (run(name, line("a", "", seed), leave_out=0.5) for name, seed in (("x", 0), ("y", 7)))
    with pytest.raises(DataError, match="no question in common"):
        compare([one, other])


def test_runs_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(DataError, match="at least two"):
        compare([answers("a", 1, 1)])
    with pytest.raises(DataError, match=r"different modes .*a \(reader\), b \(open\)"):
        compare([answers("a", 1, 1), Run(info("open"), Path("b"))])
    with pytest.raises(DataError, match="not known"):
        compare([Run(info("dance")), Run(info("dance"))])


def test_the_table_marks_what_is_significant() -> None:
    found: Comparison = compare([answers("before", 10, 30), answers("after", 35, 5)])
    text = comparison_text(found)
    assert text.startswith("40 questions in common (reader)")
    (row,) = [one for one in text.splitlines() if one.startswith("exact match")]
    assert row.split()[2:5] == ["25", "87.5", "+62.5"]
    assert row.endswith("*")
    assert "no answer" not in text
