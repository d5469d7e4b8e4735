"""All uses of Gradio's private names: what the chat needs and Gradio has no public way to do.

``pyproject.toml`` bounds Gradio's version from above. Before raising the bound, run
``tests/ui/test_gradio_internals.py``, which fails when Gradio changes something that this module uses. This module
must be imported before any other import of Gradio.
"""

from __future__ import annotations

import inspect
import os
import sys
from asyncio import Queue as AsyncQueue
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, NamedTuple

__all__ = [
    "PendingMessages",
    "QueueLength",
    "forget_session",
    "hide_file_tools",
    "keep_pending_messages",
    "mark_as_launched",
    "measure_queue",
    "restrict_uploads",
    "set_mcp_headers",
    "stored_name",
]


@contextmanager
def _without_stub_files() -> Iterator[None]:
    """Keep Gradio from writing stub files, which nearly halves its import time.

    At every import, Gradio parses the source of each component and writes a stub file next to it, which only
    editors use. It skips classes for which ``inspect.getfile`` raises OSError. If that changes, imports are slow
    again.
    """
    getfile = inspect.getfile

    def file_of(source: Any) -> str:
        if isinstance(source, type) and source.__module__.startswith("gradio."):
            raise OSError
        return getfile(source)

    inspect.getfile = file_of  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile


# Gradio reads these at import. They turn off its telemetry and a table that it would rebuild at every event.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)

with _without_stub_files():
    import gradio as gr
    from gradio.context import LocalContext
    from gradio.server_messages import EventMessage
    from gradio.utils import LRUCache
    from gradio_client import Client
    from gradio_client.utils import is_http_url_like, strip_invalid_filename_characters


class PendingMessages(LRUCache[str, AsyncQueue[EventMessage]]):
    """Messages for each session that its event stream has not fetched yet; keeps the most recently used sessions.

    After 2,000 sessions, Gradio's own cache evicts the oldest one, even if it is waiting for an answer. The next
    message to that session raises an error that stops the queue for everyone. This mapping drops messages to
    sessions that are gone. If Gradio stops using it, the queue can stop again.
    """

    def __getitem__(self, session: str) -> AsyncQueue[EventMessage]:
        if session not in self:
            return AsyncQueue()
        self.move_to_end(session)
        return super().__getitem__(session)

    def __setitem__(self, session: str, messages: AsyncQueue[EventMessage]) -> None:
        if session not in self and len(self) >= self.max_size:
            del self[next(iter(self))]
        super().__setitem__(session, messages)

    def __delitem__(self, session: str) -> None:
        if session in self:
            super().__delitem__(session)


def keep_pending_messages(app: gr.Blocks) -> None:
    """Make the app's queue use :class:`PendingMessages`."""
    queue = app._queue
    queue.pending_messages_per_session = PendingMessages(queue.pending_messages_per_session.max_size)


class QueueLength(NamedTuple):
    """How many events of a queue wait, and how many are being handled."""

    waiting: int
    running: int


def measure_queue(app: gr.Blocks, concurrency_id: str) -> QueueLength:
    """Return the length of the queue of the events with this concurrency id.

    Gradio makes the queue for the first event. If the names change, the metrics cannot be read.
    """
    queue = app._queue.event_queue_per_concurrency_id.get(concurrency_id)
    return QueueLength(len(queue.queue), queue.current_concurrency) if queue else QueueLength(0, 0)


def mark_as_launched(app: gr.Blocks, url: str) -> None:
    """Give a mounted app the protections of a launched one.

    Until an app is marked as launched, Gradio accepts any file on the machine as an upload and keeps no event
    stream alive. ``launch`` marks the app, ``mount_gradio_app`` does not. If the names change, files leak.
    """
    app.local_url = url  # type: ignore[assignment]
    app.has_launched = app.is_running = True


def forget_session() -> None:
    """Drop the session of the current API call.

    Gradio creates a session of 70 kB for each API call and keeps a limited number of sessions. If the names
    change, memory grows, and API calls evict visitors' conversations.
    """
    request = LocalContext.request.get(None)
    if request and request.request and request.session_hash:
        sessions = request.request.app.state_holder
        with sessions.lock:
            sessions.session_data.pop(request.session_hash, None)
            sessions.time_last_used.pop(request.session_hash, None)


def set_mcp_headers(app: gr.Blocks, url: str, headers: Mapping[str, str]) -> None:
    """Make the MCP server call the endpoints at this URL with additional headers.

    The MCP server calls the app over HTTP with a client that cannot be configured. If it stops using this client,
    its calls are refused.
    """
    if app.mcp_server_obj:
        app.mcp_server_obj._client_instance = Client(
            url,
            download_files=False,
            verbose=False,
            analytics_enabled=False,
            headers={"x-gradio-user": "mcp", **headers},
        )


def hide_file_tools(app: gr.Blocks) -> None:
    """Remove the MCP server's tools that take files.

    Their schemas refer to definitions that are not where the reference leads, and ask for URLs of the files, which
    this server does not fetch. If the names change, the tools are back.
    """
    if server := app.mcp_server_obj:
        for tool, endpoint in list(server.tool_to_endpoint.items()):
            function = server.get_block_fn_from_endpoint_name(endpoint)
            if function and any(isinstance(component, gr.File) for component in function.inputs):
                del server.tool_to_endpoint[tool]


def stored_name(name: str) -> str:
    """Return the file name under which Gradio would store an upload.

    An upload's source is made from it, so that a file uploaded in another way updates the same article. If the
    function changes, it may become another one.
    """
    kept = strip_invalid_filename_characters(PurePath(name.replace("\\", "/")).name)
    return kept if kept not in ("", ".", "..") else "file"


def restrict_uploads(app: gr.Blocks, max_files: int) -> None:
    """Make every file component accept only uploaded files, and at most ``max_files`` at once.

    If a client names a file by its URL, Gradio fetches it, and it does not limit the number of files. A subclass
    could change that, but Gradio would write a stub file next to its source. If the methods change, URLs are
    fetched again and the number of files is unlimited.
    """
    for block in app.blocks.values():
        if isinstance(block, gr.File | gr.UploadButton):
            component: Any = block
            component.async_move_resource_to_block_cache = _uploads_only(block.async_move_resource_to_block_cache)
            component.preprocess = _limited(block.preprocess, max_files)


def _uploads_only(move: Callable[[Any], Awaitable[str | None]]) -> Callable[[Any], Awaitable[str | None]]:
    async def moved(path: Any) -> str | None:
        if is_http_url_like(str(path)):
            raise gr.Error("Only uploaded files can be added.", print_exception=False)
        return await move(path)

    return moved


def _limited(preprocess: Callable[[Any], Any], max_files: int) -> Callable[[Any], Any]:
    def limited(payload: Any) -> Any:
        paths = preprocess(payload)
        if isinstance(paths, list) and len(paths) > max_files:
            raise gr.Error(
                f"Upload at most {max_files} {'file' if max_files == 1 else 'files'} at once.",
                print_exception=False,
            )
        return paths

    return limited
