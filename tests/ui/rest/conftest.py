"""The REST API over a toy assistant, whose reader takes heights for answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from qa.assistant import Assistant
from qa.types import Article, Reading, Span
from tests.toys import ToyReader, toy_assistant
from ui.conversation.workers import QuestionThreads
from ui.rest.problems import PREFIX
from ui.rest.rest_api import build_rest_api
from ui.rest.uploaded_files import UploadedFiles

VELA = Article(
    "The lighthouse at Vela is 42 metres tall.",
    "Vela",
    "vela.md",
    "2024-05-06",  # type: ignore[arg-type]
    tags=("sea",),
)


class HeightReader(ToyReader):
    """Finds heights."""

    def reading(self, question: str, passage: str) -> Reading:
        found = re.search(r"\d+ metres", passage)
        return Reading((Span(*found.span(), 9.0),), 0.0) if found else Reading((), 0.0)


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
