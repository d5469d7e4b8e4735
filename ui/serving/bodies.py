"""Limits on the size of request bodies and on pauses while they arrive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.rest.problems import PREFIX, refusal

__all__ = ["BodyLimits", "LimitedBodies"]

KB, MB = 1 << 10, 1 << 20
TOO_LARGE, TOO_SLOW = 413, 408
LOGIN, LOGIN_BYTES = "/login", 16 * KB
UPLOADS = ("/gradio_api/upload", f"{PREFIX}/upload")
"""The only paths whose bodies are written to the disk as they arrive; others are held in memory."""
IDLE_SECONDS = 30.0
"""The longest pause between two parts of a body."""
MAX_DIGITS = 18  # of Content-Length; Python refuses to parse very long numbers


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The largest bodies that requests may have.

    :param upload_mb: the limit of an upload, all of its files together, in MiB.
    :param body_mb: the limit of any other body, in MiB.
    """

    upload_mb: int
    body_mb: int

    def bytes_for(self, path: str) -> int:
        """Return the limit for a request to the path, in bytes."""
        path = path.removesuffix("/")
        if path == LOGIN:
            return LOGIN_BYTES
        return MB * (self.upload_mb if path in UPLOADS else self.body_mb)


class LimitedBodies:
    """ASGI middleware that counts the bytes of a body as it arrives and cuts it off at its limit."""

    def __init__(self, app: ASGIApp, *, limits: BodyLimits) -> None:
        self.app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, cut it off, or refuse it because of its Content-Length."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, send, self._limits.bytes_for(str(scope["path"])))
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and (len(declared) > MAX_DIGITS or int(declared) > body.limit):
            body.status = TOO_LARGE
        else:
            try:
                await self.app(scope, body.receive, body.send)
            except Exception:
                if not body.status:  # otherwise it failed because its body was cut off
                    raise
        if body.status and not body.is_answered:
            await body.drain()
            await _refusal(scope, body.status, body.limit)(scope, receive, send)


class _Body:
    """The body of a request. ``status`` is set when it is cut off; the application then sees a disconnect."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self.limit = limit
        self.status = 0
        self.is_answered = False
        self._receive = receive
        self._send = send
        self._bytes = 0
        self._is_complete = False

    async def receive(self) -> Message:
        """Return the next message, or a disconnect if the body is too large or stalls."""
        if self.status:
            return {"type": "http.disconnect"}
        message = await self._next()
        if self._bytes > self.limit:
            self.status = TOO_LARGE
        return {"type": "http.disconnect"} if self.status else message

    async def send(self, message: Message) -> None:
        """Pass on the application's response, unless the body was cut off before the response started."""
        if self.status and not self.is_answered:
            return
        self.is_answered = True
        await self._send(message)

    async def drain(self) -> None:
        """Read up to twice the limit, since a browser shows no response before it has sent its whole body."""
        allowed = 2 * self.limit
        while not self._is_complete and self.status == TOO_LARGE and self._bytes <= allowed:
            await self._next()

    async def _next(self) -> Message:
        if self._is_complete:
            return await self._receive()  # waits for the disconnect; the response may take long
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            self.status = TOO_SLOW
            return {"type": "http.disconnect"}
        self._bytes += len(message.get("body", b""))
        self._is_complete = message["type"] == "http.disconnect" or not message.get("more_body")
        return message


def _refusal(scope: Scope, status: int, limit: int) -> Response:
    size = f"{limit // MB} MB" if limit >= MB else f"{limit // KB} kB"
    reason = f"Send at most {size} at once." if status == TOO_LARGE else "The request arrived too slowly."
    return refusal(scope, status, reason, {"Connection": "close"})
