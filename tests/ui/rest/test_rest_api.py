"""What the OpenAPI document says, and that the server gives it and the API to nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from qa.accounts import Accounts
from qa.assistant import Assistant
from qa.types import Reply
from tests.waiting import PATIENCE
from ui import Server, ServerOptions, ServerSettings, start
from ui.rest import schemas
from ui.serving.access import basic_auth

ROUTES = {
    ("/library", "get"),
    ("/articles", "get"),
    ("/articles", "post"),
    ("/articles/{article_id}", "get"),
    ("/articles/{article_id}", "patch"),
    ("/articles/{article_id}", "delete"),
    ("/upload", "post"),
    ("/ask", "post"),
    ("/ask/batch", "post"),
    ("/retrieve", "post"),
}


def test_the_document_describes_every_route(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    described = {
        (path, method): each for path, methods in document["paths"].items() for method, each in methods.items()
    }
    assert described.keys() == ROUTES
    assert document["servers"] == [{"url": "/v1"}]
    for each in described.values():
        assert each["description"]
        assert "application/problem+json" in each["responses"]["4XX"]["content"]
    assert "Problem" in document["components"]["schemas"]


def test_the_document_says_nothing_about_the_machine(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    for secret in (str(Path.home()), str(Path.cwd()), "/tmp"):
        assert secret not in text


def test_there_are_no_pages_that_load_scripts_from_elsewhere(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")
    assert client.put("/ask").status_code == 405


def test_every_field_of_a_reply_is_described(client: TestClient) -> None:
    """If this fails, describe the new field in ``ui/rest/schemas.py``."""
    reply = client.post("/ask", json={"question": "How tall is the lighthouse at Vela?"}).json()
    answer = reply["answer"]
    assert reply.keys() == schemas.Reply.model_fields.keys()
    assert answer.keys() == schemas.Answer.model_fields.keys()
    assert answer["citations"][0].keys() == schemas.Citation.model_fields.keys()
    assert reply["passages"][0].keys() == schemas.Passage.model_fields.keys()
    assert Reply.from_dict(reply).to_dict() == reply


@pytest.fixture
def server(assistant: Assistant) -> Iterator[Server]:
    limits = ServerSettings(max_body_mb=1, max_upload_mb=2, token="swordfish")
    with closing(start(assistant, ServerOptions(limits=limits))) as running:
        yield running


def test_the_server_asks_for_the_token(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        for path, method in ROUTES | {("/openapi.json", "get"), ("/nothing", "get")}:
            for headers in ({}, {"Authorization": "Bearer no"}, {"Accept": "text/html"}):
                refused = client.request(method, f"v1{path}", headers=headers)
                assert (refused.status_code, refused.json()["status"]) == (401, 401)
                assert refused.headers["content-type"] == "application/problem+json"
                assert refused.headers["x-content-type-options"] == "nosniff"
        client.headers["Authorization"] = "Bearer swordfish"
        assert client.get("v1/library").json()["articles"] == 1
        assert client.get("v1/openapi.json").json()["servers"] == [{"url": "/v1"}]
        assert client.get("v1/nothing").json()["status"] == 404


def test_the_server_bounds_bodies_and_refuses_other_sites(server: Server) -> None:
    headers = {"Authorization": "Bearer swordfish", "Content-Type": "application/json"}
    with httpx.Client(base_url=f"{server.url}v1/", headers=headers, timeout=PATIENCE) as client:
        long = json.dumps({"text": "x" * 2**20})
        assert client.post("articles", content=long).json()["status"] == 413
        del client.headers["Content-Type"]
        assert client.post("upload", files={"files": ("x.txt", b"noon " * 2**18)}).status_code == 200
        assert client.post("upload", files={"files": ("x.txt", b"noon " * 2**19)}).json()["status"] == 413
        refused = client.get("library", headers={"Origin": "https://evil.test"})
        assert (refused.status_code, refused.json()["status"]) == (403, 403)
        assert client.get("library", headers={"Host": "evil.test"}).json()["status"] == 403


def test_accounts_use_the_api(assistant: Assistant) -> None:
    options = ServerOptions(accounts=Accounts.read(["ada:secret"]))
    with closing(start(assistant, options)) as running:
        ada: dict[str, Any] = {"headers": {"Authorization": basic_auth("ada", "secret")}, "timeout": PATIENCE}
        url = f"{running.url}v1"
        assert httpx.get(f"{url}/library", timeout=PATIENCE).json()["status"] == 401
        asked = httpx.post(f"{url}/ask", json={"question": "How tall is the lighthouse?"}, **ada)
        assert asked.json()["answer"]["text"] == "42 metres"
        uploaded = httpx.post(f"{url}/upload", files={"files": ("x.txt", b"The ferry sails at noon.")}, **ada)
        assert uploaded.json()["results"][0]["outcome"] == "added"


def test_a_file_has_one_source_however_it_is_uploaded(server: Server) -> None:
    """Gradio chooses the name of an upload; ``ui.gradio_internals.stored_name`` follows it."""
    headers = {"Authorization": "Bearer swordfish"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE) as client:
        for name in ("notes.txt", "r#port (1)?.txt", "früh: 5.txt", "a/b.txt"):
            form = {"files": (name, b"The ferry sails at noon.")}
            (stored,) = client.post("gradio_api/upload", files=form).json()
            (result,) = client.post("v1/upload", files=form).json()["results"]
            assert result["source"] == f"uploads/{Path(stored).name}"
