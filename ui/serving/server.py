"""Serves the chat: what every request passes, the loading of the models in the meantime, and the end of it."""

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
import webbrowser
from functools import cache

import click
import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from starlette.types import ASGIApp

from qa.assistant import Assistant
from qa.errors import QuotewellError, SettingsError
from ui.app import ASKING_AT_ONCE, build
from ui.conversation.example_questions import Examples
from ui.gradio_internals import (
    keep_pending_messages,
    mark_as_launched,
    restrict_uploads,
    set_mcp_headers,
)
from ui.layout import STYLES
from ui.serving.access import USER, Access, AccountLogin, Sessions, TokenLogin, basic
from ui.serving.bodies import BodyLimits, LimitedBodies
from ui.serving.connections import PatientProtocol, raise_file_limit
from ui.serving.ownership import Ownership
from ui.serving.request_filter import RequestFilter
from ui.serving.response_headers import ResponseHeaders
from ui.serving.settings import ServerOptions
from ui.theme import THEME

__all__ = ["Server", "serve", "start"]

log = logging.getLogger(__name__)

FIRST_PAGE_SECONDS = 3.0
"""How long the models wait for a page to be shown before they load."""
MAX_PAGES = 1000
"""Pages whose state is kept, 70 kB each and their conversations. Beyond, the least recently used go."""
START_SECONDS = 60.0
CLOSE_SECONDS = 1


class Server:
    """The running chat.

    ``url`` is where it is; ``address`` carries the token too, where one is needed. ``blocks`` is the Gradio app.
    """

    def __init__(self, app: ASGIApp, blocks: gr.Blocks, options: ServerOptions, port: int, token: str) -> None:
        host = f"[{options.host}]" if ":" in options.host else options.host
        reachable = "127.0.0.1" if options.host == "0.0.0.0" else "[::1]" if options.host == "::" else host  # noqa: S104
        self.url = f"http://{reachable}:{port}/"
        self.address = f"{self.url}?token={token}" if token else self.url
        self.token = token
        self.blocks = blocks
        config = uvicorn.Config(
            app,
            host=options.host,
            port=port,
            http=PatientProtocol,
            ws="none",
            limit_concurrency=options.limits.max_connections,
            timeout_graceful_shutdown=CLOSE_SECONDS,
            server_header=False,
            log_level="error",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="server", daemon=True)

    def begin(self) -> None:
        """Answer requests from now on.

        :raises SettingsError: if the server does not start.
        """
        self._thread.start()
        stopped = threading.Event()
        for _ in range(round(START_SECONDS / 0.01)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            stopped.wait(0.01)
        raise SettingsError(f"the server did not start at {self.url}; choose another --host or --port")

    def close(self) -> None:
        """Stop answering. Closing twice is fine."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # open pages are cut off, which is no error
        self._server.should_exit = True
        self.blocks.close(verbose=False)
        self._thread.join()


def start(assistant: Assistant, options: ServerOptions | None = None) -> Server:
    """Serve the chat from a background thread.

    :raises SettingsError: if the address or port cannot be listened on, or the options are not safe.
    """
    options = options or ServerOptions()
    options.check()
    raise_file_limit()
    port = _free_port(options.host, options.port)
    os.environ["GRADIO_TEMP_DIR"] = _upload_folder()
    examples, shown = Examples(assistant), threading.Event()
    blocks = build(assistant, folders=options.folders, examples=examples, on_load=shown.set)
    restrict_uploads(blocks, options.limits.max_upload_files)
    blocks.queue(default_concurrency_limit=ASKING_AT_ONCE)
    keep_pending_messages(blocks)
    blocks.state_session_capacity = MAX_PAGES
    key = basic("", secrets.token_urlsafe())
    app: ASGIApp = gr.mount_gradio_app(
        FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        blocks,
        path="/",
        server_name=options.host,
        server_port=port,
        auth_dependency=_user_of if options.needs_login else None,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        theme=THEME,
        css_paths=STYLES,
        max_file_size=f"{assistant.settings.max_file_mb}mb",
        mcp_server=options.mcp,
    )
    token = options.start_token
    server = Server(_guarded(app, options, port, token, key), blocks, options, port, token)
    mark_as_launched(blocks, server.url)
    server.begin()
    if options.mcp:
        set_mcp_headers(blocks, server.url, {"Authorization": key})
    loading = (assistant, examples, shown)
    threading.Thread(target=_warm_up, args=loading, name="warm-up", daemon=True).start()
    if options.open_browser:
        webbrowser.open(server.address)
    return server


def serve(assistant: Assistant, options: ServerOptions) -> None:
    """Serve the chat until Ctrl-C or SIGTERM. The models load in the meantime, so that the page is there at once.

    :raises SettingsError: if the address or port cannot be listened on, or the options are not safe.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager stops it as cleanly as Ctrl-C
    server = start(assistant, options)
    click.echo(f"Quotewell is at {server.address} (Ctrl-C stops it)")
    if options.mcp:
        click.echo(f"MCP clients connect to {server.url}gradio_api/mcp/")
    if options.is_open:
        click.echo("Warning: everyone who can reach this address can read and change the library.", err=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        server.close()


def _guarded(app: ASGIApp, options: ServerOptions, port: int, token: str, key: str) -> ASGIApp:
    """Return the application behind everything that a request must pass; the last line is the first to see it."""
    if options.accounts:
        app = Ownership(app, uploads=_upload_folder())
        app = Access(app, login=AccountLogin(options.accounts), sessions=Sessions(port), key=key)
    elif token:
        app = Access(app, login=TokenLogin(token), sessions=Sessions(port), key=key)
    limits = options.limits
    app = LimitedBodies(app, limits=BodyLimits(upload_mb=limits.max_upload_mb, body_mb=limits.max_body_mb))
    app = RequestFilter(app, local=options.is_local, allowed_origins=options.allowed_origins)
    return ResponseHeaders(app, allowed_origins=options.allowed_origins)


def _user_of(request: Request) -> str | None:
    """Tell Gradio who makes a request, as ``Access`` has found out."""
    user: str | None = request.scope.get(USER)
    return user


@cache
def _upload_folder() -> str:
    """Return a folder for uploads that no other user of the machine can read, and no other app shares."""
    folder = tempfile.mkdtemp(prefix="quotewell-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _free_port(host: str, port: int) -> int:
    """Return the port, or any free one for 0, after a try whether it can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}, port {port} ({error.strerror}); choose another") from error


def _warm_up(assistant: Assistant, examples: Examples, shown: threading.Event) -> None:
    """Load the models once the first page is shown, which would wait for them otherwise: imports hold the GIL."""
    shown.wait(FIRST_PAGE_SECONDS)
    try:
        assistant.warm_up()
        examples.begin()
        assistant.embed_in_background()  # what an earlier add left, and what other processes add
    except QuotewellError as error:  # the first question will report the same to the visitor
        log.warning("the models did not load: %s", error)
