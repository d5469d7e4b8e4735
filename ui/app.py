"""The chat: what happens on the page, and how it is served."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

# Read by Gradio when it is imported: nothing is reported anywhere, and no table is made anew at every event.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)

import click
import gradio as gr

from qa.assistant import Assistant
from qa.chat import Chat
from qa.errors import QuotewellError, SettingsError
from ui import markup
from ui.api import add_endpoints
from ui.handlers import Handlers
from ui.layout import ARTICLES_TAB, SOURCE_TAB, STYLE, THEME, Page, lay_out

__all__ = ["build", "serve", "start"]

log = logging.getLogger(__name__)

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


def start(
    assistant: Assistant, *, host: str = "127.0.0.1", port: int = 0, open_browser: bool = False
) -> gr.Blocks:
    """Serve the chat from a background thread and return it; its ``local_url`` says where, ``close`` ends it.

    :param port: 0 takes a free port.
    :raises SettingsError: when the address or port cannot be listened on.
    """
    port = _free_port(host, port)
    app = build(assistant)
    app.queue(default_concurrency_limit=ASKING_AT_ONCE)
    threading.Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    app.launch(
        server_name=host,
        server_port=port,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        theme=THEME,
        css_paths=STYLE,
        max_file_size=f"{assistant.settings.max_file_mb}mb",
    )
    return app


def serve(assistant: Assistant, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False) -> None:
    """Serve the chat until Ctrl-C. The models load meanwhile, so that the page is there at once.

    :raises SettingsError: when the address or port cannot be listened on.
    """
    app = start(assistant, host=host, port=port, open_browser=open_browser)
    click.echo(f"Quotewell is at {app.local_url} (Ctrl-C stops it)")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        app.close(verbose=False)


def _free_port(host: str, port: int) -> int:
    """Return the port, or any free one for 0, after a try whether it can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}, port {port} ({error.strerror}); choose another") from error


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


def _warm_up(assistant: Assistant) -> None:
    try:
        assistant.warm_up()
    except QuotewellError as error:  # the first question will tell the visitor the same
        log.warning("the models did not load: %s", error)


def _toast(words: str) -> None:
    gr.Warning(markup.text(words[:1].upper() + words[1:]))  # Gradio shows it as HTML
