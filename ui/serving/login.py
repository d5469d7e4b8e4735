"""Who may use the chat: people log in on its page, programs say who they are with each request."""

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
REFUSED = "Say who you are: Authorization: Basic, with the base64 of name:password."

Check = Callable[[str, str], Awaitable[bool]]
"""Whether a name and a password belong together."""


def checker(accounts: Accounts) -> Check:
    """Return what Gradio awaits to know whether a name and a password belong together.

    Tries take turns, in a thread of their own: guessing is slow, and does not keep the page from anyone.
    """
    turns: list[anyio.CapacityLimiter] = []

    async def check(name: str, password: str) -> bool:
        if not turns:  # made here, inside of the loop that it belongs to
            turns.append(anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(accounts.check, name, password, limiter=turns[0])

    return check


def basic(name: str, password: str) -> str:
    """Return the value of the header ``Authorization`` (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


class ProgramLogin:
    """ASGI middleware: a request with the name and password of an account in its header is logged in.

    Gradio knows logins by cookies alone, and asks nobody who comes to the MCP server. There, a request without an
    account is refused. No browser is asked for a password: it would send it along with requests of other sites.

    :param key: the header of the server's own calls, made up for it alone.
    """

    def __init__(self, app: ASGIApp, *, check: Check, key: str) -> None:
        self.app = app
        self._check = check
        self._secret = secrets.token_bytes()
        self._known = {self._digest(key): self._token()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log the request in, hand it on as it is, or refuse it."""
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
        """Return the token of a login; empty when the header is of no account. Good ones are checked once."""
        digest = self._digest(header)
        if digest not in self._known and (pair := _pair(header)) and await self._check(*pair):
            self._known[digest] = self._token()
        return self._known.get(digest, "")

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
    """Return the request with the cookie that Gradio knows the login by."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    cookies = [headers.get("cookie", ""), log_in(scope["app"], token, "program")]
    headers["cookie"] = "; ".join(filter(None, cookies))
    return {**scope, "headers": headers.raw}
