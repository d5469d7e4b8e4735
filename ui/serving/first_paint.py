"""Show the page at once: put its first view into Gradio's page, which is empty until its scripts have run."""

from __future__ import annotations

from collections.abc import Callable

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["FirstPaint"]

APP = b"<gradio-app"  # the element that Gradio's scripts fill


class FirstPaint:
    """ASGI middleware that puts HTML in front of the app in Gradio's page.

    :param render: returns the HTML. It is called in a thread, each time the page is requested.
    """

    def __init__(self, app: ASGIApp, *, render: Callable[[], str]) -> None:
        self.app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, and complete the page that it gets."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        started: list[Message] = []
        body = bytearray()

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            (start,) = started
            page = bytes(body)
            if start["status"] == 200 and APP in page:
                page = page.replace(APP, (await run_sync(self._render)).encode() + APP, 1)
            MutableHeaders(raw=start["headers"])["content-length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self.app(_uncompressed(scope), receive, complete)


def _uncompressed(scope: Scope) -> Scope:
    """Return the request of a client that does not read compressed responses."""
    headers = [(name, value) for name, value in Headers(scope=scope).raw if name != b"accept-encoding"]
    return {**scope, "headers": headers}
