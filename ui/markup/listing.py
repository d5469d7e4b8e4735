"""The articles of the library, and what became of those that were added."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import AddReport, AddResult, ArticleInfo
from ui.markup.escaping import attribute, text
from ui.markup.page import message
from ui.markup.wording import counted, day, file_name, joined, more, titled

__all__ = ["articles", "report"]

MAX_ROWS = 200
OUTCOMES = {"added": "Added", "updated": "Updated", "unchanged": "Unchanged", "failed": "Failed"}


def articles(infos: Sequence[ArticleInfo]) -> str:
    """Return the list of the library's articles."""
    if not infos:
        return message("There are no articles yet. Drop files here or choose them.")
    rows = "".join(_article_row(info) for info in infos[:MAX_ROWS])
    return f'<ul class="qw-articles">{rows}</ul>{more(len(infos) - MAX_ROWS, "article")}'


def report(added: AddReport) -> str:
    """Return what became of each file of an add, the failures first."""
    results = sorted(added.results, key=lambda result: result.outcome != "failed")
    rows = "".join(_result_row(result) for result in results[:MAX_ROWS])
    return (
        f'<div class="qw-report" role="status"><p><b>{text(str(added))}</b></p><ul>{rows}</ul>'
        f"{more(len(results) - MAX_ROWS, 'file')}</div>"
    )


def _article_row(info: ArticleInfo) -> str:
    origin = text(file_name(info.source))
    facts = joined(
        day(info.date), counted(info.passages, "passage"), *map(text, info.tags), f"<bdi>{origin}</bdi>"
    )
    return (
        f'<li><button type="button" data-place="article:{attribute(info.id)}">'
        f'<span class="qw-title">{titled(info.title)}</span><span class="qw-facts">{facts}</span></button></li>'
    )


def _result_row(result: AddResult) -> str:
    detail = result.reason or (counted(result.passages, "passage") if result.passages else "")
    return (
        f'<li class="qw-{result.outcome}"><span class="qw-outcome">{OUTCOMES[result.outcome]}</span>'
        f"<bdi>{text(result.source)}</bdi><small>{text(detail)}</small></li>"
    )
