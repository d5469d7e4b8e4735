"""The sessions of browsers that have logged in: remembered by this server, or signed for several servers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

__all__ = ["MAX_SESSIONS", "SESSION_SECONDS", "RememberedSessions", "Sessions", "SignedSessions"]

SESSION_SECONDS = 12 * 3600.0
"""How long a remembered session lasts without a request, and a signed one after its login."""
MAX_SESSIONS = 10_000


class Sessions(Protocol):
    """The sessions of browsers, each in a cookie."""

    def begin(self, user: str, answer: Response) -> None:
        """Start a session and set its cookie in the response."""
        ...

    def get_user(self, headers: Headers) -> str | None:
        """Return the user of the session in a request's cookie; None without one."""
        ...

    def end(self, headers: Headers, answer: Response) -> None:
        """End the session in a request's cookie, and delete the cookie in the response."""
        ...


class RememberedSessions(Sessions):
    """Sessions that end with the server. Each has a random token in a cookie; only the token's hash is stored."""

    def __init__(self, port: int) -> None:
        # Browsers share cookies between ports, but servers do not share these sessions.
        self._cookie = f"quotewell-{port}"
        self._users: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def begin(self, user: str, answer: Response) -> None:
        """Start a session and set its cookie in the response."""
        token = secrets.token_urlsafe()
        self._users[_digest(token)] = user, time.monotonic()
        while len(self._users) > MAX_SESSIONS:
            self._users.popitem(last=False)
        answer.set_cookie(self._cookie, token, httponly=True, samesite="lax")

    def get_user(self, headers: Headers) -> str | None:
        """Return the user of the session in a request's cookie, and extend the session; None without one."""
        digest = _digest(_read_cookie(headers, self._cookie))
        user, last_used = self._users.get(digest, (None, 0.0))
        if user is None:
            return None
        now = time.monotonic()
        if now - last_used > SESSION_SECONDS:
            del self._users[digest]
            return None
        self._users[digest] = user, now
        self._users.move_to_end(digest)
        return user

    def end(self, headers: Headers, answer: Response) -> None:
        """End the session in a request's cookie, and delete the cookie in the response."""
        self._users.pop(_digest(_read_cookie(headers, self._cookie)), None)
        answer.delete_cookie(self._cookie)


class SignedSessions(Sessions):
    """Sessions that all servers with the same key accept. The cookie holds the user and the end of the session.

    A session ends early when the user's credential changes or is gone. One that is ended by logging out is refused
    by this server only, so a stolen cookie may work elsewhere until the session's end.

    :param credential: returns the hash of a user's password, or the token; None if there is no such user.
    """

    _cookie = "quotewell"

    def __init__(self, key: str, credential: Callable[[str], str | None]) -> None:
        self._key = key.encode()
        self._credential = credential
        self._ended: OrderedDict[str, None] = OrderedDict()

    def begin(self, user: str, answer: Response) -> None:
        """Start a session and set its cookie in the response."""
        name = base64.urlsafe_b64encode(user.encode()).decode()
        session = f"{name}.{int(time.time() + SESSION_SECONDS)}.{secrets.token_urlsafe(16)}"
        answer.set_cookie(self._cookie, f"{session}.{self._sign(session, user)}", httponly=True, samesite="lax")

    def get_user(self, headers: Headers) -> str | None:
        """Return the user of the session in a request's cookie; None without one."""
        cookie = _read_cookie(headers, self._cookie)
        session, _, signature = cookie.rpartition(".")
        try:
            name, end, _ = session.split(".")
            user, seconds_left = base64.urlsafe_b64decode(name).decode(), int(end) - time.time()
        except ValueError:
            return None
        is_signed = hmac.compare_digest(signature.encode(), self._sign(session, user).encode())
        return user if is_signed and seconds_left > 0 and cookie not in self._ended else None

    def end(self, headers: Headers, answer: Response) -> None:
        """End the session in a request's cookie, and delete the cookie in the response."""
        if self.get_user(headers) is not None:
            self._ended[_read_cookie(headers, self._cookie)] = None
            while len(self._ended) > MAX_SESSIONS:
                self._ended.popitem(last=False)
        answer.delete_cookie(self._cookie)

    def _sign(self, session: str, user: str) -> str:
        """Return the signature; one that nobody can know for a user that does not exist."""
        credential = self._credential(user)
        if credential is None:
            return secrets.token_hex(32)
        return hmac.digest(self._key, f"{session} {credential}".encode(), "sha256").hex()


def _read_cookie(headers: Headers, name: str) -> str:
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(name, "")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
