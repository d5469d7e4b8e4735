import json
from pathlib import Path

import pytest

from qa.errors import DataError, SettingsError
from qa.evaluation import Dataset, Example, ReaderMode, Run, evaluate, evaluate_reader
from qa.types import Reading, Span
from tests.toys import ToyReader

CONTEXT = "Ines Maro tuned the organ of Saint Brel in nine days."
WHO = Example("who", "Who tuned the organ?", CONTEXT, "Brel", answers=("Ines Maro", "Maro"), answer_starts=(0, 5))
LONG = Example("long", "How long did it take?", CONTEXT, "Brel", answers=("nine days",), answer_starts=(43,))
COST = Example("cost", "What did it cost?", CONTEXT)
WHERE = Example("where", "Where was she born?", CONTEXT)


class ScriptedReader(ToyReader):
    """Gives each question its scripted reading."""

    def __init__(self, readings: dict[str, Reading]) -> None:
        super().__init__()
        self._readings = readings

    def reading(self, question: str, passage: str) -> Reading:
        return self._readings[question]


def reading(text: str, margin: float) -> Reading:
    start = CONTEXT.index(text)
    return Reading((Span(start, start + len(text), margin + 1), Span(0, 1, margin)), null_score=1.0)


SCRIPT = {
    WHO.question: reading("Ines Maro", 3.0),
    LONG.question: reading("in nine days", -1.0),
    COST.question: reading("the organ", -2.0),
    WHERE.question: reading("Saint Brel", 0.0),
}


def mode(*examples: Example, script: dict[str, Reading] = SCRIPT, threshold: float = 0.0) -> ReaderMode:
    return ReaderMode(Dataset.of(examples, "dev.json"), ScriptedReader(script), threshold)


def values(run: Run) -> dict[str, float | None]:
    assert run.metrics is not None
    return run.metrics.values()


def test_abstains_where_the_null_score_wins() -> None:
    seen: list[int] = []
    run = evaluate(mode(WHO, LONG, COST, WHERE), progress=seen.append)
    assert seen == [4]
    assert [(one["id"], one["answer"], one["answered"], one["f1"]) for one in run.predictions] == [
        ("who", "Ines Maro", True, 1),
        ("long", "in nine days", False, pytest.approx(0.8)),
        ("cost", "the organ", False, 0),
        ("where", "Saint Brel", True, 0),
    ]
    figures = values(run)
    assert (figures["n"], figures["exact_match"], figures["f1"]) == (4, 50, 50)
    assert (figures["has_answer_f1"], figures["no_answer_f1"]) == (50, 50)
    # from 2 for saying nothing, +1 at margin 3; -1 and +0.8 after that
    assert (figures["best_f1"], figures["best_threshold"]) == (75, 3)
    assert json.loads(json.dumps(figures)) == figures


def test_a_line_says_all_that_is_known_of_a_question() -> None:
    (line,) = evaluate(mode(WHO)).predictions
    assert line.pop("softmax") > 0.5
    assert line == {
        "id": "who",
        "seed": 0,
        "question": WHO.question,
        "source": "Brel",
        "kind": "",
        "gold": ["Ines Maro", "Maro"],
        "answerable": True,
        "context": CONTEXT,
        "gold_spans": [[0, 9], [5, 9]],
        "passage_words": 11,
        "answer": "Ines Maro",
        "answered": True,
        "exact_match": 1,
        "f1": 1,
        "correct": True,
        "null_margin": 3,
    }


def test_the_threshold_can_be_chosen() -> None:
    figures = values(evaluate(mode(WHO, LONG, COST, WHERE, threshold=0.5)))
    assert (figures["f1"], figures["no_answer_f1"], figures["best_f1"]) == (75, 100, 75)


def test_always_answers_when_every_question_has_an_answer() -> None:
    script = {WHO.question: reading("Maro", -4.0), LONG.question: reading("nine days", 2.0)}
    run = evaluate(mode(WHO, LONG, script=script))
    figures = values(run)
    assert [line["answered"] for line in run.predictions] == [True, True]
    assert (figures["f1"], figures["has_answer_f1"], figures["no_answer_f1"]) == (100, 100, None)
    assert (figures["best_f1"], figures["best_threshold"]) == (100, -4)


def test_a_passage_without_spans_is_an_abstention() -> None:
    script = {COST.question: Reading((), 0.0), WHO.question: Reading((), 0.0)}
    run = evaluate(mode(COST, WHO, script=script))
    cost, who = run.predictions
    assert (cost["answer"], cost["null_margin"], cost["f1"], cost["correct"]) == ("", None, 1, False)
    assert (who["answer"], who["null_margin"], who["f1"], who["softmax"]) == ("", None, 0, 0)
    assert (values(run)["best_f1"], values(run)["best_threshold"]) == (50, 0)


def test_the_figures_have_intervals_and_parts() -> None:
    metrics = evaluate(mode(WHO, LONG, COST, WHERE)).metrics
    assert metrics is not None
    f1 = metrics.figures["f1"]
    assert f1.low is not None
    assert f1.high is not None
    assert f1.low < 50 < f1.high
    assert metrics.figures["best_threshold"].low is None
    assert metrics.breakdown["question_word"]["who"] == {"questions": 1, "exact_match": 100, "f1": 100}
    assert metrics.breakdown["source"].keys() == {"Brel", "dev.json"}
    assert metrics.by_seed["0"]["f1"] == 50


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    run = evaluate(mode(WHO, LONG, COST, WHERE), output=tmp_path / "run")
    kept = (tmp_path / "run" / "predictions.jsonl").read_text("utf-8")
    (tmp_path / "run" / "metrics.json").unlink()
    # two lines and a half, as a killed process leaves them
    cut = kept.index("\n", kept.index("\n") + 1) + 40
    (tmp_path / "run" / "predictions.jsonl").write_text(kept[:cut], "utf-8")
    again = mode(WHO, LONG, COST, WHERE)
    seen: list[int] = []
    resumed = evaluate(again, output=tmp_path / "run", progress=seen.append)
    assert [question for question, _ in again.reader.pairs] == [COST.question, WHERE.question]  # type: ignore[attr-defined]
    assert seen == [2, 2]
    assert (tmp_path / "run" / "predictions.jsonl").read_text("utf-8") == kept
    assert values(resumed) == values(run)
    assert values(Run.load(tmp_path / "run")) == values(run)


def test_a_run_does_not_go_on_with_other_settings(tmp_path: Path) -> None:
    evaluate(mode(WHO, COST), output=tmp_path / "run")
    with pytest.raises(SettingsError, match=r"threshold was 0.0 and is 1.0; .*another folder|threshold was 0.0"):
        evaluate(mode(WHO, COST, threshold=1.0), output=tmp_path / "run")
    with pytest.raises(SettingsError, match="limit was None and is 1"):
        evaluate(mode(WHO, COST), output=tmp_path / "run", limit=1)


def test_each_seed_draws_its_own_questions() -> None:
    run = evaluate(mode(WHO, LONG, COST, WHERE), limit=2, seeds=(0, 1, 2))
    assert [line["seed"] for line in run.predictions] == [0, 0, 1, 1, 2, 2]
    assert run.metrics is not None
    assert run.metrics.by_seed.keys() == {"0", "1", "2"}
    with pytest.raises(SettingsError, match="every seed"):
        evaluate(mode(WHO, LONG), seeds=(0, 1))


def test_data_without_answers_is_refused() -> None:
    with pytest.raises(DataError, match="no answers"):
        ReaderMode(Dataset("beir", "", [WHO], [], {}, answers=False), ScriptedReader({}))


def test_no_examples_are_refused() -> None:
    with pytest.raises(DataError, match="no questions"):
        evaluate(mode())
    with pytest.raises(DataError, match="no questions"):
        evaluate_reader(ScriptedReader({}), [])
