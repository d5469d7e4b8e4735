"""Who makes a request: someone with an account, or whoever has the address that the server printed.

A browser gets a cookie: from the login page, or by opening the address with the token. A program sends
``Authorization`` with each request: ``Basic`` with the name and password of an account, or ``Bearer`` with the
token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.accounts import Accounts
from ui.markup.login import render_login, render_token_page
from ui.serving.attempts import Attempts, Check, TooManyAttemptsError

__all__ = ["USER", "Access", "AccountLogin", "TokenLogin", "basic", "checker"]

USER = "quotewell.user"
"""The key of the request's scope that holds the name of who makes it."""
OWNER = "owner"
"""The name of whoever has the token."""
SESSION_SECONDS = 12 * 3600.0
"""How long a login lasts without a request."""
MAX_SESSIONS = 10_000
PUBLIC = ("/favicon.ico",)
"""What the pages before the login need."""


class Login(Protocol):
    """A way to say who one is."""

    async def user_of(self, scope: Scope) -> str | None:
        """Return the name of whom the request's header ``Authorization`` speaks for."""
        ...

    async def answer(self, request: Request, sessions: Sessions) -> Response | None:
        """Return the answer to a request that logs someone in or asks to; None for every other."""
        ...

    def ask(self) -> Response:
        """Return what a visitor sees who has to say who they are."""
        ...


class Access:
    """ASGI middleware: a request whose user is known passes with the name in its scope, any other is refused.

    :param key: the value of ``Authorization`` that the server's own requests carry.
    """

    def __init__(self, app: ASGIApp, *, login: Login, sessions: Sessions, key: str) -> None:
        self.app = app
        self._login = login
        self._sessions = sessions
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, answer it, or refuse it."""
        if scope["type"] not in ("http", "websocket") or _path(scope) in PUBLIC:
            await self.app(scope, receive, send)
            return
        try:
            user = await self._user_of(scope)
            if user is None:
                answer = await self._stranger(scope, receive)
                await answer(scope, receive, send)
                return
        except TooManyAttemptsError as error:
            headers = {"Retry-After": str(error.seconds)}
            await PlainTextResponse(f"{error}.".capitalize(), 429, headers)(scope, receive, send)
            return
        if scope["type"] == "http" and _path(scope) in ("/login", "/logout"):
            answer = await self._again(Request(scope, receive))
            await answer(scope, receive, send)
            return
        await self.app({**scope, USER: user}, receive, send)

    async def _user_of(self, scope: Scope) -> str | None:
        if user := self._sessions.user_of(Headers(scope=scope)):
            return user
        if hmac.compare_digest(_authorization(scope).encode(), self._key.encode()):
            return OWNER
        return await self._login.user_of(scope)

    async def _stranger(self, scope: Scope, receive: Receive) -> Response:
        if scope["type"] == "websocket":
            return PlainTextResponse("Say who you are.", 401)
        request = Request(scope, receive)
        if answer := await self._login.answer(request, self._sessions):
            return answer
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return self._login.ask()
        return PlainTextResponse("Say who you are: see docs/http-api.md, Safety.", 401)

    async def _again(self, request: Request) -> Response:
        """Answer someone who is logged in and asks for the login page, or to log out."""
        if _path(request.scope) == "/login":
            return await self._login.answer(request, self._sessions) or RedirectResponse("/", 303)
        answer = RedirectResponse("/", 303)
        self._sessions.end(request.headers, answer)
        return answer


class Sessions:
    """Logins of browsers, each known by a random cookie of which only the hash is kept."""

    def __init__(self, port: int) -> None:
        self._cookie = f"quotewell-{port}"  # cookies do not tell ports apart, and each server has its own logins
        self._users: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def begin(self, user: str, answer: Response) -> None:
        """Give a browser the cookie of a new login."""
        token = secrets.token_urlsafe()
        self._users[_digest(token)] = user, time.monotonic()
        while len(self._users) > MAX_SESSIONS:
            self._users.popitem(last=False)
        answer.set_cookie(self._cookie, token, httponly=True, samesite="lax")

    def user_of(self, headers: Headers) -> str | None:
        """Return the name of whose browser makes a request."""
        digest = self._digest_of(headers)
        user, used = self._users.get(digest, (None, 0.0))
        if user is None:
            return None
        now = time.monotonic()
        if now - used > SESSION_SECONDS:
            del self._users[digest]
            return None
        self._users[digest] = user, now
        self._users.move_to_end(digest)
        return user

    def end(self, headers: Headers, answer: Response) -> None:
        """Log a browser out."""
        self._users.pop(self._digest_of(headers), None)
        answer.delete_cookie(self._cookie)

    def _digest_of(self, headers: Headers) -> bytes:
        cookies = cookie_parser("; ".join(headers.getlist("cookie")))
        return _digest(cookies.get(self._cookie, ""))


class AccountLogin:
    """People with accounts: a login page for browsers, ``Basic`` for programs."""

    def __init__(self, accounts: Accounts) -> None:
        self._attempts = Attempts(checker(accounts))
        self._secret = secrets.token_bytes()
        self._good: OrderedDict[bytes, str] = OrderedDict()

    async def user_of(self, scope: Scope) -> str | None:
        """Return the name of an account; a header that was right is not checked again.

        :raises TooManyAttemptsError: if the address or the name has failed too often.
        """
        authorization = _authorization(scope)
        digest = hmac.digest(self._secret, authorization.encode(), "sha256")
        if digest in self._good:
            self._good.move_to_end(digest)
            return self._good[digest]
        pair = _pair(authorization)
        if pair is None or not await self._attempts.check(_address(scope), *pair):
            return None
        self._good[digest] = pair[0]
        while len(self._good) > MAX_SESSIONS:
            self._good.popitem(last=False)
        return pair[0]

    async def answer(self, request: Request, sessions: Sessions) -> Response | None:
        """Show the login page, or log in who fills it in.

        :raises TooManyAttemptsError: if the address or the name has failed too often.
        """
        if _path(request.scope) != "/login":
            return None
        if request.method != "POST":
            return HTMLResponse(render_login())
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (form.get(field, [""])[0] for field in ("username", "password"))
        wants_page = "text/html" in request.headers.get("accept", "")
        if not await self._attempts.check(_address(request.scope), name.strip(), password):
            if wants_page:
                return HTMLResponse(render_login(failed=True, name=name), 401)
            return JSONResponse({"detail": "The name or the password is wrong."}, 401)
        answer: Response = RedirectResponse("/", 303) if wants_page else JSONResponse({"success": True})
        sessions.begin(name.strip(), answer)
        return answer

    def ask(self) -> Response:
        """Send a visitor to the login page."""
        return RedirectResponse("/login", 303)


class TokenLogin:
    """Whoever has the token: it is in the address that the server prints at its start."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def user_of(self, scope: Scope) -> str | None:
        """Return the owner's name for ``Bearer`` with the token."""
        scheme, _, token = _authorization(scope).partition(" ")
        return OWNER if scheme.lower() == "bearer" and self._matches(token.strip()) else None

    async def answer(self, request: Request, sessions: Sessions) -> Response | None:
        """Give a browser that opens the address with the token its cookie, and the address without it."""
        if not self._matches(request.query_params.get("token", "")):
            return None
        parameters = [pair for pair in request.query_params.multi_items() if pair[0] != "token"]
        query = f"?{urlencode(parameters)}" if parameters else ""
        path = "/" + urlsplit(request.url.path).path.lstrip("/")
        answer = RedirectResponse(f"{path}{query}", 303)
        sessions.begin(OWNER, answer)
        return answer

    def ask(self) -> Response:
        """Show where the address with the token is to be found."""
        return HTMLResponse(render_token_page(), 401)

    def _matches(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode())


def checker(accounts: Accounts) -> Check:
    """Return the check of the accounts' passwords: one at a time, in a thread, since each takes a while."""
    limiters: list[anyio.CapacityLimiter] = []

    async def check(name: str, password: str) -> bool:
        if not limiters:  # made here, inside the event loop that it belongs to
            limiters.append(anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(accounts.check, name, password, limiter=limiters[0])

    return check


def basic(name: str, password: str) -> str:
    """Return the value of the header ``Authorization`` (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def _address(scope: Scope) -> str:
    """Return the address of the client, or of the proxy in front of it."""
    client = scope.get("client")
    return client[0] if client else ""


def _authorization(scope: Scope) -> str:
    return Headers(scope=scope).get("authorization", "")


def _path(scope: Scope) -> str:
    return "/" + str(scope["path"]).strip("/")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _pair(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if scheme.lower() == "basic" and colon else None
