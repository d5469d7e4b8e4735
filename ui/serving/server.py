"""Start and stop the server, put its middleware together, and load the models in the background."""

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
from collections.abc import Mapping, Sequence
from functools import cache, partial

import click
import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from starlette.types import ASGIApp

from qa.assistant import Assistant
from qa.errors import QuotewellError, SettingsError
from ui import markup
from ui.app import ASKING_AT_ONCE, build
from ui.conversation.example_questions import Examples
from ui.conversation.greeting import Greeting
from ui.conversation.workers import QUESTION_QUEUE, QuestionThreads
from ui.gradio_internals import (
    hide_file_tools,
    keep_pending_messages,
    mark_as_launched,
    measure_queue,
    restrict_uploads,
    set_mcp_headers,
)
from ui.layout import ICON, STYLES
from ui.rest.problems import PREFIX
from ui.rest.rest_api import build_rest_api
from ui.rest.uploaded_files import UploadedFiles
from ui.serving.access import USER, Access, AccountLogin, TokenLogin, basic_auth
from ui.serving.bodies import BodyLimits, LimitedBodies
from ui.serving.connections import PatientProtocol, raise_file_limit
from ui.serving.first_paint import FirstPaint
from ui.serving.monitoring.probes import HEALTH, READY, LibraryWatch, Probes
from ui.serving.monitoring.prometheus import METRICS, ServerMetrics
from ui.serving.ownership import Ownership
from ui.serving.request_filter import RequestFilter
from ui.serving.response_headers import ResponseHeaders
from ui.serving.sessions import RememberedSessions, SignedSessions
from ui.serving.settings import ServerOptions
from ui.theme import THEME

__all__ = ["Server", "serve", "start"]

log = logging.getLogger(__name__)

FIRST_PAGE_SECONDS = 3.0
"""How long the models wait for the first page before they load anyway."""
MAX_PAGES = 1000
"""Pages whose state is kept: 70 kB each, plus their conversations. The least recently used are dropped first."""
START_SECONDS = 60.0
CLOSE_SECONDS = 1


class Server:
    """A running chat.

    ``url`` is its URL, ``address`` the URL to open in a browser (with the token if one is needed), and ``blocks``
    the Gradio app.
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
        """Start to answer requests.

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
        """Stop the server. It may be closed twice."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # cutting off open pages is not an error
        self._server.should_exit = True
        self.blocks.close(verbose=False)
        self._thread.join()


def start(assistant: Assistant | Mapping[str, Assistant], options: ServerOptions | None = None) -> Server:
    """Serve the chat from a background thread.

    :param assistant: the library to ask or, by name, several that visitors can choose from.
    :raises SettingsError: if the server cannot listen on the address or port, or the options are not safe.
    """
    options = options or ServerOptions()
    options.check()
    raise_file_limit()
    port = _free_port(options.host, options.port)
    os.environ["GRADIO_TEMP_DIR"] = _upload_folder()
    assistants = assistant if isinstance(assistant, Mapping) else {"": assistant}
    first = next(iter(assistants.values()))
    examples = {name: Examples(one) for name, one in assistants.items()}
    shown = threading.Event()
    library = LibraryWatch(first)
    probes, metrics = Probes(library), ServerMetrics(library)
    threads = QuestionThreads(ASKING_AT_ONCE, metrics.count)
    blocks = build(
        assistants,
        folders=options.folders,
        has_accounts=options.accounts is not None,
        examples=examples,
        threads=threads,
        on_load=shown.set,
    )
    metrics.watch_queue(partial(measure_queue, blocks, QUESTION_QUEUE))
    restrict_uploads(blocks, options.limits.max_upload_files)
    blocks.queue(default_concurrency_limit=ASKING_AT_ONCE)
    keep_pending_messages(blocks)
    blocks.state_session_capacity = MAX_PAGES
    key = basic_auth("", secrets.token_urlsafe())
    root = _monitored(probes, metrics)
    uploads = UploadedFiles(_upload_folder(), options.limits.max_upload_files)
    root.mount(PREFIX, build_rest_api(first, threads, uploads))
    app: ASGIApp = gr.mount_gradio_app(
        root,
        blocks,
        path="/",
        server_name=options.host,
        server_port=port,
        auth_dependency=_get_user if options.needs_login else None,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        theme=THEME,
        css_paths=STYLES,
        favicon_path=str(ICON),
        pwa=True,
        max_file_size=f"{first.settings.max_file_mb}mb",
        mcp_server=options.mcp,
    )
    token = options.start_token
    app = FirstPaint(app, render=partial(_render_first_view, assistants, examples))
    server = Server(_add_middleware(app, options, port, token, key), blocks, options, port, token)
    mark_as_launched(blocks, server.url)
    hide_file_tools(blocks)
    server.begin()
    if options.mcp:
        set_mcp_headers(blocks, server.url, {"Authorization": key})
    loading = [(one, examples[name]) for name, one in assistants.items()]
    threading.Thread(target=_warm_up, args=(loading, shown, probes), name="warm-up", daemon=True).start()
    if options.open_browser:
        webbrowser.open(server.address)
    return server


def serve(assistant: Assistant | Mapping[str, Assistant], options: ServerOptions) -> None:
    """Serve the chat until Ctrl-C or SIGTERM. The models load in the background, so the page opens immediately.

    :raises SettingsError: if the server cannot listen on the address or port, or the options are not safe.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as clean a stop as Ctrl-C
    server = start(assistant, options)
    click.echo(f"Quotewell is running at {server.address} (press Ctrl-C to stop)")
    if options.mcp:
        click.echo(f"MCP clients connect to {server.url}gradio_api/mcp/")
    if not options.needs_login:
        click.echo("Warning: anyone who can reach this address can read and change the library.", err=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        server.close()


def _monitored(probes: Probes, metrics: ServerMetrics) -> FastAPI:
    """Return an application that only monitors itself, to which the REST API and the chat are added."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route(HEALTH, probes.health)
    app.add_route(READY, probes.ready)
    app.add_route(METRICS, metrics.respond)
    return app


def _add_middleware(app: ASGIApp, options: ServerOptions, port: int, token: str, key: str) -> ASGIApp:
    """Return the application behind its middleware. A request passes what is added last first."""
    if options.accounts:
        app = Ownership(app, uploads=_upload_folder())
    login = AccountLogin(options.accounts, port) if options.accounts else TokenLogin(token) if token else None
    limits = options.limits
    if login:
        session_key = limits.session_key
        sessions = SignedSessions(session_key, login.credential) if session_key else RememberedSessions(port)
        app = Access(app, login=login, sessions=sessions, key=key, metrics_token=limits.metrics_token)
    app = LimitedBodies(app, limits=BodyLimits(upload_mb=limits.max_upload_mb, body_mb=limits.max_body_mb))
    app = RequestFilter(app, local=options.is_local, allowed_origins=options.allowed_origins)
    return ResponseHeaders(app, allowed_origins=options.allowed_origins)


def _get_user(request: Request) -> str | None:
    """Return the user's name for Gradio, from the scope that ``Access`` sets."""
    user: str | None = request.scope.get(USER)
    return user


@cache
def _upload_folder() -> str:
    """Return a folder for uploads that is used only by this process and readable only by this user."""
    folder = tempfile.mkdtemp(prefix="quotewell-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free port for 0, after checking that the server can listen on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}, port {port} ({error.strerror}); choose another") from error


def _render_first_view(assistants: Mapping[str, Assistant], examples: Mapping[str, Examples]) -> str:
    """Return what the page shows until the app is ready; nothing if the library cannot be read."""
    name, assistant = next(iter(assistants.items()))
    try:
        header = markup.render_header(assistant.article_count, assistant.embedding_state())
        return markup.render_first_view(header, Greeting(assistant, examples[name]).render())
    except QuotewellError as error:  # the app will show the same error
        log.warning("could not render the first view of the page: %s", error)
        return ""


def _warm_up(libraries: Sequence[tuple[Assistant, Examples]], shown: threading.Event, probes: Probes) -> None:
    """Load the models after the first page has loaded: their imports hold the GIL and would delay it."""
    shown.wait(FIRST_PAGE_SECONDS)
    try:
        for assistant, examples in libraries:
            assistant.warm_up()
            probes.report_models()
            examples.start()
            assistant.embed_in_background()  # passages left pending by an earlier add, or by other processes
    except QuotewellError as error:  # the first question will show the same error to the visitor
        log.warning("could not load the models: %s", error)
        probes.report_models("The models cannot be loaded: see the server's log.")
