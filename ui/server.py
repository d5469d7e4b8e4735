"""Serves the chat: who may reach it, the loading of the models meanwhile, and the end of it."""

from __future__ import annotations

import atexit
import importlib.util
import logging
import os
import shutil
import socket
import tempfile
import threading
from functools import cache
from typing import Any

import anyio
import anyio.to_thread
import click
import gradio as gr
from starlette.middleware import Middleware

from qa.accounts import Accounts
from qa.assistant import Assistant
from qa.errors import QuotewellError, SettingsError
from ui.app import ASKING_AT_ONCE, build
from ui.gate import Gate, is_loopback
from ui.layout import STYLES
from ui.theme import THEME
from ui.uploads import guard_uploads

__all__ = ["serve", "start"]

log = logging.getLogger(__name__)


def start(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    open_browser: bool = False,
    accounts: Accounts | None = None,
    insecure: bool = False,
    mcp: bool = False,
) -> gr.Blocks:
    """Serve the chat from a background thread and return it; its ``local_url`` says where, ``close`` ends it.

    :param port: 0 takes a free port.
    :param accounts: who may use it; needed for any address that other machines can reach.
    :param insecure: serve other machines without accounts all the same.
    :param mcp: offer the endpoints as tools of an MCP server, too.
    :raises SettingsError: when the address or port cannot be listened on, or is not to be served like that.
    """
    _check(host, accounts, insecure, mcp)
    port = _free_port(host, port)
    os.environ["GRADIO_TEMP_DIR"] = _upload_folder()
    local = is_loopback(host) and accounts is None
    app = build(assistant, folders=local)
    guard_uploads(app, assistant.settings.max_upload_files)
    app.queue(default_concurrency_limit=ASKING_AT_ONCE)
    threading.Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    gate = Middleware(Gate, local=local, max_upload_mb=assistant.settings.max_upload_mb)
    app.launch(
        server_name=f"[{host}]" if ":" in host else host,
        server_port=port,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        theme=THEME,
        css_paths=STYLES,
        max_file_size=f"{assistant.settings.max_file_mb}mb",
        auth=_login(accounts) if accounts else None,
        mcp_server=mcp,
        app_kwargs={"middleware": [gate]},
    )
    return app


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    accounts: Accounts | None = None,
    insecure: bool = False,
    mcp: bool = False,
) -> None:
    """Serve the chat until Ctrl-C. The models load meanwhile, so that the page is there at once.

    The parameters are those of :func:`start`.

    :raises SettingsError: when the address or port cannot be listened on, or is not to be served like that.
    """
    app = start(
        assistant,
        host=host,
        port=port,
        open_browser=open_browser,
        accounts=accounts,
        insecure=insecure,
        mcp=mcp,
    )
    click.echo(f"Quotewell is at {app.local_url} (Ctrl-C stops it)")
    if mcp:
        click.echo(f"MCP clients connect to {app.local_url}gradio_api/mcp/")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        app.close(verbose=False)


def _check(host: str, accounts: Accounts | None, insecure: bool, mcp: bool) -> None:
    if not (is_loopback(host) or accounts or insecure):
        raise SettingsError(
            f"everyone who can reach {host} could read and change the library: name who may with --auth or "
            "--auth-file, or say --insecure"
        )
    if mcp and accounts:
        raise SettingsError("MCP clients cannot log in: serve them on 127.0.0.1, without --auth")
    if mcp and importlib.util.find_spec("mcp") is None:
        raise SettingsError("--mcp needs the package mcp; install quotewell[mcp]")


def _login(accounts: Accounts) -> Any:
    """Return what Gradio awaits to know whether a name and a password belong together.

    Tries take turns, in a thread of their own: guessing is slow, and does not keep the page from anyone.
    """
    turns: list[anyio.CapacityLimiter] = []

    async def login(name: str, password: str) -> bool:
        if not turns:  # made here, inside of the loop that it belongs to
            turns.append(anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(accounts.check, name, password, limiter=turns[0])

    return login


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


def _warm_up(assistant: Assistant) -> None:
    try:
        assistant.warm_up()
        assistant.embed_in_background()  # what an earlier add left, and what other processes add
    except QuotewellError as error:  # the first question will tell the visitor the same
        log.warning("the models did not load: %s", error)
