"""The words of charts and diagrams, which Office files keep in parts of their own."""

from __future__ import annotations

from typing import Any

from qa.loaders.fields import one_line
from qa.loaders.formats.office.cell_values import shown_number
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder

__all__ = ["DRAWING", "write_chart", "write_diagram", "write_drawing"]

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
MAX_POINTS = 10_000


def write_drawing(root: Any, builder: TextBuilder) -> None:
    """Write a chart or the data of a diagram; another part is left out."""
    if root.tag == f"{_CHART}chartSpace":
        write_chart(root, builder)
    elif root.tag == f"{_DIAGRAM}dataModel":
        write_diagram(root, builder)


def write_chart(root: Any, builder: TextBuilder) -> None:
    """Write the title of a chart, and its series as a table: a row for each category."""
    element = root.find(f"{_CHART}chart/{_CHART}title")
    title = "" if element is None else _words(element)
    builder.add(title)
    builder.end(PARAGRAPH)
    series = list(root.iter(f"{_CHART}ser"))
    columns = [_points(_first(one, "val", "yVal")) for one in series]
    categories: dict[int, str] = {}
    for one in series:
        categories = categories or _points(_first(one, "cat", "xVal"))
    rows = sorted({index for points in (*columns, categories) for index in points})[:MAX_POINTS]
    if not any(columns):
        return
    names = [_name(one) for one in series]
    table = [[categories.get(row, ""), *(points.get(row, "") for points in columns)] for row in rows]
    if len(names) > 1:
        builder.table([["", *names], *table], header_rows=1)
    else:  # pairs, under the name of the series
        builder.table([names, *table] if names != [title] else table, header_rows=0)


def write_diagram(root: Any, builder: TextBuilder) -> None:
    """Write the texts of a diagram (SmartArt) as a list."""
    builder.end(PARAGRAPH)
    for point in root.iter(f"{_DIAGRAM}pt"):
        if point.get("type", "node") in ("node", "asst") and (text := _words(point)):
            builder.start_item()
            builder.add(text)
            builder.end(LINE)
    builder.end(PARAGRAPH)


def _words(element: Any) -> str:
    paragraphs = element.iter(f"{DRAWING}p")
    return one_line(" ".join("".join(node.text or "" for node in item.iter(f"{DRAWING}t")) for item in paragraphs))


def _first(series: Any, *names: str) -> Any:
    return next((found for name in names if (found := series.find(_CHART + name)) is not None), None)


def _points(values: Any) -> dict[int, str]:
    """Return the values of a series by their index, as they are shown."""
    if values is None:
        return {}
    code = next((node.text or "" for node in values.iter(f"{_CHART}formatCode")), "General")
    points: dict[int, str] = {}
    for point in values.iter(f"{_CHART}pt"):
        index, text = point.get("idx", ""), point.findtext(f"{_CHART}v") or ""
        if index.isdecimal() and text:
            is_number = point.getparent().tag.endswith(("numCache", "numLit"))
            points[int(index)] = (
                shown_number(text, point.get("formatCode") or code) if is_number else one_line(text)
            )
    return points


def _name(series: Any) -> str:
    name = series.find(f"{_CHART}tx")
    return "" if name is None else one_line(" ".join(node.text or "" for node in name.iter(f"{_CHART}v")))
