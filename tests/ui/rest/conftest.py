"""The REST API over a toy assistant, whose reader takes heights for answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from qa.assistant import Assistant
from qa.types import Article
from tests.toys import HeightReader, toy_assistant
from ui.conversation.workers import QuestionThreads
from ui.rest.problems import PREFIX
from ui.rest.rest_api import build_rest_api
from ui.rest.uploaded_files import UploadedFiles

VELA = Article(
    "The lighthouse at Vela is 42 metres tall.",
    "Vela",
    "vela.md",
    "2024-05-06",
    tags=("sea",),
)


@pytest.fixture
def assistant() -> Iterator[Assistant]:  # type: ignore[override]
    with toy_assistant(reader=HeightReader()) as made:
        made.add(VELA)
        yield made


@pytest.fixture
def client(assistant: Assistant, tmp_path: Path) -> TestClient:
    """A client of the API alone, without the middleware of the server."""
    api = build_rest_api(assistant, QuestionThreads(2), UploadedFiles(str(tmp_path), 3))
    mounted = Starlette(routes=[Mount(PREFIX, api)])
    return TestClient(mounted, f"http://testserver{PREFIX}", raise_server_exceptions=False)
