"""What every request passes before the chat sees it: who asks, from where, and how much is sent."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.serving.settings import is_loopback

__all__ = ["Gate"]

MB = 1024 * 1024
TOO_LARGE = 413
# Gradio would fetch the address, or hand the request on: nothing here goes out.
OUTWARD = re.compile(r"/gradio_api/(?:file[=/]|proxy=)/*\w+:", re.IGNORECASE)


class Gate:
    """ASGI middleware that refuses what the chat must not be asked.

    :param local: whether the chat is for this machine alone. Then a page of another site, or of a name that was
        made to point here (DNS rebinding), must not talk to it through the visitor's browser.
    :param max_upload_mb: the most that one upload may bring, all of its files together.
    """

    def __init__(self, app: ASGIApp, *, local: bool, max_upload_mb: int) -> None:
        self.app = app
        self._local = local
        self._max_upload_mb = max_upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request with a refusal, or hand it on."""
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal and refusal.status_code == TOO_LARGE:
            await _drain(receive)  # a browser reads no answer before it has sent everything
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers, path = Headers(scope=scope), str(scope["path"])
        if self._local and not _from_here(headers):
            return PlainTextResponse("This chat is for its own machine alone.", 403)
        if OUTWARD.match(path):
            return PlainTextResponse("Nothing is fetched from elsewhere.", 403)
        if path.rstrip("/").endswith("/upload"):
            length = headers.get("content-length", "")
            if scope.get("method") == "POST" and not length.isdecimal():
                return PlainTextResponse("An upload must say how long it is.", 411)
            if length and int(length) > self._max_upload_mb * MB:
                return PlainTextResponse(f"Upload at most {self._max_upload_mb} MB at once.", TOO_LARGE)
        return None


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


def _from_here(headers: Headers) -> bool:
    names = [f"//{headers.get('host', '')}", *headers.getlist("origin")]
    return all(is_loopback(_hostname(name)) for name in names)


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
