"""The chat: its page, and what happens on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

# Read by Gradio when it is imported: nothing is reported anywhere, and no table is made anew at every event.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)

import gradio as gr

from qa.assistant import Assistant
from qa.chat import Chat
from ui import markup
from ui.api import add_endpoints
from ui.handlers import Handlers
from ui.layout import ARTICLES_TAB, SOURCE_TAB, Page, lay_out

__all__ = ["ASKING_AT_ONCE", "build"]

ASKING_AT_ONCE = 4
SESSION_SECONDS = 24 * 3600
UPLOAD_SECONDS = 3600


def build(assistant: Assistant) -> gr.Blocks:
    """Return the chat about the assistant's library, ready to be launched or mounted."""
    handlers = Handlers(assistant, _toast)
    app = gr.Blocks(
        title="Quotewell",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(UPLOAD_SECONDS, UPLOAD_SECONDS),
    )
    with app:
        chat = gr.State(None, time_to_live=SESSION_SECONDS)
        page = lay_out(assistant.settings.min_confidence)
        add_endpoints(assistant, handlers)
        _wire_talk(app, page, chat, handlers)
        _wire_articles(page, chat, handlers)
    return app


def _wire_talk(app: gr.Blocks, page: Page, chat: gr.State, handlers: Handlers) -> None:
    def ask(question: str, percent: float, state: Chat | None) -> Iterator[Any]:
        for asked in handlers.ask(question, percent / 100, state):
            unchanged = asked.source is None
            source = (gr.skip(), gr.skip()) if unchanged else (asked.source, gr.Tabs(selected=SOURCE_TAB))
            yield asked.box, asked.talk, *source, asked.chat

    def ask_example(percent: float, state: Chat | None, event: gr.EventData) -> Iterator[Any]:
        yield from ask(str(event.question), percent, state)

    def show(state: Chat | None, event: gr.EventData) -> Any:
        return handlers.show(str(event.place), state), gr.Tabs(selected=SOURCE_TAB)

    asking = _quietly(concurrency_limit=ASKING_AT_ONCE, concurrency_id="ask")
    asked = [page.question, page.talk, page.source, page.tabs, chat]
    app.load(handlers.shelf, chat, [page.header, page.listing, page.talk], **_quietly())
    page.question.submit(ask, [page.question, page.percent, chat], asked, **asking)
    page.talk.submit(ask_example, [page.percent, chat], asked, **asking)
    for panel in (page.talk, page.listing):
        panel.select(show, chat, [page.source, page.tabs], **_quietly())


def _wire_articles(page: Page, chat: gr.State, handlers: Handlers) -> None:
    # Gradio finds the progress bar by its being a default.
    def upload(paths: list[str] | None, state: Chat | None, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
        report = handlers.upload(paths or [], lambda share, words: progress(share, desc=words))
        return None, report, *handlers.shelf(state), gr.Tabs(selected=ARTICLES_TAB)

    page.files.upload(
        upload,
        [page.files, chat],
        [page.files, page.report, page.header, page.listing, page.talk, page.tabs],
        show_progress_on=page.report,
        concurrency_limit=1,  # a slow add does not keep anyone from asking
        concurrency_id="add",
        api_visibility="private",
    )


def _quietly(**options: Any) -> dict[str, Any]:
    """Return the options of an event that shows no spinner and that programs do not call."""
    return {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private", **options}


def _toast(words: str) -> None:
    gr.Warning(markup.text(words[:1].upper() + words[1:]))  # Gradio shows it as HTML
