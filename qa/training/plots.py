"""The two figures of a confidence report, as SVG: reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qa.evaluation.calibration import risk_coverage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_reliability", "plot_risk_coverage"]

COLOURS = ("#1f5fa8", "#c8641e", "#4a8c4a")  # told apart by the colour-blind, too, and in grey
GREY = "#8a8a8a"
BINS = 10
POINTS = 200


def plot_reliability(scores: Mapping[str, npt.ArrayLike], correct: npt.ArrayLike, path: Path) -> None:
    """Write a reliability diagram: the accuracy at each confidence, above how many answers have it.

    ``scores`` are confidences by name, 0 to 1, each of shape ``(questions,)``, of the same answers; ``correct``
    says which are right. Bins are of equal width; those without answers are left out.
    """
    from matplotlib.figure import Figure

    rights = np.asarray(correct, dtype=np.float64)
    figure = Figure(figsize=(5.2, 5.6), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=(3, 1))
    above = figure.add_subplot(grid[0])
    below = figure.add_subplot(grid[1], sharex=above)
    above.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="perfectly calibrated")
    width = 0.9 / BINS / len(scores)
    for i, (name, values) in enumerate(scores.items()):
        confidence = np.asarray(values, dtype=np.float64)
        number = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
        counts = np.bincount(number, minlength=BINS)
        filled = counts > 0
        means = np.bincount(number, weights=confidence, minlength=BINS)[filled] / counts[filled]
        accuracies = np.bincount(number, weights=rights, minlength=BINS)[filled] / counts[filled]
        above.plot(means, accuracies, color=COLOURS[i], marker="o", markersize=5, linewidth=1.8, label=name)
        lefts = np.arange(BINS) / BINS + 0.05 / BINS + i * width
        below.bar(lefts, counts, width, align="edge", color=COLOURS[i])
    _label(above, "", "share of right answers")
    _label(below, "confidence", "answers")
    above.set(xlim=(0, 1), ylim=(0, 1))
    above.tick_params(labelbottom=False)
    above.legend(frameon=False, loc="upper left")
    _save(figure, path)


def plot_risk_coverage(scores: Mapping[str, npt.ArrayLike], correct: npt.ArrayLike, path: Path) -> None:
    """Write the risk-coverage curves: the share of wrong answers among those given, as more are given.

    ``scores`` and ``correct`` are those of ``plot_reliability``.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 4.2), layout="constrained")
    axes = figure.add_subplot()
    highest = 0.0
    for i, (name, values) in enumerate(scores.items()):
        coverage, risk = risk_coverage(values, correct)
        chosen = np.unique(np.linspace(0, len(risk) - 1, min(POINTS, len(risk))).round().astype(int))
        axes.plot(coverage[chosen], risk[chosen], color=COLOURS[i], linewidth=1.8, label=name)
        highest = max(highest, float(risk.max()))
    for accuracy in (0.8, 0.9, 0.95):
        axes.axhline(1 - accuracy, color=GREY, linestyle=":", linewidth=1)
        axes.text(1, 1 - accuracy, f"{accuracy:.0%} right", color=GREY, fontsize=8, ha="right", va="bottom")
    _label(axes, "coverage: share of questions answered", "risk: share of wrong answers")
    axes.set(xlim=(0, 1), ylim=(0, min(1.0, 1.05 * highest) or 1.0))
    axes.legend(frameon=False, loc="upper left")
    _save(figure, path)


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    """Write the figure so that the same data give the same bytes."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "quotewell"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
