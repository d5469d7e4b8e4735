"""Web pages are fetched only on request, within limits, and not from the user's own network."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from qa.errors import LoadError, SettingsError
from qa.loaders import Limits, WebPage, is_address, load_page
from qa.loaders.web import hosts
from qa.types import AddReport, Article
from tests.toys import toy_assistant

PAGE = """<html><head><title>Ferry</title>
<meta property="article:published_time" content="2021-03-04T10:00:00Z">
</head><body><article><h1>Ferry</h1>
<p>The ferry Skerry Maid sank in 1911 off Morwick.</p></article></body></html>"""
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A web server on this machine that answers as it is told, and keeps a list of what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.headers["Host"], self.path))
                answer = site.pages.get(self.path.partition("?")[0], (404, {}, b""))
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def site(running: Site) -> Site:
    running.pages.clear()
    running.asked.clear()
    running.pages["/ferry"] = (200, {"Content-Type": "text/html"}, PAGE.encode())
    return running


def fetch(site: Site, path: str, **options: Any) -> list[Any]:
    return list(load_page(WebPage(f"{site.url}{path}", allow_private=True), **options))


def test_a_page_is_an_article_with_its_address_and_its_own_date(site: Site) -> None:
    (article,) = fetch(site, "/ferry?id=5#top")
    assert isinstance(article, Article)
    assert article.source == f"{site.url}/ferry?id=5"
    assert (article.title, article.date) == ("Ferry", dt.date(2021, 3, 4))
    assert "sank in 1911" in article.text
    assert site.asked == [(site.url.removeprefix("http://"), "/ferry?id=5")]


@pytest.mark.parametrize(
    ("path", "content_type", "body", "text"),
    [
        ("/2024/01/15/note", "text/plain; charset=iso-8859-1", "Café.".encode("latin-1"), "Café."),
        ("/a.md", "text/plain", b"# A\n\nB *c*.", "A\n\nB c."),
        ("/a.txt", "application/octet-stream", b"Some text.", "Some text."),
        ("/", "text/html; charset=windows-1252", "<p>“Quoted”</p>".encode("cp1252"), "“Quoted”"),
        ("/", "text/html; charset=nonsense", "<meta charset=utf-8><p>Wörter</p>".encode(), "Wörter"),
    ],
)
def test_formats_and_encodings_are_those_that_the_server_declares(
    site: Site, path: str, content_type: str, body: bytes, text: str
) -> None:
    site.pages[path] = (200, {"Content-Type": content_type}, body)
    (article,) = fetch(site, path)
    assert article.text.strip() == text
    assert article.source == f"{site.url}{path}"
    assert article.date == (dt.date(2024, 1, 15) if "2024" in path else None)


def test_rows_of_a_page_have_sources_of_their_own(site: Site) -> None:
    site.pages["/rows"] = (200, {"Content-Type": "application/x-ndjson"}, b'{"text": "One."}\n{"text": "Two."}')
    assert [article.source for article in fetch(site, "/rows")] == [f"{site.url}/rows#1", f"{site.url}/rows#2"]


def test_redirects_are_followed_and_counted(site: Site) -> None:
    for number in range(7):
        site.pages[f"/{number}"] = (302, {"Location": f"/{number - 1}" if number else "ferry"}, b"")
    (article,) = fetch(site, "/4")
    assert article.source == f"{site.url}/4"
    with pytest.raises(LoadError, match="redirects more than 5 times"):
        fetch(site, "/5")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((404, {}, b""), "the server answered 404 Not Found"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), "image/png, which is not a known format"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "not an address of the web"),
        (
            (200, {"Content-Type": "text/plain", "Content-Length": "9"}, b"x" * 5),
            "cannot be fetched|no text|1 MB|9",
        ),
    ],
)
def test_what_is_no_page_is_an_error(site: Site, answer: Answer, message: str) -> None:
    site.pages["/x"] = answer
    if answer[1].get("Content-Length") == "9":
        site.pages["/x"] = _cut_off
    with pytest.raises(LoadError, match=message):
        fetch(site, "/x")


def _cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", "9")
    handler.end_headers()
    handler.wfile.write(b"Short")
    handler.close_connection = True


def test_a_page_that_is_too_large_is_refused_compressed_or_not(site: Site) -> None:
    body = b"many words " * 200_000
    compressed = gzip.compress(body)
    site.pages["/large"] = (200, {"Content-Type": "text/plain"}, body)
    site.pages["/bomb"] = (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, compressed)
    for path in ("/large", "/bomb"):
        with pytest.raises(LoadError, match="exceeds the limit of 1 MB"):
            fetch(site, path, max_mb=1)
        assert len(fetch(site, path, max_mb=3)) == 1


@pytest.mark.parametrize("headers_first", [True, False])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(site: Site, headers_first: bool) -> None:
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        if headers_first:
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        try:
            while not done.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass
        handler.close_connection = True

    site.pages["/slow"] = drip
    start = time.monotonic()
    with pytest.raises(LoadError, match=r"takes more than 0\.5 seconds"):
        fetch(site, "/slow", limits=Limits(seconds=0.5))
    done.set()
    assert time.monotonic() - start < 30


def test_private_addresses_are_refused_also_behind_a_name_or_a_redirect(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in (
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "0.0.0.0",
        "127.1",
    ):
        with pytest.raises(LoadError, match=r"of this machine or its network|is not found"):
            list(load_page(WebPage(f"http://{host}/")))
    assert not site.asked

    real = socket.getaddrinfo

    def lookup(host: str, *arguments: Any, **options: Any) -> Any:
        """Find public.test on this machine, as if that were on the internet, and private.test at the router."""
        address = {"public.test": "127.0.0.1", "private.test": "192.168.1.1"}.get(host, host)
        return real(address, *arguments, **options)

    is_public = hosts._is_public
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(hosts, "_is_public", lambda address: str(address) == "127.0.0.1" or is_public(address))
    port = site.server.server_port
    site.pages["/to-router"] = (302, {"Location": "http://private.test/admin"}, b"")
    (article,) = load_page(WebPage(f"http://public.test:{port}/ferry"))
    assert article.source == f"http://public.test:{port}/ferry"
    assert site.asked == [(f"public.test:{port}", "/ferry")]
    with pytest.raises(LoadError, match=r"private\.test is 192\.168\.1\.1, an address of this machine"):
        list(load_page(WebPage(f"http://public.test:{port}/to-router")))


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_internet_are_public(address: str, is_public: bool) -> None:
    import ipaddress

    assert hosts._is_public(ipaddress.ip_address(address)) is is_public


def test_a_password_is_not_stored() -> None:
    with pytest.raises(LoadError, match="contains a password"):
        list(load_page(WebPage("https://ada:secret@example.org/")))


def test_brackets_that_hold_no_ipv6_address_are_an_error() -> None:
    with pytest.raises(LoadError, match="the address is not valid"):
        list(load_page(WebPage("https://[example.org/")))


def test_pages_are_added_only_on_request(site: Site) -> None:
    page = f"{site.url}/ferry"

    def add(**options: Any) -> AddReport:
        return assistant.add(page, Article("Another."), **options)

    with toy_assistant() as assistant:
        report = add()
        assert "fetched only on request" in report.failures[0].reason
        assert "of this machine" in add(fetch="public").failures[0].reason
        assert not site.asked
        assert add(fetch="any").results[0].outcome == "added"
        assert add(fetch="any").results[0].outcome == "unchanged"
        assert assistant.get(page).date == dt.date(2021, 3, 4)
        with pytest.raises(SettingsError, match="fetch must be one of never, public, any"):
            add(fetch=True)


def test_what_is_an_address() -> None:
    assert all(map(is_address, ("https://example.org", " HTTP://example.org/a")))
    assert not any(map(is_address, ("http.txt", "/a/https://b", "ftp://example.org", "file:///a")))
