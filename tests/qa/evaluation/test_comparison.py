import json
from pathlib import Path
from typing import Any

import pytest

from qa.cli.output import comparison_text
from qa.errors import DataError
from qa.evaluation import Comparison, Prediction, Run, RunInfo, compare


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
    made._store(lines)
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
    assert (same.value, same.low, same.high, same.p, same.p_corrected) == (0, 0, 0, 1, 1)
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


def test_questions_are_paired_by_their_seed_too() -> None:
    one = run("x", line("a", "Per Holt", 0), line("a", "", 1), line("b", "", 1))
    other = run("y", line("a", "", 1), line("a", "Per Holt", 0), line("a", "", 2))
    found = compare([one, other])
    assert (found.questions, found.left_out) == (2, (1, 1))
    assert found.figures["f1"].differences[0].value == 0
    one, other = (run(name, line("a", "", seed)) for name, seed in (("x", 0), ("y", 7)))
    with pytest.raises(DataError, match=r"no question in common that was asked with the same seed \(x: 0; y: 0\)"):
        compare([one, other])


def test_what_is_other_than_in_the_first_run_is_told() -> None:
    found = compare(
        [answers("a", 5, 5, passages=10), answers("b", 5, 4, passages=3), answers("c", 5, 5, passages=10)]
    )
    assert (found.questions, found.left_out) == (9, (1, 0, 1))
    assert found.changes == (("passages was 10 and is 3",), ())
    text = comparison_text(found)
    assert "b: passages was 10 and is 3" in text
    assert "1 question of a left out: not asked in every run" in text


def test_p_values_are_corrected_for_the_distinct_figures() -> None:
    found = compare([answers("a", 10, 30), answers("b", 35, 5)])
    exact, has_answer = (
        found.figures["exact_match"].differences[0],
        found.figures["has_answer_exact"].differences[0],
    )
    assert exact == has_answer  # all questions have an answer
    assert list(found.distinct()) == ["exact_match"]  # and F1 is the same here
    assert exact.p is not None
    assert exact.p_corrected == pytest.approx(exact.p * found.tested)
    assert found.tested == len({one for one in found.figures.values() if one.differences[0].p})
    assert f"corrected for {found.tested} figure" in comparison_text(found)


def test_runs_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(DataError, match="at least two"):
        compare([answers("a", 1, 1)])
    with pytest.raises(DataError, match=r"different modes .*a \(reader\), b \(open\)"):
        compare([answers("a", 1, 1), Run(info("open"), Path("b"))])
    with pytest.raises(DataError, match="does not know"):
        compare([Run(info("dance")), Run(info("dance"))])


def test_the_table_marks_what_is_significant() -> None:
    found: Comparison = compare([answers("before", 10, 30), answers("after", 35, 5)])
    text = comparison_text(found)
    assert text.startswith("40 questions in common (reader)")
    (row,) = [one for one in text.splitlines() if one.startswith("exact match")]
    assert row.split()[2:5] == ["25", "87.5", "+62.5"]
    assert row.endswith("*")
    assert "no answer" not in text
