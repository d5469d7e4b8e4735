from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.serving.first_paint import FirstPaint

PAGE = f"<body>{' ' * 2000}<gradio-app></gradio-app></body>"


async def page(request: Request) -> Response:
    return HTMLResponse(PAGE, int(request.query_params.get("status", 200)))


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])])
    app.add_middleware(GZipMiddleware)
    return TestClient(FirstPaint(app, render=lambda: "<p>Prêt</p>"))


def test_the_page_begins_with_its_first_view(client: TestClient) -> None:
    answer = client.get("/", headers={"accept-encoding": "gzip"})

    assert answer.text == PAGE.replace("<gradio-app>", "<p>Prêt</p><gradio-app>")
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_all_else_is_left_alone(client: TestClient) -> None:
    assert client.get("/?status=401").text == PAGE
    assert client.get("/config").text == PAGE
    assert client.post("/").text == PAGE
