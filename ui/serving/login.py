"""Logins: people log in on the page, programs authenticate with each request."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Awaitable, Callable

import anyio
import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.accounts import Accounts
from ui.gradio_internals import log_in

__all__ = ["Check", "ProgramLogin", "basic", "checker"]

MCP = "/gradio_api/mcp"
REFUSED = "Authentication required: send Authorization: Basic with the base64 of name:password."

Check = Callable[[str, str], Awaitable[bool]]
"""Checks a name and a password."""


def checker(accounts: Accounts) -> Check:
    """Return a coroutine function with which Gradio checks a name and a password.

    Checks run one at a time in a thread: guessing is slow, and the page stays responsive.
    """
    limiters: list[anyio.CapacityLimiter] = []

    async def check(name: str, password: str) -> bool:
        if not limiters:  # made here, in the event loop that it belongs to
            limiters.append(anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(accounts.check, name, password, limiter=limiters[0])

    return check


def basic(name: str, password: str) -> str:
    """Return the value of the header ``Authorization`` (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


class ProgramLogin:
    """ASGI middleware that logs in a request with the name and password of an account in its header.

    Gradio recognizes logins only by cookies, and does not check them on the MCP server. There, a request without
    an account is refused. Browsers are never asked for a password: they would also send it with requests of other
    sites.

    :param key: the secret header of the server's own calls.
    """

    def __init__(self, app: ASGIApp, *, check: Check, key: str) -> None:
        self.app = app
        self._check = check
        self._secret = secrets.token_bytes()
        self._tokens = {self._digest(key): self._token()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log the request in, pass it on unchanged, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = await self._login(Headers(scope=scope).get("authorization", ""))
        if token:
            scope = _with_cookie(scope, token)
        elif str(scope["path"]).startswith(MCP):
            await PlainTextResponse(REFUSED, 401)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _login(self, header: str) -> str:
        """Return the token of a login, or "" if the header matches no account. A valid header is checked once."""
        digest = self._digest(header)
        if digest not in self._tokens and (pair := _pair(header)) and await self._check(*pair):
            self._tokens[digest] = self._token()
        return self._tokens.get(digest, "")

    def _digest(self, header: str) -> bytes:
        return hmac.digest(self._secret, header.encode(), "sha256")

    @staticmethod
    def _token() -> str:
        return secrets.token_urlsafe()


def _pair(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if scheme.lower() == "basic" and colon else None


def _with_cookie(scope: Scope, token: str) -> Scope:
    """Return the request with the cookie by which Gradio recognizes the login."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    cookies = [headers.get("cookie", ""), log_in(scope["app"], token, "program")]
    headers["cookie"] = "; ".join(filter(None, cookies))
    return {**scope, "headers": headers.raw}
