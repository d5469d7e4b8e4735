from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from tests.event_loop import run_async
from ui.serving import bodies
from ui.serving.bodies import MB, BodyLimits, LimitedBodies


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def parsed(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


APP = Starlette(
    routes=[
        Route("/login", length, methods=["POST"]),
        Route("/json", parsed, methods=["POST"]),
        Route("/{path:path}", length, methods=["GET", "POST"]),
    ]
)
LIMITS = BodyLimits(upload_mb=2, body_mb=1)


def client() -> TestClient:
    return TestClient(LimitedBodies(APP, limits=LIMITS))


def chunks(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, size, 1 << 16):
        yield b"x" * min(1 << 16, size - start)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/gradio_api/upload", 2 * MB),
        ("/gradio_api/upload/", 2 * MB),
        ("/v1/upload", 2 * MB),
        ("/v1/articles/upload", MB),  # whose body is JSON, which is held in memory
        ("/gradio_api/call/upload", MB),
        ("/gradio_api/queue/join", MB),
        ("/gradio_api/mcp/", MB),
        ("/login", 16 << 10),
    ],
)
@pytest.mark.parametrize("declares_its_length", [True, False])
def test_a_body_is_cut_off_at_its_limit(path: str, limit: int, declares_its_length: bool) -> None:
    def body(size: int) -> Any:
        return b"x" * size if declares_its_length else chunks(size)

    assert client().post(path, content=body(limit)).text == str(limit)
    refused = client().post(path, content=body(limit + 1))
    assert refused.status_code == 413
    assert "Send at most " in refused.text
    assert refused.headers["connection"] == "close"


def test_the_response_to_a_cut_off_body_is_not_sent() -> None:
    assert client().post("/json", content=chunks(MB + 1)).status_code == 413


def test_a_false_content_length_does_not_help() -> None:
    response = client().post("/json", content=chunks(2 * MB), headers={"content-length": "10"})
    assert response.status_code == 413


@pytest.mark.parametrize("declared", ["-1", "1e3", "+5", "٣", "x", "9" * 5000])
def test_an_invalid_content_length(declared: str) -> None:
    response = client().post("/", content=chunks(10), headers=[(b"content-length", declared.encode())])
    assert response.status_code in (200, 413)


def test_a_body_that_stalls_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.05)
    sent: list[Message] = []

    async def stalled() -> Message:
        await asyncio.sleep(30)
        raise AssertionError("it should have been cut off")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": [], "query_string": b"", "root_path": ""}
    run_async(LimitedBodies(APP, limits=LIMITS)(scope, stalled, send))
    assert sent[0]["status"] == 408


def test_a_response_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.1)

    async def slow(request: Request) -> PlainTextResponse:
        await request.body()
        await asyncio.sleep(0.2)
        return PlainTextResponse("done")

    app = Starlette(routes=[Route("/", slow, methods=["POST"])])
    assert TestClient(LimitedBodies(app, limits=LIMITS)).post("/", content=b"x").text == "done"


def test_errors_of_the_application_stay_errors() -> None:
    async def broken(request: Request) -> PlainTextResponse:
        raise LookupError("broken")

    app = Starlette(routes=[Route("/", broken, methods=["POST"])])
    with pytest.raises(LookupError):
        TestClient(LimitedBodies(app, limits=LIMITS)).post("/", content=b"x")
