from __future__ import annotations

import random
from pathlib import Path
from xml.etree import ElementTree

from qa.training.confidence.crossvalidation import Outcome
from qa.training.confidence.report import report_markdown, write_report
from qa.training.confidence.trials import WAYS


def made_outcomes(count: int = 60) -> list[Outcome]:
    random_ = random.Random(0)
    return [
        Outcome(
            f"domain{i % 2}", WAYS[i % 3], i % 3 < 2, i % 3 < 2 and i % 4 > 0, random_.random(), random_.random()
        )
        for i in range(count)
    ]


def tables(page: str) -> list[list[list[str]]]:
    blocks = [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in block] for block in blocks]


def test_a_report_has_a_row_for_each_domain_way_and_threshold() -> None:
    by_domain, half, by_way, thresholds = tables(report_markdown(made_outcomes()))
    for table in (by_domain, half, by_way, thresholds):
        assert len({len(row) for row in table}) == 1
    assert [row[0] for row in by_domain[2:]] == ["domain0", "domain1", "**all**"]
    assert (by_domain[-1][1], half[-1][1]) == ("60", "20")
    assert len(by_way) == 2 + 3 + 1
    assert [row[0] for row in thresholds[2:]] == [f"0.{i}" for i in range(1, 10)]


def test_a_report_is_a_page_and_two_pictures_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(made_outcomes(), tmp_path / name)
    names = ["confidence-report.md", "images/reliability.svg", "images/risk-coverage.svg"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        assert name.endswith(".md") or ElementTree.parse(tmp_path / "one" / name).getroot().tag.endswith("svg")
    page = (tmp_path / "one" / names[0]).read_text("utf-8")
    assert all(name in page for name in names[1:])


def test_outcomes_that_are_all_wrong_are_reported_too() -> None:
    outcomes = [Outcome("d", "few-without", False, False, 0.1 * i, 0.5) for i in range(5)]
    assert "- / -" in report_markdown(outcomes)
