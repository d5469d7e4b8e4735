from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.serving.access import OWNER, USER
from ui.serving.ownership import Ownership

API = "/gradio_api"


class AsUser:
    """Takes the name of who makes a request from a header, as ``Access`` does from a login."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, USER: dict(scope["headers"])[b"user"].decode()}
        await self.app(scope, receive, send)


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def client(uploads: Path) -> TestClient:
    """An application that gives names away as Gradio does: events by number, uploads by their file's name."""

    async def event(request: Request) -> Response:
        await request.json()
        return JSONResponse({"event_id": request.headers["event"]})

    async def upload(request: Request) -> Response:
        return JSONResponse([str(uploads / (await request.body()).decode())])

    async def anything(request: Request) -> Response:
        return PlainTextResponse(f"done {len(await request.body())}")

    routes = [
        Route(f"{API}/upload", upload, methods=["POST"]),
        *(Route(f"{API}/{path}", event, methods=["POST"]) for path in ("queue/join", "call/ask", "call/v2/ask")),
        Route("/{path:path}", anything, methods=["GET", "POST"]),
    ]
    return TestClient(AsUser(Ownership(Starlette(routes=routes), uploads=str(uploads))))


def as_user(name: str, **headers: str) -> dict[str, str]:
    return {"user": name, **headers}


def post(client: TestClient, path: str, user: str, body: Any, **headers: str) -> int:
    return client.post(f"{API}/{path}", headers=as_user(user, **headers), json=body).status_code


def get(client: TestClient, path: str, user: str) -> int:
    return client.get(f"{API}/{path}", headers=as_user(user)).status_code


@pytest.mark.parametrize("call", ["call/ask", "call/v2/ask"])
def test_an_event_can_be_followed_only_by_its_owner(client: TestClient, call: str) -> None:
    assert post(client, call, "ada", {"data": []}, event="e1") == 200
    assert get(client, f"{call}/e1", "ada") == 200
    assert get(client, f"{call}/e1", "eve") == 403
    assert get(client, f"{call}/e2", "eve") == 403  # nobody's
    assert get(client, "queue/data?session_hash=e1", "eve") == 403


@pytest.mark.parametrize("path", ["cancel", "reset"])
def test_an_event_can_be_cancelled_only_by_its_owner(client: TestClient, path: str) -> None:
    assert post(client, "queue/join", "ada", {"session_hash": "s", "data": []}, event="e1") == 200
    body = {"event_id": "e1", "fn_index": 0}
    assert post(client, path, "eve", body) == 403
    assert post(client, path, "eve", body | {"session_hash": "s"}) == 403
    assert post(client, path, "ada", body | {"session_hash": "s"}) == 200


def test_a_session_belongs_to_its_first_user(client: TestClient) -> None:
    assert get(client, "heartbeat/s", "ada") == 200
    assert get(client, "queue/data?session_hash=s", "ada") == 200
    for path in ("heartbeat/s", "queue/data?session_hash=s", "upload_progress?upload_id=s"):
        assert get(client, path, "eve") == 403
    assert post(client, "queue/join", "eve", {"session_hash": "s", "data": []}, event="e") == 403
    assert post(client, "run/add", "eve", {"session_hash": "s", "data": []}) == 403


def test_an_upload_belongs_to_its_sender(client: TestClient, uploads: Path) -> None:
    uploaded = client.post(f"{API}/upload", headers=as_user("ada"), content=b"x.txt").json()[0]
    assert uploaded == str(uploads / "x.txt")
    for path in (uploaded, uploaded.replace("/", "//"), f"{uploads}/y/../x.txt"):
        body = {"data": [[{"path": path, "meta": {"_type": "gradio.FileData"}}]], "session_hash": None}
        assert post(client, "call/ask", "eve", body, event="e") == 403
        assert post(client, "mcp/", "eve", {"params": {"arguments": {"files": [path]}}}) == 403
        assert post(client, "call/ask", "ada", body, event="e") == 200
    assert get(client, f"file={uploaded}", "ada") == 200
    assert get(client, f"file={uploaded}", "eve") == 403
    assert get(client, f"file/{uploaded}", "eve") == 403


def test_the_same_file_belongs_to_all_who_sent_it(client: TestClient) -> None:
    for user in ("ada", "bob"):
        uploaded = client.post(f"{API}/upload", headers=as_user(user), content=b"x.txt").json()[0]
    statuses = [post(client, "call/ask", user, {"data": [uploaded]}, event="e") for user in ("ada", "bob", "eve")]
    assert statuses == [200, 200, 403]


def test_other_files_belong_to_no_account(client: TestClient, uploads: Path) -> None:
    assert get(client, f"file={uploads}/other.txt", "ada") == 403
    assert get(client, "file=/etc/passwd", "ada") == 403


def test_bodies_are_passed_on_unchanged(client: TestClient) -> None:
    for body in (b"", b"{", b"[" * 100_000, json.dumps({"question": "Who? /etc/passwd"}).encode()):
        answer = client.post(f"{API}/run/ask", headers=as_user("ada"), content=body)
        assert answer.text == f"done {len(body)}"


def test_the_rest_api_has_no_names_that_belong_to_anyone(client: TestClient, uploads: Path) -> None:
    asked = {"question": f"{uploads}/x.txt", "session_hash": "s"}
    assert client.post("/v1/ask", headers=as_user("ada"), json=asked).status_code == 200
    assert client.post("/v1/%0A", headers=as_user("ada"), json=asked).status_code == 403  # goes to Gradio


def test_the_server_itself_is_not_restricted(client: TestClient) -> None:
    assert post(client, "queue/join", "ada", {"session_hash": "s", "data": []}, event="e1") == 200
    assert get(client, "queue/data?session_hash=s", OWNER) == 200
