"""The checks that every request must pass before the chat sees it: its origin, path and size."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.serving.settings import is_loopback

__all__ = ["RequestFilter"]

MB = 1024 * 1024
TOO_LARGE = 413
# Gradio would fetch the address or forward the request; this server makes no outgoing requests.
PROXY_PATH = re.compile(r"/gradio_api/(?:file[=/]|proxy=)/*\w+:", re.IGNORECASE)


class RequestFilter:
    """ASGI middleware that refuses requests from other sites, for other hosts, and with too large uploads.

    :param local: whether the chat serves only this machine. If so, a page of another site, or of a host name
        made to point to this machine (DNS rebinding), must not reach it through the visitor's browser.
    :param max_upload_mb: the largest upload, all of its files together.
    """

    def __init__(self, app: ASGIApp, *, local: bool, max_upload_mb: int) -> None:
        self.app = app
        self._local = local
        self._max_upload_mb = max_upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on."""
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal and refusal.status_code == TOO_LARGE:
            await _drain(receive)  # browsers read no response before they have sent everything
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers, path = Headers(scope=scope), str(scope["path"])
        if self._local and not _from_here(headers):
            return PlainTextResponse("This chat only serves its own machine.", 403)
        if PROXY_PATH.match(path):
            return PlainTextResponse("This server does not fetch other addresses.", 403)
        if path.rstrip("/").endswith("/upload"):
            length = headers.get("content-length", "")
            if scope.get("method") == "POST" and not length.isdecimal():
                return PlainTextResponse("An upload needs a Content-Length.", 411)
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
