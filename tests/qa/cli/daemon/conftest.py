from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.cli.daemon import open_assistants
from qa.cli.daemon.daemon_server import DaemonServer
from qa.cli.daemon.daemon_socket import create_folder
from qa.cli.daemon.open_assistants import OpenAssistants
from qa.types import Article
from tests.toys import toy_assistant


@pytest.fixture
def toy_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A library whose assistant has no models."""
    folder = tmp_path / "library"
    with toy_assistant(folder=folder) as assistant:
        assistant.add(Article("The ferry to Vela sails at noon.", source="ferry"))
    monkeypatch.setattr(open_assistants, "_open", lambda library, _: toy_assistant(folder=Path(library)))
    return folder


@pytest.fixture
def server(runtime_folder: Path) -> Iterator[DaemonServer]:
    """A daemon in this process."""
    server = DaemonServer(create_folder(), OpenAssistants(), idle_seconds=600)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join()
