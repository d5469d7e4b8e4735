"""Uploads, questions and answers belong to the account that sent them.

Gradio lets every user who is logged in fetch any upload by its path, and follow or cancel any event by its id.
Here, each of these names has an owner: the account that received it (uploads, events) or that used it first (the
random session names of pages). Files that are the same have one name; it belongs to everyone who sent them.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.rest.problems import is_rest, refusal
from ui.serving.access import OWNER, USER

__all__ = ["Ownership"]

API = "/gradio_api"
MAX_NAMES = 200_000
CHOSEN = ("session_hash", "upload_id")
"""Parameters whose values the page chooses."""
ISSUED_IN_PATH = re.compile(rf"{API}/call/(?:v2/)?[^/]+/([^/]+)/?")
CHOSEN_IN_PATH = re.compile(rf"{API}/heartbeat/([^/]+)/?")
FILE = re.compile(rf"{API}/file[=/](.*)", re.DOTALL)
ISSUING = re.compile(rf"{API}/(?:upload|queue/join|call/(?:v2/)?[^/]+)/?")


class Ownership:
    """ASGI middleware that refuses requests for what belongs to another account.

    :param uploads: the folder of the uploads.
    """

    def __init__(self, app: ASGIApp, *, uploads: str) -> None:
        self.app = app
        self._uploads = str(Path(uploads).resolve())
        self._owners: OrderedDict[str, set[str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, or refuse it."""
        user = scope.get(USER)
        has_names = scope["type"] == "http" and not is_rest(scope)  # the REST API answers in its responses alone
        if not has_names or user is None or user == OWNER:  # a request of the server itself
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        body = await _read(receive) if scope["method"] == "POST" and not path.startswith(f"{API}/upload") else None
        if not self._may(user, path, scope, body):
            await refusal(scope, 403, "This belongs to another account.")(scope, receive, send)
            return
        if scope["method"] == "POST" and ISSUING.fullmatch(path):
            headers = MutableHeaders(raw=list(scope["headers"]))
            headers["accept-encoding"] = "identity"  # the new names are read from the response
            scope = {**scope, "headers": headers.raw}
            send = _Issued(send, lambda names: self._give(user, names)).send
        await self.app(scope, receive if body is None else _replay(body, receive), send)

    def _may(self, user: str, path: str, scope: Scope, body: bytes | None) -> bool:
        query = QueryParams(scope["query_string"])
        chosen = [query[name] for name in CHOSEN if name in query]
        issued = []
        if match := CHOSEN_IN_PATH.fullmatch(path):
            chosen.append(match[1])
        if scope["method"] == "GET" and (match := ISSUED_IN_PATH.fullmatch(path)):
            issued.append(match[1])
        if match := FILE.fullmatch(path):
            issued.append(_resolved(unquote(match[1])))
        if body:
            values = _parsed(body)
            fields = values if isinstance(values, dict) else {}
            chosen += [value for name in CHOSEN if isinstance(value := fields.get(name), str)]
            if isinstance(event := fields.get("event_id"), str) and event:
                issued.append(event)
            issued += [name for text in _strings(values) if (name := self._upload_in(text))]
        return self._owns(user, issued) and self._claim(user, chosen)

    def _claim(self, user: str, names: Iterable[str]) -> bool:
        """Make the user the owner of names without one. Return whether the user owns all of them."""
        self._give(user, [name for name in names if name not in self._owners])
        return self._owns(user, names)

    def _owns(self, user: str, names: Iterable[str]) -> bool:
        return all(user in self._owners.get(name, ()) for name in names)

    def _give(self, user: str, names: Iterable[str]) -> None:
        for name in names:
            self._owners.setdefault(_resolved(name) if "/" in name or "\\" in name else name, set()).add(user)
        while len(self._owners) > MAX_NAMES:
            self._owners.popitem(last=False)

    def _upload_in(self, text: str) -> str:
        """Return the path if a string is the path of an upload; otherwise empty."""
        if "/" not in text and "\\" not in text:
            return ""
        path = _resolved(text.partition(f"{API}/file=")[2] or text)
        return path if path.startswith(self._uploads) else ""


class _Issued:
    """Records the names in a response, a short list or object in JSON, and passes it on."""

    def __init__(self, send: Send, give: Any) -> None:
        self._send = send
        self._give = give
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Hold the response back until it is complete and its names have an owner."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            values = _parsed(bytes(self._body))
            names = [values.get("event_id")] if isinstance(values, dict) else values
            self._give([name for name in names or [] if isinstance(name, str)])
            if self._start:
                await self._send(self._start)
            message = {**message, "body": bytes(self._body), "more_body": False}
        await self._send(message)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that sends a body that was read already."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _strings(value: Any) -> Iterator[str]:
    """Yield every string in a JSON value."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value


def _resolved(path: str) -> str:
    try:
        return str(Path(path).resolve())
    except (OSError, ValueError):
        return path
