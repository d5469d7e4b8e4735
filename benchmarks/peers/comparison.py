"""Whether two systems differ by more than chance: the F1 of each, and its paired difference from the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.peers.figures import Asked
from qa.evaluation.metrics.figures import Integers, mean_measure
from qa.evaluation.metrics.significance import Questions, figures_with_intervals, holm, permutation_test
from qa.evaluation.metrics.squad import score_v1

__all__ = ["compare_f1", "comparison_table"]


def compare_f1(asked: Mapping[str, Sequence[Asked]]) -> dict[str, dict[str, Any]]:
    """Return each system's F1, 0 to 100, on the questions that all were asked, and its difference from the first.

    ``interval`` and ``difference_interval`` are 95% intervals of bootstrap samples of the questions; ``p`` is the
    paired permutation test's, corrected for the number of systems by Holm's method.
    """
    scores = {
        name: {one.example.id: score_v1(one.answer["text"], one.example.answers).f1 for one in answers}
        for name, answers in asked.items()
        if answers
    }
    if not scores:
        return {}
    first, *others = scores
    ids = [id_ for id_ in scores[first] if all(id_ in own for own in scores.values())]
    ours, questions, every = [scores[first][id_] for id_ in ids], Questions(ids), np.arange(len(ids))
    comparison: dict[str, dict[str, Any]] = {}
    for name in scores:
        theirs = [scores[name][id_] for id_ in ids]
        both = mean_measure(ours + theirs, 100)

        def difference(chosen: Integers, both: Any = both) -> float:
            return float(both(chosen + len(ids)) - both(chosen))

        measures = {"f1": mean_measure(theirs, 100), "difference": difference}
        figures = figures_with_intervals(measures, questions, every)
        pairs = Questions([(side, id_) for side in range(2) for id_ in ids])
        comparison[name] = {
            "questions": len(ids),
            "f1": figures["f1"].value,
            "interval": (figures["f1"].low, figures["f1"].high),
        }
        if name != first:
            comparison[name] |= {
                "difference": figures["difference"].value,
                "difference_interval": (figures["difference"].low, figures["difference"].high),
                "p": permutation_test({"f1": both}, pairs)["f1"],
            }
    for name, p in zip(others, holm([comparison[name]["p"] for name in others]), strict=True):
        comparison[name]["p"] = p
    return comparison


def comparison_table(comparison: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the comparison as a Markdown table with a row for each system."""
    first = next(iter(comparison), "")
    lines = [f"| | F1 (95%) | less {first} (95%) | p (Holm) |", "|---|---|---|---|"]
    for name, of in comparison.items():
        low, high = of["interval"]
        cells = [f"{of['f1']:.1f} ({low:.1f} to {high:.1f})", "", ""]
        if "p" in of:
            low, high = of["difference_interval"]
            cells[1:] = [f"{of['difference']:+.1f} ({low:+.1f} to {high:+.1f})", f"{of['p']:.4f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
