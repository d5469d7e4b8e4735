"""Browsers that have logged in: whoever guesses passwords at the same address does not delay them.

A login leaves a signed cookie. An attempt with this cookie waits in a queue of its own, with the limits of the
queue of an address. So the cookie gives no one more guesses than another address would. See OWASP's "Slow Down
Online Guessing Attacks with Device Cookies".
"""

from __future__ import annotations

import hmac
import secrets

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

__all__ = ["KnownBrowsers"]

REMEMBERED_SECONDS = 365 * 24 * 3600


class KnownBrowsers:
    """Issues the cookies, and recognises them until the server stops."""

    def __init__(self, port: int) -> None:
        self._cookie = f"quotewell-known-{port}"
        self._secret = secrets.token_bytes()

    def remember(self, name: str, answer: Response) -> None:
        """Set the cookie of a browser that has logged in with this name."""
        browser = secrets.token_urlsafe(16)
        value = f"{browser}.{self._sign(name, browser)}"
        answer.set_cookie(self._cookie, value, REMEMBERED_SECONDS, path="/login", httponly=True, samesite="lax")

    def recognise(self, name: str, headers: Headers) -> str | None:
        """Return what identifies the browser, if it has logged in with this name before."""
        value = cookie_parser("; ".join(headers.getlist("cookie"))).get(self._cookie, "")
        browser, _, signature = value.partition(".")
        is_known = hmac.compare_digest(signature.encode(), self._sign(name, browser).encode())
        return f"browser {browser}" if is_known else None

    def _sign(self, name: str, browser: str) -> str:
        return hmac.digest(self._secret, f"{browser} {name}".encode(), "sha256").hex()
