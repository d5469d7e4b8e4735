"""The articles of the library as a table, and the outcome of an add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.types import PARTS, AddReport, ArticleInfo
from ui.markup.rendering import render
from ui.markup.wording import outcomes_in_words
from ui.state import COLUMNS, PAGE_ROWS, Column, View

__all__ = ["render_add_report", "render_article_table"]

MAX_RESULTS = 200
EMPTY_LIBRARY = "There are no articles yet. Drop files anywhere on this page, or choose them above."
NO_MATCH = "No articles match."


def render_article_table(infos: Sequence[ArticleInfo], view: View | None = None, total: int | None = None) -> str:
    """Return the table of the library's articles.

    :param infos: the articles that match the view, in its order.
    :param total: the number of articles in the library.
    """
    view = view or View()
    start = view.page * PAGE_ROWS
    return render(
        "article_table.html",
        rows=[] if total == 0 else infos[start : start + PAGE_ROWS],
        message=NO_MATCH if total else EMPTY_LIBRARY,
        columns=[_column(name, view) for name in COLUMNS],
        editing=view.editing,
        picked=view.filters.articles,
        removed=view.removed.article if view.removed else None,
        page=view.page,
        last_page=max(0, len(infos) - 1) // PAGE_ROWS,
        first_row=start + 1,
        last_row=min(len(infos), start + PAGE_ROWS),
        total=len(infos),
    )


def render_add_report(report: AddReport) -> str:
    """Return the outcome for each file: failures first, then what was left out by kind, then the others."""
    return render(
        "add_report.html",
        summary=outcomes_in_words(report),
        foreign=report.foreign,
        failed=report.failures,
        skipped=report.skipped,
        others=[result for result in report.results if result.outcome not in ("failed", "skipped")],
        most=MAX_RESULTS,
        parts=PARTS,
    )


def _column(name: Column, view: View) -> Mapping[str, str]:
    order = ("descending" if view.descending else "ascending") if view.sort == name else "none"
    return {
        "name": name,
        "label": name.capitalize(),
        "css": "name" if name == "title" else name,
        "order": order,
    }
