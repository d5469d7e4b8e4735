from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from qa.errors import SettingsError
from ui.serving.request_filter import RequestFilter
from ui.serving.settings import is_loopback, parse_origin

HERE = {"host": "127.0.0.1:7860"}
NEWS = {"host": "news.example"}


def client(*, local: bool = True, allowed: tuple[str, ...] = (), scheme: str = "http") -> TestClient:
    app = RequestFilter(PlainTextResponse("welcome"), local=local, allowed_origins=allowed)
    return TestClient(app, base_url=f"{scheme}://testserver")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7860", "LOCALHOST", "[::1]:7860", "127.8.9.1:80"])
def test_requests_to_this_machine_are_answered(host: str) -> None:
    assert client().get("/", headers={"host": host}).text == "welcome"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example:7860",
        "localhost.evil.example",
        "10.0.0.1",
        "",
        "[::1",
    ],
)
def test_requests_to_other_names_are_refused(host: str) -> None:
    response = client().get("/", headers={"host": host})
    assert (response.status_code, response.text) == (
        403,
        "This chat only accepts requests to localhost.",
    )


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:3000",
        "http://localhost:7860",
        "http://127.0.0.1",
        "https://127.0.0.1",
        "file://",
        "",
        "http://127.0.0.1:7860, http://evil.example",
    ],
)
def test_pages_of_another_site_or_port_are_refused(origin: str, local: bool) -> None:
    response = client(local=local).post("/gradio_api/call/add", headers=HERE | {"origin": origin})
    assert response.status_code == 403


def test_every_origin_of_a_request_is_checked() -> None:
    origins = [("host", HERE["host"]), ("origin", "http://127.0.0.1:7860"), ("origin", "http://evil.example")]
    assert client().post("/", headers=origins).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin", "scheme"),
    [
        ("127.0.0.1:7860", "http://127.0.0.1:7860", "http"),
        ("news.example", "http://news.example", "http"),
        ("News.Example:80", "http://news.example", "http"),
        ("news.example", "https://news.example", "https"),
        ("news.example", "https://news.example", "http"),  # a proxy that ends TLS and does not say so
        ("news.example:8443", "https://news.example:8443", "http"),
    ],
)
def test_the_servers_own_pages_are_answered(host: str, origin: str, scheme: str) -> None:
    response = client(local=False, scheme=scheme).post("/", headers={"host": host, "origin": origin})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("origin", "scheme"), [("http://news.example", "https"), ("https://sibling.news.example", "https")]
)
def test_plain_http_and_sibling_domains_are_refused(origin: str, scheme: str) -> None:
    assert client(local=False, scheme=scheme).post("/", headers=NEWS | {"origin": origin}).status_code == 403


def test_an_origin_can_be_allowed() -> None:
    asking = client(local=False, allowed=("https://portal.example",))
    assert asking.post("/", headers=NEWS | {"origin": "https://portal.example"}).status_code == 200
    assert asking.post("/", headers=NEWS | {"origin": "https://portal.example:444"}).status_code == 403
    preflight = {"origin": "https://portal.example", "access-control-request-method": "POST"}
    assert asking.options("/", headers=NEWS | preflight).status_code == 204


@pytest.mark.parametrize("origin", ["x.example", "https://x.example/", "ftp://x", "null", "https://", "*"])
def test_what_is_not_an_origin_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="is not an origin"):
        parse_origin(origin)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_only_link_here(site: str) -> None:
    fetched = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    framed = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    followed = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    statuses = [client().get("/", headers=HERE | headers).status_code for headers in (fetched, framed, followed)]
    assert statuses == [403, 403, 200]


@pytest.mark.parametrize(
    "path",
    [
        "file=https://example.com/x",
        "file=HTTP://example.com",
        "file=http%3A//example.com",
        "file/https://example.com/x",
        "proxy=https://example.com/x",
        "file=file:///etc/passwd",
    ],
)
def test_urls_are_not_fetched(path: str) -> None:
    response = client(local=False).get(f"/gradio_api/{path}")
    assert (response.status_code, response.text) == (403, "This server does not fetch URLs.")


@pytest.mark.parametrize("path", ["/gradio_api/upload/", "//gradio_api//upload///"])
def test_all_behind_the_filter_see_the_same_path(path: str) -> None:
    async def show_path(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(scope["path"])(scope, receive, send)

    asking = TestClient(RequestFilter(show_path, local=True))
    assert asking.get(f"http://127.0.0.1{path}").text == "/gradio_api/upload/"


@pytest.mark.parametrize("path", ["//gradio_api/mcp/http", "/gradio_api//file=https://example.com/x"])
def test_more_slashes_open_no_closed_route(path: str) -> None:
    assert client().get(f"http://127.0.0.1{path}").status_code in (403, 404)


def test_files_of_this_machine_pass() -> None:
    assert client().get("/gradio_api/file=/tmp/x", headers=HERE).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("127.0.0.1", "::1", "[::1]", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.2", "", "localhost.evil.example")),
    ],
)
def test_loopback_hosts(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
