"""The continuous check: what it compares, and what it does without data."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.regression import PARAGRAPHS, QUESTIONS, SETS, Row, compare, find_data, main, small, table
from qa.evaluation import Dataset, Example, gold_article_id


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
