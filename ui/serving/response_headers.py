"""Security headers of every response."""

from __future__ import annotations

from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.serving.settings import has_origin, parse_origin

__all__ = ["POLICY", "ResponseHeaders"]

# Gradio's page has inline scripts and styles, and runs the handlers of components with `new Function`. Everything
# else comes from this server.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
    ]
)

FIXED = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with "no-referrer", browsers would send no origin with the login form
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ResponseHeaders:
    """ASGI middleware that sets the security headers and removes Gradio's CORS headers.

    :param allowed_origins: other sites whose pages may read the responses.
    """

    def __init__(self, app: ASGIApp, *, allowed_origins: Collection[str] = ()) -> None:
        self.app = app
        self._allowed = {parse_origin(origin) for origin in allowed_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request and set the headers of its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Headers(scope=scope)
        origin = request.get("origin", "")
        allowed = origin if has_origin(self._allowed, origin) else ""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                for name in [name for name in headers if name.lower().startswith("access-control-")]:
                    del headers[name]
                headers.update(FIXED | (_cors_headers(allowed, request) if allowed else {}))
                _restrict_cookies(headers, _is_secure(scope))
                message["headers"] = headers.raw
            await send(message)

        await self.app(scope, receive, with_headers)


def _is_secure(scope: Scope) -> bool:
    """Return whether the browser uses TLS, to this server or to a proxy in front of it."""
    headers = Headers(scope=scope)
    return bool(
        scope["scheme"] in ("https", "wss")
        or headers.get("x-forwarded-proto", "").lower() == "https"
        or headers.get("origin", "").lower().startswith("https://")
    )


def _cors_headers(origin: str, request: Headers) -> dict[str, str]:
    """Return the headers that let pages of the origin send requests and read the responses."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
        "Access-Control-Allow-Headers": request.get("access-control-request-headers", ""),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Origin",
    }


def _restrict_cookies(headers: MutableHeaders, secure: bool) -> None:
    """Set ``SameSite=Lax`` and ``HttpOnly`` on all cookies, and ``Secure`` over TLS."""
    texts = headers.getlist("set-cookie")
    if not texts:
        return
    del headers["set-cookie"]
    for text in texts:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(text)
        except CookieError:
            continue
        for cookie in cookies.values():
            cookie["samesite"], cookie["httponly"], cookie["secure"] = "Lax", True, secure
            headers.append("set-cookie", cookie.OutputString())
