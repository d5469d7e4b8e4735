"""Refuse requests that pages of other sites make through a visitor's browser."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.errors import SettingsError
from ui.rest.problems import refusal
from ui.serving.settings import Origin, has_origin, is_loopback, parse_origin

__all__ = ["RequestFilter"]

# Gradio would fetch such a URL or forward the request. This server makes no outgoing requests.
PROXY_PATH = re.compile(r"/gradio_api/(?:file[=/]|proxy=)/*\w+:", re.IGNORECASE)

# Below this address, Gradio has two things that no client needs. One is a page about the server at any path that
# ends like the address, with that path in a script, unescaped: a link to it could run any script in the chat. The
# other is an older transport, whose sessions belong to no account.
MCP = "/gradio_api/mcp"
MCP_ROUTES = (MCP, f"{MCP}/schema")


class RequestFilter:
    """ASGI middleware that accepts requests only from the server's own pages and from programs.

    What it passes on has single slashes in its path: ``//login`` is ``/login`` for all that decide by the path.

    A browser sends the origin of the page in ``Origin``, and its relation to the server in ``Sec-Fetch-Site``. The
    origin must be the server's own, including the port, or one of the allowed origins.

    :param local: whether the chat only serves this machine. Then ``Host`` must be a loopback name as well, which
        prevents DNS rebinding.
    :param allowed_origins: other sites whose pages may use the chat with a visitor's login.
    """

    def __init__(self, app: ASGIApp, *, local: bool, allowed_origins: Collection[str] = ()) -> None:
        self.app = app
        self._local = local
        self._allowed = {parse_origin(origin) for origin in allowed_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, or refuse it."""
        answer = None
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "path": re.sub("/+", "/", f"/{scope['path']}")}
            answer = self._answer(scope)
        await (answer or self.app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if self._local and not is_loopback(_hostname(f"//{headers.get('host', '')}")):
            return refusal(scope, 403, "This chat only accepts requests to localhost.")
        origins = headers.getlist("origin")
        accepted = self._allowed | _own_origins(scope, headers) if origins else set()
        if not all(has_origin(accepted, origin) for origin in origins):
            return refusal(
                scope, 403, "Other sites may not use this chat. `quotewell serve --allow-origin` allows one."
            )
        if not origins and _comes_from_another_site(headers):
            return refusal(scope, 403, "Other sites may not use this chat.")
        if answer := _answer_on_closed_route(scope, headers):
            return answer
        if origins and scope.get("method") == "OPTIONS" and "access-control-request-method" in headers:
            return Response(status_code=204)  # ResponseHeaders adds the CORS headers
        return None


def _answer_on_closed_route(scope: Scope, headers: Headers) -> Response | None:
    """Return the refusal of what Gradio would answer and this server does not."""
    if PROXY_PATH.match(str(scope["path"])):
        return refusal(scope, 403, "This server does not fetch URLs.")
    path = str(scope["path"]).removesuffix("/")
    if not path.startswith(MCP):
        return None
    if path not in MCP_ROUTES:
        return refusal(scope, 404, f"There is nothing here. The MCP server is at {MCP}/.")
    if path == MCP and scope.get("method") == "GET" and "text/event-stream" not in headers.get("accept", ""):
        return refusal(scope, 406, "This address is for MCP clients. See docs/mcp.md.")
    return None


def _own_origins(scope: Scope, headers: Headers) -> set[Origin]:
    """Return the origins of the server's own pages, from the request's scheme and ``Host``.

    ``https`` is always one of them: a proxy that terminates TLS may not forward the scheme.
    """
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    origins = set()
    for own in {scheme, "https"}:
        try:
            origins.add(parse_origin(f"{own}://{headers.get('host', '')}"))
        except SettingsError:
            return set()
    return origins


def _comes_from_another_site(headers: Headers) -> bool:
    """Whether a page of another site makes the request. Following a link to the chat is allowed."""
    site, mode = headers.get("sec-fetch-site", "none"), headers.get("sec-fetch-mode", "")
    follows_link = mode == "navigate" and headers.get("sec-fetch-dest") == "document"
    return site in ("cross-site", "same-site") and not follows_link


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
