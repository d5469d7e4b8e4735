from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from qa.evaluation.report.plots import (
    inline_svg,
    plot_bars,
    plot_latency,
    plot_recall,
    plot_reliability,
    plot_risk_coverage,
    reliability_bins,
    write_svg,
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</svg><script>alert(1)</script> $x_$ \ud800 😀"


def outcomes(seed: int) -> tuple[list[float], list[bool]]:
    random_ = random.Random(seed)
    confidence = [random_.random() for _ in range(50)]
    return confidence, [random_.random() < one for one in confidence]


PLOTS: dict[str, Callable[[str], Figure]] = {
    "reliability": lambda name: plot_reliability({"confidence": outcomes(0), name: outcomes(1)}),
    "risk-coverage": lambda name: plot_risk_coverage({"confidence": outcomes(0), name: outcomes(1)}),
    "recall": lambda name: plot_recall({name: [0.5, 0.7, 0.8], "dense": [0.4]}),
    "bars": lambda name: plot_bars({name: 78.3, "why": 0.0}, "F1", 100),
    "latency": lambda name: plot_latency({name: [1.0, 2.0, 30.0], "read": [100.0]}),
}


def inline(name: str, series: str = "softmax") -> ElementTree.Element:
    svg = inline_svg(PLOTS[name](series), name, "A <title>", HOSTILE.replace("\ud800", "\0"))
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_in_a_page_has_a_title_and_text_in_the_page_s_colours(name: str) -> None:
    root = inline(name)
    assert root.attrib["role"] == "img"
    labels = {one.attrib["id"]: one.text for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(labels) == root.attrib["aria-labelledby"].split() == [f"{name}-title", f"{name}-desc"]
    assert labels[f"{name}-title"] == "A <title>"
    assert not list(root.iter(f"{SVG}style"))
    drawn = ElementTree.tostring(root, "unicode")
    assert "currentColor" in drawn
    assert "#000000" not in drawn


def test_plots_of_a_page_do_not_share_ids() -> None:
    ids = [element.attrib["id"] for name in PLOTS for element in inline(name).iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


def test_few_wrong_answers_are_drawn_without_a_warning() -> None:
    few = plot_risk_coverage({"confidence": ([0.5] * 50, [True] * 49 + [False])})
    assert "right" not in inline_svg(few, "few", "", "")


@pytest.mark.parametrize("name", PLOTS)
def test_any_name_is_shown_as_it_is(name: str) -> None:
    root = inline(name, HOSTILE)
    assert not list(root.iter(f"{SVG}script"))
    assert any("</svg><script>alert(1)</sc" in (one.text or "") for one in root.iter(f"{SVG}text"))


def test_the_same_data_give_the_same_file(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        write_svg(PLOTS["reliability"]("softmax"), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert not list(ElementTree.parse(tmp_path / "one.svg").iter(f"{SVG}text"))  # outlines, the same everywhere


def test_bins_are_closed_above_and_empty_ones_left_out() -> None:
    bins = reliability_bins([0.0, 0.1, 0.11, 0.95, 1.0], [False, True, True, True, False])
    assert [(one.low, one.count, one.accuracy) for one in bins] == [(0.0, 2, 0.5), (0.1, 1, 1.0), (0.9, 2, 0.5)]
    assert bins[0].confidence == pytest.approx(0.05)
