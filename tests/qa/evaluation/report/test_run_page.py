from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qa.errors import DataError
from qa.evaluation.metrics.figures import Figure
from qa.evaluation.report import plots, write_report
from qa.evaluation.report.charts import by_depth, parts, recalls
from qa.evaluation.report.labels import meaning
from qa.evaluation.report.run_page import render_report
from qa.evaluation.run import Run
from tests.qa.evaluation.report.making import HOSTILE, info, line, made_run, metrics_of


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(made_run(tmp_path_factory.mktemp("runs") / "one")).read_text("utf-8")


def test_a_report_says_what_was_run(page: str) -> None:
    for fact in ("questions.jsonl", "ab" * 32, "reader:1", "made up", "leave out", "2026-11-24"):
        assert fact in page


def test_figures_have_their_intervals(page: str) -> None:
    assert "<dt>F1</dt><dd>72.3<small>68.0 to 77.0</small></dd>" in page
    assert '<th scope="row">recall@5</th><td>0.912 (0.880 to 0.940)</td>' in page
    assert '<th scope="row">something new</th><td>1.500 (1.000 to 2.000)</td>' in page
    assert "NoAns" not in page  # there is nothing to tell


def test_what_belongs_together_stands_in_one_row() -> None:
    metrics = metrics_of([line()])
    metrics.figures.update(ece=Figure(0.05), softmax_ece=Figure(0.2), dense_recall_at_5=Figure(0.75))
    page = render_report(Run(info()), metrics)
    assert '<th scope="row">all questions</th><td>61.2 (55.0 to 67.0)</td><td>72.3 (68.0 to 77.0)</td>' in page
    assert re.search(r'<th scope="row">ECE</th><td>0.200</td><td>0.050</td>', page)
    assert re.search(r'<th scope="row">recall@5</th><td>0.912 [^<]*</td><td>0.750</td>', page)
    heads = re.findall(r'<thead><tr><th scope="col">figure</th>(.*?)<th scope="col">meaning', page)
    assert [re.findall(">(.*?)<", head.replace("</th>", "<")) for head in heads] == [
        ["EM", "F1"], ["value"], ["final", "dense"], ["softmax", "confidence"], ["value"]
    ]  # fmt: skip


def test_large_breakdowns_are_folded() -> None:
    metrics = metrics_of([line()])
    parts: dict[str, dict[str, float | None]] = {f"article {i}": {"questions": 1, "f1": 50.0} for i in range(70)}
    metrics.breakdown["source"] = parts
    page = render_report(Run(info()), metrics)
    assert "<details><summary>By source (70)</summary>" in page
    assert "The 60 largest of 70" in page


def test_each_plot_is_there_with_its_table(page: str) -> None:
    titles = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    assert titles == ["Reliability", "Risk and coverage", "Recall by k", "F1 by question word", "Latency by stage"]
    assert page.count("<svg") == page.count("As a table") == len(titles)


def test_a_page_needs_nothing_from_outside(page: str) -> None:
    allowed = ("http://www.w3.org/", "#")
    for address in re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'\s>)]+)""", page.replace(HOSTILE, "")):
        assert address.startswith(allowed) or "x" in address  # the hostile text stands escaped in the data
    assert not re.findall(r"<(?:link|iframe|object|embed|base)\b", page)
    assert "default-src 'none'" in page


def test_hostile_text_is_escaped_wherever_it_stands(page: str) -> None:
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page
    data = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert any(HOSTILE in one["question"] for one in json.loads(data[0])["wrong"])


def test_a_report_without_matplotlib_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("qa.evaluation.report.run_page.can_plot", lambda: False)
    page = write_report(made_run(tmp_path / "run", 6)).read_text("utf-8")
    assert "<svg" not in page
    assert "matplotlib" in page
    assert plots.can_plot()


def test_runs_that_have_no_report(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="without a folder"):
        write_report(Run(info()))
    with pytest.raises(DataError, match="was stopped"):
        write_report(Run.start(info(), tmp_path / "run"))


def test_a_run_of_few_questions_is_reported() -> None:
    run = Run(info(mode="retrieval"))
    run.append([line(gold=[], answerable=False, gold_rank=None)])
    page = render_report(run, metrics_of(run.predictions))
    assert "Recall by k" not in page


def test_recall_counts_the_questions_that_can_be_found() -> None:
    lines = [line(gold_rank=1), line(gold_rank=3), line(gold_rank=None), line(in_library=False, gold_rank=None)]
    (fused,) = recalls(lines).values()
    assert (fused[0], fused[2], fused[49]) == (pytest.approx(1 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3))
    ranked = line(ranks={"dense": 2, "lexical": None})
    del ranked["gold_rank"]
    legs = recalls([ranked])
    assert (legs["dense"][:2], legs["lexical"][-1]) == ([0.0, 1.0], 0.0)


def test_parts_without_a_figure_are_not_drawn() -> None:
    metrics = metrics_of([])
    assert parts(metrics, "answer_length", "f1") is None
    chart = parts(metrics, "question_word", "f1")
    assert chart
    assert list(chart.table.rows) == [("who", "60", "78.0"), ("what", "40", "65.5")]


def test_what_more_reading_would_give_is_drawn() -> None:
    metrics = metrics_of([line()])
    assert by_depth(metrics) is None
    metrics.figures.update(top_1_of_1_f1=Figure(60.0), top_1_of_5_f1=Figure(70.0), isolated_f1=Figure(80.0))
    chart = by_depth(metrics)
    assert chart
    assert list(chart.table.rows) == [("1 passage", "60.0"), ("5 passages", "70.0"), ("the gold one", "80.0")]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("recall_at_20", "recall@20"),
        ("dense_mrr_at_10", "dense: MRR@10"),
        ("softmax_aurc", "softmax: AURC"),
        ("softmax_alone_aurc", "softmax alone: AURC"),
        ("softmax_answerable_coverage_at_80", "softmax: answerable: coverage at 80%"),
        ("latency_p50_ms", "latency p50, ms"),
        ("read_p95_ms", "read p95, ms"),
        ("top_1_exact", "top-1 EM"),
        ("top_1_of_20_f1", "top-1 F1 of 20"),
        ("has_answer_exact", "HasAns EM"),
        ("citation_overlap", "citation overlap"),
        ("least_ece", "least ECE"),
        ("something_new", "something new"),
    ],
)
def test_figures_have_names(name: str, label: str) -> None:
    assert meaning(name).label == label
