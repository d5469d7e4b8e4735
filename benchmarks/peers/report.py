"""The figures as a Markdown table and as a plot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["plot", "table"]

ROWS = {
    "top-1 EM": "exact_match",
    "top-1 F1": "f1",
    "EM of the questions without an error": "exact_match_without_errors",
    "F1 of the questions without an error": "f1_without_errors",
    "questions that end in an error": "errors",
    "gold paragraph cited": "citation",
    "answer marked where the gold one stands": "offsets",
    "recall@1": "recall_at_1",
    "recall@5": "recall_at_5",
    "recall@10": "recall_at_10",
    "F1 at the best threshold, half left out": "best_f1_half_left_out",
    "ms a question, p50": "p50_ms",
    "ms a question, p95": "p95_ms",
    "questions a second, 1 user": "questions_a_second_1_user",
    "questions a second, 8 users": "questions_a_second_8_users",
    "errors with 8 users": "errors_8_users",
    "paragraphs indexed a second": "indexed_a_second",
    "memory answering, MB at most": "memory_mb",
    "memory indexing, MB at most": "indexing_memory_mb",
}
LESS_IS_BETTER = {"errors", "errors_8_users", "p50_ms", "p95_ms", "memory_mb", "indexing_memory_mb"}


def table(figures: Mapping[str, Mapping[str, Any]], rows: Mapping[str, str] = ROWS) -> str:
    """Return a row for each figure and a column for each system, with the best of each row in bold."""
    lines = ["| | " + " | ".join(figures) + " |", "|---" * (len(figures) + 1) + "|"]
    for label, name in rows.items():
        values = [figures[system].get(name) for system in figures]
        known = [value for value in values if value is not None]
        if known:
            best = (min if name in LESS_IS_BETTER else max)(known)
            cells = (_cell(value, best if len(known) > 1 else None) for value in values)
            lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(figures: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """Plot F1 against the median latency, with a point for each system and a line to the 95th percentile."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for name, of in figures.items():
        ours = name == "quotewell"
        colour = "#b4441f" if ours else "#44566c"
        axes.plot([of["p50_ms"], of["p95_ms"]], [of["f1"]] * 2, color=colour, linewidth=1.2, alpha=0.6)
        axes.scatter(of["p50_ms"], of["f1"], s=70 if ours else 45, color=colour, zorder=3)
        axes.annotate(name, (of["p50_ms"], of["f1"]), xytext=(4, 7), textcoords="offset points", color=colour)
    axes.set_xlabel("milliseconds a question: median (dot) to 95th percentile (line's end)")
    axes.set_ylabel("top-1 F1")
    axes.set_xlim(left=0)
    axes.margins(y=0.15)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)


def _cell(value: Any, best: Any) -> str:
    text = "–" if value is None else f"{value:g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"**{text}**" if value is not None and value == best else text
