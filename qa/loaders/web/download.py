"""Download a page over HTTP, within limits of size, time and redirects."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.errors import LoadError
from qa.loaders.web.hosts import find_host

if TYPE_CHECKING:
    import httpx

__all__ = ["Download", "download"]

MAX_REDIRECTS = 5
WAIT_SECONDS = 15.0
"""How long the server may be silent."""
_HEADERS = {
    "User-Agent": "Quotewell",
    "Accept": "text/html,application/xhtml+xml,text/plain,application/pdf;q=0.9,*/*;q=0.5",
}


@dataclass(frozen=True, slots=True)
class Download:
    """What a server sent: the body, its type without parameters, and its character encoding if it was declared."""

    data: bytes
    content_type: str
    charset: str


def download(url: str, *, max_bytes: int, seconds: float, allow_private: bool = False) -> Download:
    """Return what the server sends for an address, after up to five redirects.

    Each host is looked up and checked before it is asked. Proxies and stored passwords are not used.

    :param max_bytes: the largest size, once decompressed.
    :param seconds: the time for all of it.
    :raises LoadError: if there is no such page, or it exceeds a limit, or its host is not allowed.
    """
    import httpx

    deadline = _Deadline(seconds)
    try:
        with (
            httpx.Client(trust_env=False, timeout=min(seconds, WAIT_SECONDS), headers=_HEADERS) as client,
            deadline,
        ):
            place = httpx.URL(url)
            for _ in range(1 + MAX_REDIRECTS):
                with _request(client, place, deadline, allow_private) as response:
                    if response.has_redirect_location:
                        place = place.join(response.headers["location"])
                        continue
                    if response.is_error:
                        raise LoadError(f"the server answered {response.status_code} {response.reason_phrase}")
                    return _read(response, max_bytes, deadline)
        raise LoadError(f"the server redirects more than {MAX_REDIRECTS} times: check the address")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        if deadline.is_over:
            raise deadline.error from error
        raise LoadError(f"the page cannot be fetched ({str(error) or type(error).__name__}): try again") from error


class _Deadline:
    """Ends the connection when the time is over, even while the server sends a byte now and then."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._close)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    @property
    def error(self) -> LoadError:
        return LoadError(
            f"the page takes more than {self._seconds:g} seconds: try again, or raise max_load_seconds"
        )

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Take note of a connection: httpx calls this at each step of a request."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")

    def _close(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def _request(
    client: httpx.Client, place: httpx.URL, deadline: _Deadline, allow_private: bool
) -> Iterator[httpx.Response]:
    """Send a request to the address that was checked, under the name that the page was asked by."""
    if place.scheme not in ("http", "https") or not place.host:
        raise LoadError(f"{place} is not an address of the web: it must begin with https:// or http://")
    port = place.port or {"http": 80, "https": 443}[place.scheme]
    address = find_host(place.host, port, allow_private=allow_private)
    with client.stream(
        "GET",
        place.copy_with(host=address),
        headers={"Host": place.netloc.decode("ascii")},
        extensions={"sni_hostname": place.raw_host.decode("ascii"), "trace": deadline.watch},
    ) as response:
        yield response


def _read(response: httpx.Response, max_bytes: int, deadline: _Deadline) -> Download:
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > max_bytes:
            raise LoadError(f"the page exceeds the limit of {max_bytes >> 20} MB: raise max_file_mb")
    if deadline.is_over:  # the connection was ended, which may look like the end of the page
        raise deadline.error
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Download(bytes(data), content_type, response.charset_encoding or "")
