"""Pieces of a report's page. Everything that is put in is escaped here, unless it says that it is HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.evaluation.metrics.figures import Figure
from qa.export.escaping import html_attribute, html_text

__all__ = ["DASH", "bullets", "estimate", "interval", "number", "section", "table"]

DASH = "–"


def section(name: str, title: str, *parts: str) -> str:
    """Return a section of the page; ``parts`` are HTML."""
    inner = "\n".join(part for part in parts if part)
    return f'<section id="{html_attribute(name)}">\n<h2>{html_text(title)}</h2>\n{inner}\n</section>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Return a table, whose first column names its rows; the cells are text."""
    columns = "".join(f'<th scope="col">{html_text(cell)}</th>' for cell in head)
    body = "\n".join(_row(row) for row in rows)
    named = f"<caption>{html_text(caption)}</caption>" if caption else ""
    label = html_attribute(caption or head[0])
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f"<table>{named}<thead><tr>{columns}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def bullets(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names with their values, which are text."""
    inner = "\n".join(f"<div><dt>{html_text(name)}</dt><dd>{html_text(value)}</dd></div>" for name, value in pairs)
    return f"<dl>\n{inner}\n</dl>"


def number(value: float | None, decimals: int = 3) -> str:
    """Return a number as it is read, a dash for none."""
    return DASH if value is None else f"{value:,.{decimals}f}"


def interval(figure: Figure, decimals: int = 3) -> str:
    """Return the ends of a figure's interval, "" where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low, decimals)} to {number(figure.high, decimals)}"


def estimate(figure: Figure, decimals: int = 3) -> str:
    """Return a figure with its interval behind it."""
    ends = interval(figure, decimals)
    return f"{number(figure.value, decimals)} ({ends})" if ends else number(figure.value, decimals)


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    data = "".join(f"<td>{html_text(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{html_text(first)}</th>{data}</tr>'
