"""The chat: its page, and what happens on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from qa.assistant import Assistant
from ui import markup
from ui.api import add_endpoints
from ui.conversation.examples import Examples
from ui.conversation.handlers import Asked, Handlers
from ui.conversation.source_panel import NO_SOURCE
from ui.conversation.workers import Asking
from ui.layout import LIBRARY_TAB, SOURCE_TAB, Page, lay_out, script
from ui.library_tab.handlers import FIELDS, Librarian
from ui.state import Choices, Talk, View

__all__ = ["ASKING_AT_ONCE", "build"]

ASKING_AT_ONCE = 4
SESSION_SECONDS = 24 * 3600
UPLOAD_SECONDS = 3600
EMBEDDING_SECONDS = 2
"""How often the head of the page says how far the embedding is."""
# A question that is sent while another one is answered stays in its box until its turn comes; what is typed in its
# place meanwhile was not sent. The last question that failed comes back into a box that is still empty.
SEND = "(question) => { document.body.dataset.sent = question; }"
TAKE = "(question, ...rest) => [question === document.body.dataset.sent ? question : '', ...rest]"
GIVE_BACK = "(failed, question) => ['', question || failed]"


def build(
    assistant: Assistant,
    *,
    folders: bool = False,
    examples: Examples | None = None,
    on_load: Callable[[], None] = lambda: None,
) -> gr.Blocks:
    """Return the chat about the assistant's library, ready to be launched or mounted.

    :param folders: whether visitors may add folders of the machine that serves the chat.
    :param examples: finds questions to begin with.
    :param on_load: is called whenever a page has been shown.
    """
    asking = Asking(ASKING_AT_ONCE)
    handlers, librarian = Handlers(assistant, _toast, asking, examples), Librarian(assistant, _toast)
    app = gr.Blocks(
        title="Quotewell",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(UPLOAD_SECONDS, UPLOAD_SECONDS),
    )
    with app:
        talk = gr.State(None, time_to_live=SESSION_SECONDS)
        view = gr.State(None, time_to_live=SESSION_SECONDS)
        page = lay_out(assistant, folders=folders)
        add_endpoints(assistant, librarian, asking)
        events = _wire_asking(page, talk, view, handlers)
        _wire_talk(page, talk, view, handlers, events)
        shown = _wire_library(app, page, talk, view, handlers, librarian)
        shown.then(on_load, None, None, **_quietly())
        _wire_adding(page, talk, view, handlers, librarian)
        _wire_settings(app, page)
    return app


def _wire_asking(page: Page, talk: gr.State, view: gr.State, handlers: Handlers) -> list[Any]:
    """Return the events that can be broken off."""

    def shown(asked: Asked) -> tuple[Any, ...]:
        unchanged = asked.source is None
        source = (gr.skip(), gr.skip()) if unchanged else (asked.source, gr.Tabs(selected=SOURCE_TAB))
        return asked.talk, *source, asked.chat

    def ask(
        question: str, percent: float, passages: int, reader: str, talk: Talk | None, view: View | None
    ) -> Iterator[Any]:
        if not question.strip():
            yield gr.skip()  # without a step, Gradio would empty everything
            return
        box: Any = ""  # emptied once: what is typed from then on stays
        for asked in handlers.ask(question, _choices(percent, passages, reader), talk, view):
            yield box, asked.failed, *shown(asked)
            box = gr.skip()

    def resume(
        percent: float, passages: int, reader: str, view: View | None, event: gr.EventData
    ) -> Iterator[Any]:
        kept, key = _told(event, "questions"), _told(event, "conversation")
        yield from map(shown, handlers.resume(kept, key, _choices(percent, passages, reader), view))

    asking = _quietly(concurrency_limit=ASKING_AT_ONCE, concurrency_id="ask")
    settings = [page.percent, page.passages, page.reader]
    asked = [page.talk, page.source, page.tabs, talk]
    box, failed = page.question, gr.Textbox(visible=False)
    sent = box.submit(None, box, None, js=SEND)
    asks = sent.then(
        ask,
        [box, *settings, talk, view],
        [box, failed, *asked],
        js=TAKE,
        trigger_mode="always_last",
        **asking,
    )
    asks.then(None, [failed, box], [failed, box], js=GIVE_BACK)
    return [asks, page.talk.retry(resume, [*settings, view], asked, **asking)]


def _wire_talk(page: Page, talk: gr.State, view: gr.State, handlers: Handlers, asking: list[Any]) -> None:
    def begin() -> Any:
        return None, handlers.talk(None), markup.render_message(NO_SOURCE)

    def show(talk: Talk | None, event: gr.EventData) -> Any:
        return handlers.show(_told(event, "place"), talk), gr.Tabs(selected=SOURCE_TAB)

    def rate(talk: Talk | None, view: View | None, event: gr.EventData) -> str:
        handlers.rate(_told(event, "reply"), _told(event, "verdict"), _told(event, "comment"), talk)
        return handlers.talk(talk, view)

    def save(talk: Talk | None, event: gr.EventData) -> dict[str, str]:
        name, content = handlers.transcript(_told(event, "format"), talk)
        return {"name": name, "content": content}

    page.talk.clear(begin, None, [talk, page.talk, page.source], cancels=asking, **_quietly())
    page.talk.like(rate, [talk, view], page.talk, **_quietly())
    file = gr.JSON(visible=False)
    page.talk.download(save, talk, file, **_quietly()).then(None, file, None, js=script("download"))
    for panel in (page.talk, page.source, page.listing):
        panel.select(show, talk, [page.source, page.tabs], **_quietly())


def _wire_library(
    app: gr.Blocks, page: Page, talk: gr.State, view: gr.State, handlers: Handlers, librarian: Librarian
) -> Any:
    """Return the event of a page being shown."""

    def welcome(talk: Talk | None) -> Any:
        return gr.skip() if talk and talk.replies else handlers.talk(talk)

    def act(view: View | None, talk: Talk | None, event: gr.EventData) -> Any:
        told = {name: _told(event, name) for name in FIELDS if hasattr(event, name)}
        view = librarian.act(view, told)
        return view, *librarian.shelf(view), welcome(talk)

    def search(view: View | None, event: gr.EventData) -> Any:
        view = librarian.act(view, {"action": "search", "search": _told(event, "search")})
        return view, librarian.shelf(view).articles

    def load(view: View | None, talk: Talk | None) -> Any:
        return *librarian.shelf(view), handlers.talk(talk, view)

    shelf = [page.header, page.finder, page.chips, page.listing, page.talk]
    shown = app.load(load, [view, talk], shelf, **_quietly())
    clock = gr.Timer(EMBEDDING_SECONDS, active=False)
    clock.tick(librarian.header, None, page.header, **_quietly())
    page.header.change(lambda: gr.Timer(active=librarian.is_embedding()), None, clock, **_quietly())
    for panel in (page.source, page.chips, page.finder, page.listing):
        panel.apply(act, [view, talk], [view, *shelf], **_quietly())
    page.finder.input(search, view, [view, page.listing], trigger_mode="always_last", **_quietly())
    return shown


def _wire_adding(page: Page, talk: gr.State, view: gr.State, handlers: Handlers, librarian: Librarian) -> None:
    shelf = [page.header, page.finder, page.chips, page.listing, page.talk, page.tabs]
    options: dict[str, Any] = {
        "show_progress_on": page.adding.report,
        "concurrency_limit": 1,  # a slow add does not keep anyone from asking
        "concurrency_id": "add",
        "api_visibility": "private",
    }

    def added(view: View | None, talk: Talk | None) -> tuple[Any, ...]:
        return (
            *librarian.shelf(view),
            gr.skip() if talk and talk.replies else handlers.talk(talk),
            gr.Tabs(selected=LIBRARY_TAB),
        )

    # Gradio finds the progress bar by its being a default.
    def upload(
        paths: list[str] | None,
        view: View | None,
        talk: Talk | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Any:
        report = librarian.upload(paths or [], lambda share, words: progress(share, desc=words))
        return None, report, *added(view, talk)

    def paste(title: str, text: str, view: View | None, talk: Talk | None) -> Any:
        report = librarian.paste(title, text)
        left = ("", "") if report else (gr.skip(), gr.skip())  # what could not be added is not lost
        return *left, report, *added(view, talk)

    def add_folder(
        path: str,
        view: View | None,
        talk: Talk | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Any:
        report = librarian.add_folder(path, lambda share, words: progress(share, desc=words))
        return "" if report else gr.skip(), report, *added(view, talk)

    adding = page.adding
    adding.files.upload(upload, [adding.files, view, talk], [adding.files, adding.report, *shelf], **options)
    adding.paste.click(
        paste,
        [adding.title, adding.text, view, talk],
        [adding.title, adding.text, adding.report, *shelf],
        **options,
    )
    if adding.folder:
        adding.folder.submit(
            add_folder, [adding.folder, view, talk], [adding.folder, adding.report, *shelf], **options
        )


def _wire_settings(app: gr.Blocks, page: Page) -> None:
    """Keep the settings in the browser. The server has no part in it."""
    settings = [page.percent, page.passages, page.reader]
    made = json.dumps([setting.value for setting in settings])
    readers = json.dumps([name for _, name in page.reader.choices])
    app.load(None, settings, settings, js=f"(...now) => ({script('page')})({made}, {readers}, ...now)")
    for setting in (page.percent, page.passages, page.reader):
        setting.change(None, settings, None, js="(...now) => window.quotewell.store('settings', now)")


def _choices(percent: float, passages: float, reader: str | None) -> Choices:
    return Choices(percent / 100, int(passages), reader or "")


def _told(event: gr.EventData, name: str) -> str:
    """Return what a button or form of the page says; nothing when it does not say it."""
    return str(getattr(event, name, ""))


def _quietly(**options: Any) -> dict[str, Any]:
    """Return the options of an event that shows no spinner and that programs do not call."""
    return {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private", **options}


def _toast(words: str) -> None:
    gr.Warning(markup.escape(words[:1].upper() + words[1:]))  # Gradio shows it as HTML
