"""Authentication: by an account, or by the token in the address that the server prints.

A browser gets a cookie, either from the login page or by opening the address with the token. A program sends an
``Authorization`` header with each request: ``Basic`` with the name and password of an account, or ``Bearer`` with
the token.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections import OrderedDict
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.accounts import Accounts
from ui.markup.login import render_login, render_token_page
from ui.rest.problems import is_rest, refusal
from ui.serving.attempts import Attempts, Check, TooManyAttemptsError
from ui.serving.known_browsers import KnownBrowsers
from ui.serving.monitoring.probes import HEALTH, READY
from ui.serving.monitoring.prometheus import METRICS
from ui.serving.sessions import MAX_SESSIONS, Sessions

__all__ = ["USER", "Access", "AccountLogin", "TokenLogin", "basic_auth"]

USER = "quotewell.user"
"""The key in a request's scope for the user's name."""
OWNER = ":owner"
"""The user's name if the request has the token or comes from the server itself. No account's name has a colon."""
PUBLIC = ("/favicon.ico", "/manifest.json", "/pwa_icon", HEALTH, READY)
"""Paths that need no login, which say nothing about the library.

Browsers fetch the icon and the manifest of a page that can be installed without cookies.
"""


class Login(Protocol):
    """A method of authentication."""

    async def authenticate(self, scope: Scope) -> str | None:
        """Return the user's name from the ``Authorization`` header; None if it is missing or wrong."""
        ...

    async def log_in(self, request: Request, sessions: Sessions) -> Response | None:
        """Return the response to a request that shows the login page or logs a user in; otherwise None."""
        ...

    def require_login(self) -> Response:
        """Return the response to a browser that is not logged in."""
        ...

    def credential(self, user: str) -> str | None:
        """Return what a login of the user rests on: if it changes, signed sessions end. None for no such user."""
        ...


class Access:
    """ASGI middleware that puts the user's name into the scope, and refuses requests without a login.

    :param key: the ``Authorization`` header of the server's own requests.
    :param metrics_token: a ``Bearer`` token that opens the metrics, and nothing else; empty if there is none.
    """

    def __init__(
        self, app: ASGIApp, *, login: Login, sessions: Sessions, key: str, metrics_token: str = ""
    ) -> None:
        self.app = app
        self._login = login
        self._sessions = sessions
        self._key = key
        self._metrics_token = metrics_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, answer it, or refuse it."""
        if scope["type"] not in ("http", "websocket") or self._needs_no_login(scope):
            await self.app(scope, receive, send)
            return
        try:
            user = await self._authenticate(scope)
            answer = await self._answer(scope, receive, user)
        except TooManyAttemptsError as error:
            headers = {"Retry-After": str(error.seconds)}
            answer = refusal(scope, 429, f"{error}.".capitalize(), headers)
        if answer:
            await answer(scope, receive, send)
        else:
            await self.app({**scope, USER: user}, receive, send)

    def _needs_no_login(self, scope: Scope) -> bool:
        if scope["path"] == METRICS and self._metrics_token:
            return _has_token(scope, self._metrics_token)
        return scope["path"] in PUBLIC

    async def _answer(self, scope: Scope, receive: Receive, user: str | None) -> Response | None:
        """Return the response to a request that needs or concerns a login; None for any other."""
        if user is None:
            return await self._answer_anonymous(scope, receive)
        if scope["type"] == "http" and _path(scope) in ("/login", "/logout"):
            return await self._answer_logged_in(Request(scope, receive))
        return None

    async def _authenticate(self, scope: Scope) -> str | None:
        if user := self._sessions.get_user(Headers(scope=scope)):
            return user
        if hmac.compare_digest(_authorization(scope).encode(), self._key.encode()):
            return OWNER
        return await self._login.authenticate(scope)

    async def _answer_anonymous(self, scope: Scope, receive: Receive) -> Response:
        if scope["type"] == "websocket":
            return PlainTextResponse("Login required.", 401)
        request = Request(scope, receive)
        if answer := await self._login.log_in(request, self._sessions):
            return answer
        asks_for_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if asks_for_page and not is_rest(scope):
            return self._login.require_login()
        return refusal(scope, 401, "Login required. See the section Safety in docs/http-api.md.")

    async def _answer_logged_in(self, request: Request) -> Response:
        """Return the login page's response, or log the user out. No link logs anyone out: that takes a POST."""
        if _path(request.scope) == "/login":
            return await self._login.log_in(request, self._sessions) or RedirectResponse("/", 303)
        if request.method != "POST":
            return PlainTextResponse("Log out in the settings of the chat.", 405, {"Allow": "POST"})
        # The browser keeps conversations; the next visitor at the same computer must not find them.
        answer = RedirectResponse("/", 303, {"Clear-Site-Data": '"storage"'})
        self._sessions.end(request.headers, answer)
        return answer


class AccountLogin:
    """Login with accounts: a login page for browsers, ``Basic`` for programs."""

    def __init__(self, accounts: Accounts, port: int) -> None:
        self._accounts = accounts
        self._attempts = Attempts(_build_check(accounts))
        self._known_browsers = KnownBrowsers(port)
        self._secret = secrets.token_bytes()
        self._accepted: OrderedDict[bytes, str] = OrderedDict()

    async def authenticate(self, scope: Scope) -> str | None:
        """Return the name of the account in the header.

        A header that was right once is not checked again for an address that the account has used, unless there
        are too many failures: without this exception, guesses at it would have no limit.

        :raises TooManyAttemptsError: after too many failures for the client's address or the name.
        """
        authorization = _authorization(scope)
        digest = hmac.digest(self._secret, authorization.encode(), "sha256")
        if digest in self._accepted and self._attempts.is_trusted(_address(scope), self._accepted[digest]):
            self._accepted.move_to_end(digest)
            return self._accepted[digest]
        credentials = _parse_basic(authorization)
        if credentials is None or not await self._attempts.check(_address(scope), *credentials):
            return None
        self._accepted[digest] = credentials[0]
        while len(self._accepted) > MAX_SESSIONS:
            self._accepted.popitem(last=False)
        return credentials[0]

    async def log_in(self, request: Request, sessions: Sessions) -> Response | None:
        """Show the login page, or log in the user who submits it.

        :raises TooManyAttemptsError: after too many failures for the client's address or the name.
        """
        if _path(request.scope) != "/login":
            return None
        if request.method != "POST":
            return HTMLResponse(render_login())
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (form.get(field, [""])[0] for field in ("username", "password"))
        name = name.strip()
        client = self._known_browsers.recognise(name, request.headers) or _address(request.scope)
        wants_page = "text/html" in request.headers.get("accept", "")
        if not await self._attempts.check(client, name, password):
            if wants_page:
                return HTMLResponse(render_login(failed=True, name=name), 401)
            return JSONResponse({"detail": "Incorrect name or password."}, 401)
        answer: Response = RedirectResponse("/", 303) if wants_page else JSONResponse({"success": True})
        sessions.begin(name, answer)
        self._known_browsers.remember(name, answer)
        return answer

    def require_login(self) -> Response:
        """Redirect to the login page."""
        return RedirectResponse("/login", 303)

    def credential(self, user: str) -> str | None:
        """Return the hash of the account's password."""
        return self._accounts.password_hash(user)


class TokenLogin:
    """Login with the token in the address that the server prints when it starts."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def authenticate(self, scope: Scope) -> str | None:
        """Return ``OWNER`` if the header is ``Bearer`` with the token."""
        return OWNER if _has_token(scope, self._token) else None

    async def log_in(self, request: Request, sessions: Sessions) -> Response | None:
        """If the address has the token, set the cookie and redirect to the address without the token."""
        if not _is_same(request.query_params.get("token", ""), self._token):
            return None
        parameters = [pair for pair in request.query_params.multi_items() if pair[0] != "token"]
        query = f"?{urlencode(parameters)}" if parameters else ""
        path = "/" + urlsplit(request.url.path).path.lstrip("/")
        answer = RedirectResponse(f"{path}{query}", 303)
        sessions.begin(OWNER, answer)
        return answer

    def require_login(self) -> Response:
        """Explain where to find the address with the token."""
        return HTMLResponse(render_token_page(), 401)

    def credential(self, user: str) -> str | None:
        """Return the token."""
        return self._token if user == OWNER else None


def _build_check(accounts: Accounts) -> Check:
    """Return a check of passwords that runs in a thread, one at a time, because scrypt is slow on purpose."""
    limiters: list[anyio.CapacityLimiter] = []

    async def check(name: str, password: str) -> bool:
        if not limiters:  # a limiter must be created in the event loop that uses it
            limiters.append(anyio.CapacityLimiter(1))
        return await anyio.to_thread.run_sync(accounts.check, name, password, limiter=limiters[0])

    return check


def basic_auth(name: str, password: str) -> str:
    """Return the value of an ``Authorization`` header for a name and a password (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def _address(scope: Scope) -> str:
    """Return the IP address of the client, or of a proxy that does not forward it."""
    client = scope.get("client")
    return client[0] if client else ""


def _authorization(scope: Scope) -> str:
    return Headers(scope=scope).get("authorization", "")


def _has_token(scope: Scope, token: str) -> bool:
    """Return whether the ``Authorization`` header is ``Bearer`` with the token."""
    scheme, _, given = _authorization(scope).partition(" ")
    return scheme.lower() == "bearer" and _is_same(given.strip(), token)


def _is_same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _path(scope: Scope) -> str:
    return "/" + str(scope["path"]).strip("/")


def _parse_basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if scheme.lower() == "basic" and colon else None
