"""The plots of reports, drawn by matplotlib: as SVG files, and as SVG elements of a page.

A *series* is a name and its values. Each plot takes any number of them, distinguished by colour and marker.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from qa.evaluation.metrics.calibration import risk_coverage
from qa.evaluation.report.page import TEMPLATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ACCURACIES",
    "Bin",
    "can_plot",
    "inline_svg",
    "plot_bars",
    "plot_latency",
    "plot_recall",
    "plot_reliability",
    "plot_risk_coverage",
    "reliability_bins",
    "write_svg",
]

Outcomes = tuple[npt.ArrayLike, npt.ArrayLike]
"""Confidences, 0 to 1, and which answers are right, both of shape ``(questions,)``."""

COLOURS = ("#1f5fa8", "#c8641e", "#4a8c4a", "#7d5ba6", "#a33b4f", "#4f7f8f")  # distinguishable in greyscale, too
MARKS = ("o", "s", "^", "D", "v", "P")
BLACK = "#000000"
GREY = "#8a8a8b"
BINS = 10
MIN_ANSWERS = 5  # in a bin that gets a point
POINTS = 200
MAX_LABEL = 28  # characters
ACCURACIES = (0.8, 0.9, 0.95)
PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers in a range of confidences: their number, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def can_plot() -> bool:
    """Whether matplotlib is installed: it comes with the extra ``evaluate``."""
    try:
        import matplotlib as mpl
    except ImportError:
        return False
    return bool(mpl.__version__)


def reliability_bins(confidence: npt.ArrayLike, correct: npt.ArrayLike, bins: int = BINS) -> list[Bin]:
    """Return the non-empty bins of equal width, each open below and closed above."""
    confidences, rights = np.asarray(confidence, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    index = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    members = [(i, index == i) for i in range(bins) if np.any(index == i)]
    return [
        Bin(i / bins, (i + 1) / bins, int(mask.sum()), float(confidences[mask].mean()), float(rights[mask].mean()))
        for i, mask in members
    ]


def plot_reliability(series: Mapping[str, Outcomes]) -> Figure:
    """Draw a reliability diagram: accuracy by confidence, above the number of answers.

    A bin of fewer than five answers gets a bar but no point, which would be mostly chance.
    """
    figure = _figure(5.2, 5.6)
    grid = figure.add_gridspec(2, 1, height_ratios=(3, 1))
    above = figure.add_subplot(grid[0])
    below = figure.add_subplot(grid[1], sharex=above)
    above.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="perfectly calibrated")
    width = 0.9 / BINS / len(series)
    for i, (name, (confidence, correct)) in enumerate(series.items()):
        bins = reliability_bins(confidence, correct)
        points = [part for part in bins if part.count >= MIN_ANSWERS] or bins
        _line(
            above, i, [part.confidence for part in points], [part.accuracy for part in points], name, marked=True
        )
        lefts = [part.low + 0.05 / BINS + i * width for part in bins]
        below.bar(lefts, [part.count for part in bins], width, align="edge", color=COLOURS[i % len(COLOURS)])
    _label(above, "", "share of right answers")
    _label(below, "confidence", "answers")
    above.set(xlim=(0, 1), ylim=(0, 1))
    above.tick_params(labelbottom=False)
    above.legend(frameon=False, loc="upper left")
    return figure


def plot_risk_coverage(series: Mapping[str, Outcomes]) -> Figure:
    """Draw risk-coverage curves: the share of wrong answers as more questions are answered."""
    figure = _figure(5.6, 4.2)
    axes = figure.add_subplot()
    highest = 0.0
    for i, (name, (confidence, correct)) in enumerate(series.items()):
        coverage, risk = risk_coverage(confidence, correct)
        chosen = np.unique(np.linspace(0, len(risk) - 1, min(POINTS, len(risk))).round().astype(int))
        _line(axes, i, coverage[chosen], risk[chosen], name)
        highest = max(highest, float(risk.max()))
    top = min(1.0, 1.05 * highest) or 1.0
    for accuracy in (
        level for level in ACCURACIES if 1 - level < top
    ):  # a line outside the axes would take the room
        axes.axhline(1 - accuracy, color=GREY, linestyle=":", linewidth=1)
        axes.text(1, 1 - accuracy, f"{accuracy:.0%} right", color=GREY, fontsize=8, ha="right", va="bottom")
    _label(axes, "coverage: share of questions answered", "risk: share of wrong answers")
    axes.set(xlim=(0, 1), ylim=(0, top))
    axes.legend(frameon=False, loc="upper left")
    return figure


def plot_recall(series: Mapping[str, Sequence[float]]) -> Figure:
    """Draw recall@k: each series holds the recall for k = 1, 2, ..., 0 to 1."""
    figure = _figure(5.6, 4.2)
    axes = figure.add_subplot()
    longest = max(map(len, series.values()))
    lowest = min(min(recalls) for recalls in series.values())
    for i, (name, recalls) in enumerate(series.items()):
        _line(axes, i, np.arange(1, len(recalls) + 1), recalls, name)
    _label(axes, "k: passages retrieved", "recall@k")
    axes.set_xscale("log")
    ticks = [k for k in (1, 2, 5, 10, 20, 50, 100) if k <= longest]
    axes.set_xticks(ticks, [str(k) for k in ticks])
    axes.minorticks_off()
    axes.set(xlim=(1, max(longest, 2)), ylim=(max(0.0, lowest - 0.1) // 0.1 * 0.1, 1))
    axes.grid(axis="y", color=GREY, alpha=0.3, linewidth=0.7)
    axes.legend(frameon=False, loc="lower right")
    return figure


def plot_bars(bars: Mapping[str, float], label: str, top: float) -> Figure:
    """Draw a bar for each name; ``top`` is the highest possible value."""
    figure = _figure(5.6, 0.9 + 0.34 * len(bars))
    axes = figure.add_subplot()
    rows = np.arange(len(bars))
    values = list(bars.values())
    axes.barh(rows, values, 0.62, color=COLOURS[0])
    for row, value in enumerate(values):
        axes.text(value + 0.01 * top, row, f"{value:.3f}" if top == 1 else f"{value:.1f}", va="center", fontsize=9)
    axes.set_yticks(rows, [_plain(name) for name in bars])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.08 * top)
    _label(axes, label, "")
    axes.tick_params(axis="y", length=0)
    return figure


def plot_latency(stages: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the milliseconds of each stage: a box for the middle half, the median, and whiskers from 5% to 95%."""
    figure = _figure(5.6, 0.9 + 0.42 * len(stages))
    axes = figure.add_subplot()
    boxes = []
    for name, values in stages.items():
        low, first, median, third, high = np.percentile(values, PERCENTILES)
        boxes.append(
            {"label": _plain(name), "med": median, "q1": first, "q3": third, "whislo": low, "whishi": high}
        )
    drawn = axes.bxp(boxes, orientation="horizontal", showfliers=False, widths=0.55, patch_artist=True)
    for box in drawn["boxes"]:
        box.set(facecolor=COLOURS[0], edgecolor=COLOURS[0], alpha=0.55)
    for part in ("medians", "whiskers", "caps"):
        for line in drawn[part]:
            line.set(color=BLACK if part == "medians" else COLOURS[0], linewidth=1.6)
    for row, box in enumerate(boxes, 1):
        axes.annotate(
            _number(float(box["med"])),
            (box["whishi"], row),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.invert_yaxis()
    axes.set_xlim(0, 1.1 * max(box["whishi"] for box in boxes))
    _label(axes, "milliseconds per question; the number is the median", "")
    axes.tick_params(axis="y", length=0)
    return figure


def write_svg(figure: Figure, path: Path) -> None:
    """Write the figure to an SVG file. The same data give the same bytes."""
    with _style():
        figure.savefig(path, format="svg", metadata={"Date": None})


def inline_svg(figure: Figure, name: str, title: str, description: str) -> str:
    """Return the figure as an SVG element for a page, with a title and a description for screen readers.

    Text stays text. Lines and text take the page's text colour, the series its ``--plot-1``, ``--plot-2``, ... if
    it defines them, so that a plot is legible in dark mode, too.

    :param name: the prefix of its ids, to keep them distinct from those of other plots on the page.
    """
    drawn = StringIO()
    with _style("none"):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(
        r"\s*<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL
    )  # a style would apply to the whole page
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = svg.replace(BLACK, "currentColor").replace(GREY, f"var(--plot-grey, {GREY})")
    for i, colour in enumerate(COLOURS, 1):
        svg = svg.replace(colour, f"var(--plot-{i}, {colour})")
    attributes, _, drawing = svg.removeprefix("<svg").partition(">")
    return TEMPLATES.render(
        "plot.html", attributes=attributes, name=name, title=title, description=description, drawing=drawing
    )


@contextmanager
def _style(fonttype: Literal["path", "none"] = "path") -> Iterator[None]:
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "quotewell", "svg.fonttype": fonttype}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _line(axes: Axes, i: int, x: npt.ArrayLike, y: npt.ArrayLike, name: str, marked: bool = False) -> None:
    mark = MARKS[i % len(MARKS)]
    axes.plot(
        x,
        y,
        color=COLOURS[i % len(COLOURS)],
        linewidth=1.8,
        marker=mark,
        markersize=5 if marked else 4,
        markevery=None if marked else 0.12,
        label=_plain(name),
    )


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)


def _number(value: float) -> str:
    """Return a number with three significant digits, or all digits before the decimal point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _plain(name: str) -> str:
    """Return any text as a label: one short line without matplotlib markup (``$``, a leading ``_``)."""
    line = " ".join(name.encode("utf-8", "replace").decode("utf-8").split()).lstrip("_") or "-"
    return (line if len(line) <= MAX_LABEL else f"{line[: MAX_LABEL - 1]}…").replace("$", r"\$")
