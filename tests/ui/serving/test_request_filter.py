from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from ui.serving.request_filter import RequestFilter, is_loopback

HERE = {"host": "127.0.0.1:7860"}


def client(*, local: bool = True) -> TestClient:
    return TestClient(RequestFilter(PlainTextResponse("welcome"), local=local, max_upload_mb=1))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7860", "LOCALHOST", "[::1]:7860", "127.8.9.1:80"])
def test_this_machine_is_let_in(host: str) -> None:
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
def test_a_name_that_was_made_to_point_here_is_not(host: str) -> None:
    response = client().get("/", headers={"host": host})
    assert (response.status_code, response.text) == (403, "This chat only serves its own machine.")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_site_is_not(origin: str) -> None:
    assert client().post("/gradio_api/call/add", headers=HERE | {"origin": origin}).status_code == 403


def test_a_page_of_ours_is() -> None:
    assert client().post("/", headers=HERE | {"origin": "http://localhost:7860"}).status_code == 200


def test_others_are_let_in_where_they_log_in() -> None:
    headers = {"host": "news.example", "origin": "https://news.example"}
    assert client(local=False).get("/", headers=headers).status_code == 200


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
def test_nothing_is_fetched_from_elsewhere(path: str) -> None:
    response = client(local=False).get(f"/gradio_api/{path}")
    assert (response.status_code, response.text) == (403, "This server does not fetch other addresses.")


def test_files_of_here_pass() -> None:
    assert client().get("/gradio_api/file=/tmp/x", headers=HERE).status_code == 200


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/upload/", "/gradio_api//upload"])
def test_an_upload_has_a_limit(path: str) -> None:
    assert client().post(path, headers=HERE, content=b"x" * 2**20).status_code == 200
    assert client().post(path, headers=HERE, content=b"x" * (2**20 + 1)).status_code == 413
    assert client().post(path, headers=HERE, content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("127.0.0.1", "::1", "[::1]", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.2", "", "localhost.evil.example")),
    ],
)
def test_which_hosts_are_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
