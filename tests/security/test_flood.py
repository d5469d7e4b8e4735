"""Large, frequent and slow requests must not keep other visitors from the chat."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from qa.assistant import Assistant
from tests.waiting import PATIENCE, wait_until
from ui import Server, ServerOptions, start

MB = 1 << 20
BODY_MB = 300


def resident_mb() -> int:
    """Return the most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def host_and_port(server: Server) -> tuple[str, int]:
    address = urlsplit(server.url)
    assert address.hostname
    assert address.port
    return address.hostname, address.port


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("/login", b"username=ada&password="),
        ("/gradio_api/cancel", b'{"session_hash":"'),
        ("/gradio_api/upload", b""),
        ("/gradio_api/mcp/", b""),
    ],
)
def test_a_large_body_takes_no_memory(guarded: Server, path: str, head: bytes) -> None:
    before = resident_mb()
    chunk = b"a" * MB
    with closing(HTTPConnection(*host_and_port(guarded), timeout=PATIENCE)) as connection:
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(len(head) + BODY_MB * MB))
        connection.endheaders()
        with suppress(ConnectionError):  # cut off
            connection.send(head)
            for _ in range(BODY_MB):
                connection.send(chunk)
        with suppress(ConnectionError):
            assert connection.getresponse().status in (401, 413)
    assert resident_mb() - before < 100
    assert httpx.get(f"{guarded.url}login", timeout=PATIENCE).status_code == 200


def test_a_pasted_text_has_a_limit(attacked: Assistant) -> None:
    server = start(attacked, ServerOptions(no_token=True))
    with closing(server):
        call = f"{server.url}gradio_api/call/v2/add_text"
        assert httpx.post(call, json={"text": "a" * 33 * MB}, timeout=PATIENCE).status_code == 413
        assert httpx.post(call, json={"text": "a" * MB}, timeout=PATIENCE).status_code == 200


def test_guessing_passwords_delays_only_the_client_that_guesses(guarded: Server) -> None:
    login = f"{guarded.url}login"

    def attempt(password: str, address: str) -> int:
        entered = {"username": "ada", "password": password}
        headers = {"X-Forwarded-For": address}
        return httpx.post(login, data=entered, headers=headers, timeout=PATIENCE).status_code

    with ThreadPoolExecutor(50) as attackers:
        guesses = [attackers.submit(attempt, f"guess {n}", "192.0.2.1") for n in range(100)]
        wait_until(lambda: sum(not guess.done() for guess in guesses) <= 10)  # the others are refused
        assert attempt("secret", "198.51.100.7") == 200
        statuses = [guess.result() for guess in guesses]
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 10  # so few passwords were checked at all
    assert attempt("secret", "192.0.2.1") in (200, 429)


@pytest.fixture
def half_sent(guarded: Server) -> Iterator[list[socket.socket]]:
    """More unfinished requests than the usual limit of open files."""
    connections: list[socket.socket] = []
    for _ in range(1100):
        connection = socket.create_connection(host_and_port(guarded), timeout=PATIENCE)
        connection.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: ")
        connections.append(connection)
    yield connections
    for connection in connections:
        connection.close()


def test_half_sent_requests_do_not_block_others(guarded: Server, half_sent: list[socket.socket]) -> None:
    assert httpx.get(f"{guarded.url}login", timeout=PATIENCE).status_code == 200
    for connection in half_sent[:50]:  # closed by now, to make room for others
        with suppress(ConnectionError):
            assert connection.recv(1) == b""


def test_a_body_that_drips_ends(attacked: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.serving.bodies.IDLE_SECONDS", 0.5)
    server = start(attacked, ServerOptions(no_token=True))
    ended = threading.Event()
    with closing(server), socket.create_connection(host_and_port(server), timeout=PATIENCE) as connection:
        connection.sendall(b"POST /gradio_api/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
        assert b"408" in connection.recv(1000)
        ended.set()
    assert ended.is_set()
