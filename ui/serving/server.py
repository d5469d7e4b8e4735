"""Serve the chat, load the models in the background, and stop cleanly."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from functools import cache
from typing import Any, cast

import click
import gradio as gr
from starlette.middleware import Middleware

from qa.assistant import Assistant
from qa.errors import QuotewellError, SettingsError
from ui.app import ASKING_AT_ONCE, build
from ui.conversation.examples import Examples
from ui.gradio_internals import keep_pending_messages, restrict_uploads, set_mcp_headers
from ui.layout import STYLES
from ui.serving.login import ProgramLogin, basic, checker
from ui.serving.request_filter import RequestFilter
from ui.serving.settings import ServerOptions
from ui.theme import THEME

__all__ = ["serve", "start"]

log = logging.getLogger(__name__)

PAGE_SECONDS = 3.0  # longest wait for a first page before the models load
PAGES = 1000  # sessions kept, least recently used out first; 70 KB each plus the conversation


def start(assistant: Assistant, options: ServerOptions | None = None) -> gr.Blocks:
    """Serve the chat from a background thread and return its app, with its ``local_url`` and ``close()``.

    :raises SettingsError: if the server cannot listen on the address or port, or the options are not safe.
    """
    options = options or ServerOptions()
    options.check()
    port = _free_port(options.host, options.port)
    os.environ["GRADIO_TEMP_DIR"] = _upload_folder()
    examples, shown = Examples(assistant), threading.Event()
    app = build(assistant, folders=options.is_local, examples=examples, on_load=shown.set)
    restrict_uploads(app, options.limits.max_upload_files)
    app.queue(default_concurrency_limit=ASKING_AT_ONCE)
    keep_pending_messages(app)
    loading = (assistant, examples, shown)
    threading.Thread(target=_warm_up, args=loading, name="warm-up", daemon=True).start()
    middleware = [Middleware(RequestFilter, local=options.is_local, max_upload_mb=options.limits.max_upload_mb)]
    check, key = checker(options.accounts) if options.accounts else None, basic("", secrets.token_urlsafe())
    if check:
        middleware.append(Middleware(ProgramLogin, check=check, key=key))
    app.launch(
        server_name=f"[{options.host}]" if ":" in options.host else options.host,
        server_port=port,
        inbrowser=options.open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        theme=THEME,
        css_paths=STYLES,
        state_session_capacity=PAGES,
        max_file_size=f"{assistant.settings.max_file_mb}mb",
        auth=cast(Any, check),  # it is awaited
        mcp_server=options.mcp,
        app_kwargs={"middleware": middleware},
    )
    if check:
        set_mcp_headers(app, {"Authorization": key})
    return app


def serve(assistant: Assistant, options: ServerOptions) -> None:
    """Serve the chat until Ctrl-C or SIGTERM. The models load in the background, so the page is up at once.

    :raises SettingsError: if the server cannot listen on the address or port, or the options are not safe.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager stops it like Ctrl-C
    app = start(assistant, options)
    click.echo(f"Quotewell is at {app.local_url} (Ctrl-C stops it)")
    if options.mcp:
        click.echo(f"MCP clients connect to {app.local_url}gradio_api/mcp/")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        app.close(verbose=False)


@cache
def _upload_folder() -> str:
    """Return a folder for uploads that is private to this user and this process."""
    folder = tempfile.mkdtemp(prefix="quotewell-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0, after checking that the server can listen on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}, port {port} ({error.strerror}); choose another") from error


def _warm_up(assistant: Assistant, examples: Examples, shown: threading.Event) -> None:
    """Load the models after the first page is shown, since their imports hold the GIL and would delay it."""
    shown.wait(PAGE_SECONDS)
    try:
        assistant.warm_up()
        examples.begin()
        assistant.embed_in_background()  # passages left by an earlier add, or added by other processes
    except QuotewellError as error:  # the visitor sees the same error at the first question
        log.warning("the models did not load: %s", error)
