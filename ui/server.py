"""Serves the chat: address and port, the loading of the models meanwhile, and the end of it."""

from __future__ import annotations

import logging
import socket
import threading

import click
import gradio as gr

from qa.assistant import Assistant
from qa.errors import QuotewellError, SettingsError
from ui.app import ASKING_AT_ONCE, build
from ui.layout import STYLES
from ui.theme import THEME

__all__ = ["serve", "start"]

log = logging.getLogger(__name__)


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
        css_paths=STYLES,
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


def _warm_up(assistant: Assistant) -> None:
    try:
        assistant.warm_up()
    except QuotewellError as error:  # the first question will tell the visitor the same
        log.warning("the models did not load: %s", error)
