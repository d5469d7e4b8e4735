"""Half-sent requests, over real connections."""

from __future__ import annotations

import inspect
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.serving import connections
from ui.serving.connections import PatientProtocol

HALF = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: "


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(connections, "MAX_WAITING", 20)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        PlainTextResponse("welcome"), http=PatientProtocol, log_level="critical", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    assert not connections._waiting


def half_sent(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(HALF)
    return connection


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_a_head_that_does_not_arrive_closes_the_connection(port: int) -> None:
    with half_sent(port) as connection:
        assert is_closed(connection)


def test_dripping_bytes_does_not_help(port: int) -> None:
    with half_sent(port) as connection:
        started = time.monotonic()
        try:
            while time.monotonic() - started < 30:
                connection.sendall(b"a")
                time.sleep(0.1)
        except ConnectionError:
            return
    raise AssertionError("the connection stayed open")


def test_visitors_are_answered_while_many_wait(port: int) -> None:
    held = [half_sent(port) for _ in range(60)]
    assert httpx.get(f"http://127.0.0.1:{port}", timeout=30).text == "welcome"
    assert len(connections._waiting) <= connections.MAX_WAITING
    assert is_closed(held[0])  # the one that waited longest
    for connection in held:
        connection.close()


def test_a_connection_is_kept_from_one_request_to_the_next(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        assert {client.get("/").text for _ in range(5)} == {"welcome"}


def test_uvicorn_is_bounded_from_above() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]
    (requirement,) = (one for one in project["optional-dependencies"]["chat"] if one.startswith("uvicorn"))
    major, minor = map(int, version("uvicorn").split(".")[:2])
    assert requirement.rpartition("<")[2] == f"{major}.{minor + 1}"


def test_uvicorn_has_the_private_names_in_use() -> None:
    assert {"connection_made", "data_received", "connection_lost"} <= set(vars(H11Protocol))
    source = inspect.getsource(H11Protocol)
    assert all(name in source for name in ("self.cycle", "self.loop", "self.transport", "response_complete"))
