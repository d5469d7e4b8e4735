"""The comparison with the peers: its questions, their order and the figures, without the peers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from benchmarks.peers.base import SYSTEMS, Models, SystemAnswer
from benchmarks.peers.comparison import compare_f1, comparison_table
from benchmarks.peers.figures import Asked, figures_of
from benchmarks.peers.processes import ProcessEndedError
from benchmarks.peers.report import plot, table
from benchmarks.peers.trials import PHASES, Plan, Run
from qa.evaluation import Example, gold_article_id

EXAMPLES = [
    Example(
        f"{i}", f"Who is number {i}?", f"Number {i} is Ann{i}.", "Numbers", (f"Ann{i}",), (len(f"Number {i} is "),)
    )
    for i in range(60)
]
MODELS = Models("embedder", "reader")


class Toy:
    """A process that answers by the question's number: right when it is even, an error for every tenth."""

    log: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self._pending: dict[str, Any] = {}

    def restart(self) -> None:
        self.log.append(("restart", self.name))

    def send(self, do: str, **arguments: Any) -> None:
        self._pending = self.do(do, **arguments)

    def receive(self) -> dict[str, Any]:
        return self._pending

    def do(self, do: str, **arguments: Any) -> dict[str, Any]:
        self.log.append((do, self.name))
        if do == "index":
            lines = Path(arguments["corpus"]).read_text().splitlines()
            return {"seconds": 2.0, "paragraphs": len(lines), "peak_mb": 50}
        if do == "open":
            return {"seconds": 1.0, "settings": {}, "peak_mb": 60}
        if do == "search":
            return {"rankings": [[_gold(question), "other"] for question in arguments["questions"]], "peak_mb": 70}
        answers = [_answer(question) for question in arguments["questions"]]
        return {"seconds": 0.1 * len(answers), "answers": answers, "peak_mb": 80}


def _number(question: str) -> int:
    return int(question.removeprefix("Who is number ").removesuffix("?"))


def _gold(question: str) -> str:
    return gold_article_id(EXAMPLES[_number(question)])


def _answer(question: str) -> dict[str, Any]:
    number = _number(question)
    if number % 10 == 1:
        return {"text": "", "error": "TypeError: no", "seconds": 0.1}
    text, document = (f"Ann{number}", _gold(question)) if number % 2 == 0 else ("Bob", "other")
    start = len(f"Number {number} is ")
    return SystemAnswer(text, 1.0 - number % 2, document, start, start + len(text)).to_dict() | {"seconds": 0.1}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    Toy.log = []

    class Lent:
        def __init__(self, names: list[str], *_: object) -> None:
            self.processes = {name: Toy(name) for name in names}

        def __enter__(self) -> dict[str, Toy]:
            return self.processes

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr("benchmarks.peers.trials.start_processes", Lent)
    return Run(
        tmp_path, Plan.of(EXAMPLES, 30, 0, None), ["quotewell", "haystack", "haystack-segments"], MODELS, ""
    )


def test_no_question_is_asked_twice_of_the_same_library() -> None:
    plan = Plan.of(EXAMPLES, 30, 0, None)
    one, eight = plan.questions("one user"), plan.questions("eight users")
    assert len({example.id for example in (*one, *eight)}) == 60
    assert len(plan.paragraphs) == 60
    assert len(plan.kept) == 30
    assert [example for _, block in plan.blocks("one user") for example in block] == list(one)


def test_the_systems_alternate_and_each_goes_first(run: Run) -> None:
    assert run.go(PHASES, 10)
    asked = [name for do, name in Toy.log if do == "ask"]
    assert asked[:6] == [
        "quotewell",
        "haystack",
        "haystack-segments",
        "haystack",
        "haystack-segments",
        "quotewell",
    ]
    assert ("index", "haystack-segments") not in Toy.log  # it answers from Haystack's store


def test_what_is_recorded_is_not_done_again(run: Run) -> None:
    assert run.go(PHASES, 10)
    done = len(Toy.log)
    again = Run(run.folder, run.plan, run.systems, MODELS, "")
    assert again.go(PHASES, 10)
    assert len(Toy.log) == done


def test_it_stops_when_the_time_is_out(run: Run) -> None:
    assert not run.go(PHASES, -1)
    assert Toy.log == []


def test_a_process_that_ends_is_restarted_and_its_questions_are_errors(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = Toy.do

    def ends(toy: Toy, what: str, **arguments: Any) -> dict[str, Any]:
        if toy.name == "haystack" and arguments.get("users") == 8:
            raise ProcessEndedError("haystack ended")
        return do(toy, what, **arguments)

    monkeypatch.setattr(Toy, "do", ends)
    assert run.go(PHASES, 10)
    ours, theirs = (figures_of(run.records, run.plan, name) for name in ("quotewell", "haystack"))
    assert (theirs["errors_8_users"], theirs["questions_a_second_8_users"]) == (30, None)
    assert ours["questions_a_second_8_users"] == pytest.approx(10)
    assert theirs["questions_a_second_1_user"] == pytest.approx(10)
    restarted = Toy.log.index(("restart", "haystack"))
    assert ("open", "haystack") in Toy.log[restarted : restarted + 2]


def test_the_figures_count_errors_as_wrong_and_also_without(run: Run) -> None:
    run.go(PHASES, 10)
    figures = figures_of(run.records, run.plan, "quotewell")
    numbers = [_number(example.question) for example in run.plan.questions("one user")]
    right, errors = sum(n % 2 == 0 for n in numbers), sum(n % 10 == 1 for n in numbers)
    assert figures["exact_match"] == figures["f1"] == figures["citation"] == figures["offsets"]
    assert figures["f1"] == pytest.approx(100 * right / 30, abs=0.06)
    assert figures["errors"] == errors
    assert figures["f1_without_errors"] == pytest.approx(100 * right / (30 - errors), abs=0.06)
    assert figures["recall_at_1"] == 100
    assert figures["indexed_a_second"] == 30
    assert figures["questions_a_second_1_user"] == pytest.approx(10)
    assert (figures["p50_ms"], figures["memory_mb"]) == (100, 80)
    kept = {paragraph.id for paragraph in run.plan.kept}
    silent = sum(_gold(example.question) not in kept for example in run.plan.questions("left out"))
    assert figures["f1_of_silence"] == pytest.approx(100 * silent / 30, abs=0.06)
    assert figures["best_f1_half_left_out"] >= figures["f1_of_silence"]


def test_systems_are_compared_over_the_questions_that_all_were_asked() -> None:
    def asked(texts: dict[int, str]) -> list[Asked]:
        return [Asked(EXAMPLES[number], {"text": text}) for number, text in texts.items()]

    right, wrong = {i: f"Ann{i}" for i in range(40)}, dict.fromkeys(range(1, 60), "Bob")
    comparison = compare_f1({"ours": asked(right), "none": [], "theirs": asked(wrong), "same": asked(right)})
    assert list(comparison) == ["ours", "theirs", "same"]
    assert {one["questions"] for one in comparison.values()} == {39}
    assert (comparison["ours"]["f1"], comparison["theirs"]["f1"], comparison["theirs"]["difference"]) == (
        100,
        0,
        -100,
    )
    assert comparison["theirs"]["difference_interval"] == (-100, -100)
    assert comparison["theirs"]["p"] < 0.01
    assert (comparison["same"]["difference"], comparison["same"]["p"]) == (0, 1)
    assert comparison_table(comparison).splitlines()[2:4] == [
        "| ours | 100.0 (100.0 to 100.0) |  |  |",
        f"| theirs | 0.0 (0.0 to 0.0) | -100.0 (-100.0 to -100.0) | {comparison['theirs']['p']:.4f} |",
    ]
    assert compare_f1({}) == {}


def test_the_best_of_a_row_is_bold_and_unknown_figures_are_dashes() -> None:
    rows = table(
        {"a": {"f1": 70.0, "p50_ms": 1500}, "b": {"f1": 60.5, "p50_ms": 900}, "c": {"p50_ms": 901}}
    ).splitlines()
    assert rows[0] == "| | a | b | c |"
    assert "| top-1 F1 | **70** | 60.5 | – |" in rows
    assert "| ms a question, p50 | 1,500 | **900** | 901 |" in rows


def test_the_plot_is_written(tmp_path: Path) -> None:
    figures = {name: {"p50_ms": 100 * i, "p95_ms": 150 * i, "f1": 70 + i} for i, name in enumerate(SYSTEMS, 1)}
    plot(figures, tmp_path / "deep" / "peers.png")
    assert (tmp_path / "deep" / "peers.png").read_bytes().startswith(b"\x89PNG")


def test_the_worker_answers_in_json_and_survives_a_failing_question(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.peers import worker

    class Failing:
        settings: ClassVar[dict[str, Any]] = {}

        def ask(self, question: str) -> SystemAnswer:
            if "bad" in question:
                raise TypeError("the model abstains")
            return SystemAnswer("yes", 0.5)

    monkeypatch.setattr(worker, "load", lambda *_: Failing())
    for users in (1, 2):
        answers = worker.Worker("toy", MODELS).ask(["good", "bad"], users)["answers"]
        assert answers[0]["text"] == "yes"
        assert answers[1]["error"] == "TypeError: the model abstains"
        assert json.dumps(answers)
