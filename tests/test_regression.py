"""The continuous check: what it compares, and what it does without data."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.abstaining import Outcome
from benchmarks.regression import (
    PARAGRAPHS,
    QUESTIONS,
    SETS,
    WATCHED,
    Row,
    compare,
    find_data,
    main,
    measure,
    small,
    table,
)
from qa.evaluation import (
    ConfidenceMode,
    Corpus,
    Dataset,
    Example,
    Mode,
    OpenMode,
    ReaderMode,
    RetrievalMode,
    evaluate,
    gold_article_id,
)


def test_a_figure_fell_if_it_is_more_than_two_points_below() -> None:
    recorded = {"open": {"top1_f1": 78.0, "citation_accuracy": 90.0}}
    rows = list(compare(recorded, {"open": {"top1_f1": 75.9, "citation_accuracy": 88.0}, "reader": {"f1": 1.0}}))
    assert [row.fell for row in rows] == [True, False, False]
    assert rows[2] == Row("reader", "f1", None, 1.0)
    fallen, held, new = table(rows).splitlines()[1:]
    assert fallen.endswith("-2.1  fell")
    assert held.endswith("-2.0")
    assert new.split() == ["reader", "f1", "-", "1.0"]


@pytest.mark.parametrize("folder", [".", "eval"])
def test_the_data_are_found_in_the_folder_or_in_its_eval(tmp_path: Path, folder: str) -> None:
    assert find_data(str(tmp_path)) is None
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in SETS:
        (tmp_path / folder / name).write_text("{}")
    assert find_data(str(tmp_path)) == tmp_path / folder


def test_without_data_it_says_so_and_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUOTEWELL_DATA", "")
    monkeypatch.setattr("sys.argv", ["regression"])
    main()
    assert "QUOTEWELL_DATA names no folder" in capsys.readouterr().out


def test_the_small_corpus_holds_the_paragraph_of_every_question() -> None:
    data = Dataset.of([Example(str(i), f"Q{i}?", f"Paragraph {i // 2}.", answers=("x",)) for i in range(4000)])
    chosen = small(data)
    assert len(chosen.examples) == QUESTIONS
    assert len(chosen.articles) == PARAGRAPHS
    assert {gold_article_id(example) for example in chosen.examples} <= {one.id for one in chosen.articles}
    assert small(data) == chosen


def towns() -> tuple[Dataset, Dataset]:
    """Return questions about towns that all have an answer, and some of which half have none."""
    answerable, either = [], []
    for number, town in enumerate(("Lumen", "Karst", "Pallin", "Orsk", "Vell", "Tarn")):
        text = f"The harbour of {town} was rebuilt in 19{number}1 by Anna Berg, who also painted its doors."
        answer, start = ("Anna Berg",), (text.index("Anna"),)
        asked = Example(town, f"Who rebuilt the harbour of {town}?", text, town, answer, start)
        answerable.append(asked)
        either += [asked, Example(f"{town} ferry", f"Who sank the ferry of {town}?", text, town)]
    return Dataset.of(answerable), Dataset.of(either)


@pytest.mark.usefixtures("few_draws")
def test_the_figures_are_those_of_the_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"other-words": True, "typed": True, "near-time": False}
    outcomes = [Outcome(kind, has, has, has, 0.5, 0.0) for kind, has in kinds.items()]
    monkeypatch.setattr("benchmarks.regression.ask_all", lambda file: outcomes)
    answerable, either = towns()
    now = measure(answerable, either)
    assert now.pop("meaning") == {"other_words": 100, "typed": 100, "misleading_refused": 100}
    corpus = Corpus()
    modes: list[Mode] = [
        ReaderMode(either, corpus.reader),
        RetrievalMode(answerable, corpus),
        OpenMode(answerable, corpus, simulate=False),
        ConfidenceMode(answerable, corpus),
    ]
    for mode in modes:
        metrics = evaluate(mode).metrics
        assert metrics
        for name, points in WATCHED[mode.name].items():
            assert now[mode.name][name] == pytest.approx(
                points * float(metrics.figures[name].value or 0), abs=0.005
            )
    assert list(now) == list(WATCHED)
