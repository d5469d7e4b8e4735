"""The articles of the library as a table, and what became of those that were added."""

from __future__ import annotations

from collections.abc import Sequence

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text
from qa.types import AddReport, AddResult, ArticleInfo
from ui.markup.page import render_message
from ui.markup.wording import counted, day, file_name, more, named, titled
from ui.state import COLUMNS, PAGE_ROWS, Column, View

__all__ = ["render_add_report", "render_article_table"]

MAX_RESULTS = 200
LABELS: dict[Column, str] = {
    "title": "Title",
    "source": "Source",
    "date": "Date",
    "passages": "Passages",
    "characters": "Characters",
}
OUTCOMES = {"added": "Added", "updated": "Updated", "unchanged": "Unchanged", "failed": "Failed"}


def render_article_table(infos: Sequence[ArticleInfo], view: View | None = None, total: int | None = None) -> str:
    """Return the table of the library's articles.

    :param infos: those that the view finds, in its order.
    :param total: how many the library holds.
    """
    view = view or View()
    undo = _undo(view)
    if total == 0 or (total is None and not infos):
        return undo + render_message("There are no articles yet. Drop files here or choose them.")
    if not infos:
        return undo + render_message("No article is like that.")
    since = view.page * PAGE_ROWS
    rows = "".join(_row(info, view) for info in infos[since : since + PAGE_ROWS])
    return (
        f'{undo}<table class="qw-articles"><caption class="qw-hidden">Articles of the library</caption>'
        f"<thead><tr>{''.join(_heading(column, view) for column in COLUMNS)}"
        '<th scope="col"><span class="qw-hidden">What to do</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{_pages(len(infos), view.page)}"
    )


def render_add_report(added: AddReport) -> str:
    """Return what became of each file of an add, the failures first."""
    results = sorted(added.results, key=lambda result: result.outcome != "failed")
    rows = "".join(_result_row(result) for result in results[:MAX_RESULTS])
    return (
        f'<div class="qw-report" role="status"><p><b>{text(str(added))}</b></p><ul>{rows}</ul>'
        f"{more(len(results) - MAX_RESULTS, 'file')}</div>"
    )


def _heading(column: Column, view: View) -> str:
    name = "name" if column == "title" else column
    order = ("descending" if view.descending else "ascending") if view.sort == column else "none"
    return (
        f'<th scope="col" class="qw-{name}" aria-sort="{order}"><button type="button" data-action="sort" '
        f'data-column="{column}">{LABELS[column]}</button></th>'
    )


def _row(info: ArticleInfo, view: View) -> str:
    if view.editing == info.id:
        return f'<tr class="qw-editing"><td colspan="{len(COLUMNS) + 1}">{_form(info)}</td></tr>'
    tags = "".join(
        f'<button type="button" class="qw-tag" data-action="tag" data-tag="{attribute(tag)}" '
        f'title="Ask articles with this tag alone">{text(tag)}</button>'
        for tag in info.tags
    )
    opened = (
        f'<button type="button" class="qw-open" data-place="article:{attribute(info.id)}">'
        f'<span class="qw-title">{titled(info.title)}</span></button>'
    )
    return (
        f'<tr><td class="qw-name">{opened}{tags and f"<p>{tags}</p>"}</td>'
        f'<td class="qw-source"><bdi title="{attribute(info.source)}">{text(file_name(info.source))}</bdi></td>'
        f'<td class="qw-date">{day(info.date, short=True)}</td>'
        f'<td class="qw-passages">{info.passages:,}</td><td class="qw-characters">{info.characters:,}</td>'
        f'<td class="qw-do">{_action("edit", "Edit", info)}{_action("remove", "Remove", info)}</td></tr>'
    )


def _action(action: str, label: str, info: ArticleInfo) -> str:
    title = attribute(f"{label} {info.title or 'Untitled'}")
    return (
        f'<button type="button" class="qw-quiet" data-action="{action}" data-article="{attribute(info.id)}" '
        f'aria-label="{title}">{label}</button>'
    )


def _form(info: ArticleInfo) -> str:
    return (
        f'<form data-action="save" data-article="{attribute(info.id)}">'
        f'<label>Title<input name="title" type="text" required value="{attribute(info.title)}"></label>'
        '<label>Tags, with commas between<input name="tags" type="text" '
        f'value="{attribute(", ".join(info.tags))}">'
        '</label><div class="qw-tools"><button class="qw-strong">Save</button>'
        '<button type="button" class="qw-quiet" data-action="cancel">Cancel</button></div></form>'
    )


def _undo(view: View) -> str:
    if view.removed is None:
        return ""
    return (
        f'<p class="qw-undo" role="status"><span>Removed {titled(view.removed.article.title)}.</span>'
        '<button type="button" class="qw-strong" data-action="undo" '
        f'data-article="{attribute(view.removed.article.id)}">Undo</button></p>'
    )


def _pages(count: int, page: int) -> str:
    if count <= PAGE_ROWS:
        return ""
    last = (count - 1) // PAGE_ROWS
    since = page * PAGE_ROWS
    shown = f"{since + 1:,} to {min(count, since + PAGE_ROWS):,} of {counted(count, 'article')}"
    return (
        f'<nav class="qw-walk" aria-label="Pages of the list">{_page_button(page - 1, last, "Previous", "‹")}'
        f"<span>{shown}</span>{_page_button(page + 1, last, 'Next', '›')}</nav>"
    )


def _page_button(to: int, last: int, label: str, sign: str) -> str:
    state = f'data-action="page" data-page="{to}"' if 0 <= to <= last else "disabled"
    return (
        f'<button type="button" {state} data-step="{label.lower()}" aria-label="{label} page" '
        f'title="{label} page">{sign}</button>'
    )


def _result_row(result: AddResult) -> str:
    detail = result.reason or (counted(result.passages, "passage") if result.passages else "")
    return (
        f'<li class="qw-{result.outcome}"><span class="qw-outcome">{OUTCOMES[result.outcome]}</span>'
        f"<bdi>{text(named(result.source))}</bdi><small>{text(detail)}</small></li>"
    )
