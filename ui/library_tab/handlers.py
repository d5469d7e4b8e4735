"""Handlers of the library tab's events: add, list, filter, edit and remove articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from qa.assistant import Assistant
from qa.errors import ArticleError, SettingsError
from qa.types import AddReport, Filters
from ui import markup
from ui.conversation.handlers import Notify, notifying
from ui.library_tab.adding import OnProgress, add_folder, add_text, add_uploads
from ui.library_tab.listing import clamp_page, list_tags, search_articles
from ui.state import COLUMNS, Removed, View

__all__ = ["FIELDS", "LibraryHandlers", "LibraryPanels"]

FIELDS = (
    "action",
    "after",
    "article",
    "before",
    "column",
    "date",
    "field",
    "keep_undated",
    "page",
    "search",
    "source",
    "tag",
    "tags",
    "title",
)
Fields = Mapping[str, str]
"""The data of a button or form; the keys are from ``FIELDS``."""


class LibraryPanels(NamedTuple):
    """The HTML of the panels that show the library."""

    header: str
    finder: str
    chips: str
    articles: str


class LibraryHandlers:
    """Handles the events of the library tab.

    :param notify: shows an error message to the visitor.
    :param folders: folders of the server whose files visitors may add.
    :param names: the names of all libraries that visitors can choose.
    :param name: the name of this one.
    """

    def __init__(
        self,
        assistant: Assistant,
        notify: Notify,
        folders: Sequence[Path] = (),
        *,
        names: Sequence[str] = (),
        name: str = "",
    ) -> None:
        self._assistant = assistant
        self._names, self._name = names, name
        self._folders = folders
        self._notify = notify
        self._actions: dict[str, Callable[[View, Fields], View]] = {
            "search": lambda view, data: replace(view, search=data["search"], page=0),
            "sort": _sorted_by,
            "page": lambda view, data: replace(view, page=int(data["page"])),
            "filter": _filtered,
            "unfilter": _unfiltered,
            "keep-undated": lambda view, _: _narrowed(view, keep_undated=True),
            "tag": lambda view, data: _narrowed(view, tags=(data["tag"],), articles=()),
            "only": lambda view, data: replace(view, filters=Filters(articles=(data["article"],)), page=0),
            "pick": _picked,
            "edit": lambda view, data: replace(view, editing=data["article"]),
            "cancel": lambda view, _: replace(view, editing=""),
            "save": self._save,
            "remove": self._remove,
            "undo": self._undo,
        }

    def header(self) -> str:
        """Return the current header of the page."""
        state = self._assistant.embedding_state()
        return markup.render_header(self._assistant.article_count, state, self._names, self._name)

    def is_embedding(self) -> bool:
        """Whether passages are still pending, so that the header will change."""
        return bool(self._assistant.embedding_state().pending)

    def render(self, view: View | None = None) -> LibraryPanels:
        """Return the panels for a visitor's view of the library."""
        view = view or View()
        articles = self._assistant.articles()
        filtered = self._assistant.articles(view.filters) if view.filters else articles
        pickable = replace(view.filters, articles=())  # so that more articles can be ticked
        listed = search_articles(self._assistant.articles(pickable) if pickable else articles, view)
        view = replace(view, page=clamp_page(view.page, len(listed)))
        titles = {info.id: info.title for info in articles if info.id in view.filters.articles}
        return LibraryPanels(
            self.header(),
            markup.render_filter_form(view, list_tags(articles)),
            markup.render_active_filters(
                view.filters, titles, len(filtered), len(articles), self._assistant.undated_left_out(view.filters)
            ),
            markup.render_article_table(listed, view, len(articles)),
        )

    def act(self, view: View | None, data: Fields) -> View:
        """Run the action of a button or form and return the visitor's new view."""
        view = view or View()
        with notifying(self._notify):
            try:
                return self._actions[data["action"]](view, data)
            except (KeyError, ValueError) as error:  # the page never sends this
                raise SettingsError("the server does not understand this page; reload it") from error
        return view

    def upload(self, paths: Sequence[str | Path], on_progress: OnProgress | None = None) -> str:
        """Add uploaded files and return the report to show."""
        return self._report(lambda: self.add(paths, on_progress))

    def add(self, paths: Sequence[str | Path], on_progress: OnProgress | None = None) -> AddReport:
        """Add uploaded files and return a report with the outcome for each.

        :raises QuotewellError: if the library cannot be written.
        """
        return add_uploads(self._assistant, paths, on_progress or (lambda *_: None))

    def paste(self, title: str, text: str) -> str:
        """Add a pasted text and return the report to show; empty if it could not be added."""
        return self._report(lambda: add_text(self._assistant, title, text))

    def add_folder(self, path: str, on_progress: OnProgress) -> str:
        """Add a folder of the server and return the report to show; empty if it could not be added."""
        return self._report(lambda: add_folder(self._assistant, path, self._folders, on_progress))

    def _report(self, add: Callable[[], AddReport]) -> str:
        with notifying(self._notify):
            return markup.render_add_report(add())
        return ""

    def _save(self, view: View, data: Fields) -> View:
        tags = data["tags"].split(",")
        self._assistant.edit(data["article"], title=data["title"], tags=tags, date=data.get("date"))
        return replace(view, editing="")

    def _remove(self, view: View, data: Fields) -> View:
        article = self._assistant.get(data["article"])
        content_hash = self._assistant.content_hashes([article.id])[article.id]
        self._assistant.remove(article.id)
        others = tuple(id_ for id_ in view.filters.articles if id_ != article.id)
        return replace(
            view, removed=Removed(article, content_hash), filters=replace(view.filters, articles=others)
        )

    def _undo(self, view: View, _: Fields) -> View:
        if view.removed is None:
            raise ArticleError("there is nothing to undo")
        self._assistant.restore(view.removed.article, view.removed.content_hash)
        return replace(view, removed=None)


def _sorted_by(view: View, data: Fields) -> View:
    """Sort by a column: ascending first, then descending, then not at all."""
    column = COLUMNS[COLUMNS.index(data["column"])]
    if view.sort != column:
        return replace(view, sort=column, descending=False, page=0)
    if not view.descending:
        return replace(view, descending=True, page=0)
    return replace(view, sort=None, descending=False, page=0)


def _filtered(view: View, data: Fields) -> View:
    after, before = (dt.date.fromisoformat(data[name]) if data[name] else None for name in ("after", "before"))
    if after and before and after > before:
        raise SettingsError("the start date is after the end date, so no article can match")
    sources, tags = ((data[name].strip(),) if data[name].strip() else () for name in ("source", "tag"))
    filters = Filters(after, before, sources, tags, keep_undated=bool(data.get("keep_undated")))
    return replace(view, filters=filters, page=0)


def _unfiltered(view: View, data: Fields) -> View:
    empty = {field.name: field.default for field in fields(Filters)}[data["field"]]
    return _narrowed(view, **{data["field"]: empty})


def _picked(view: View, data: Fields) -> View:
    """Tick an article, to ask only those that are ticked, or take the tick away."""
    picked = dict.fromkeys(view.filters.articles)
    if data["article"] in picked:
        del picked[data["article"]]
    else:
        picked[data["article"]] = None
    return replace(view, filters=replace(view.filters, articles=tuple(picked)))


def _narrowed(view: View, **changed: Any) -> View:
    return replace(view, filters=replace(view.filters, **changed), page=0)
