"""Health checks: what they say, and that they wait for nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from qa.accounts import Accounts
from qa.errors import LibraryError, ModelError
from qa.types import Article, EmbeddingState
from tests.event_loop import run_async
from tests.toys import toy_assistant
from tests.waiting import wait_until
from ui import Server, ServerOptions, start
from ui.serving.monitoring import probes
from ui.serving.monitoring.probes import LibraryWatch

ARTICLE = Article("The ferry to Vela sails at noon.", "Ferry", "ferry")


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    monkeypatch.setattr("ui.serving.server.FIRST_PAGE_SECONDS", 0.0)
    with toy_assistant() as assistant:
        assistant.add(ARTICLE)
        servers: list[Server] = []

        def serve(**patched: Callable[[], object]) -> Server:
            for name, function in patched.items():
                setattr(assistant, name, function)
            servers.append(start(assistant, ServerOptions(accounts=Accounts.read(["ada:secret"]))))
            return servers[-1]

        yield serve
        for server in servers:
            server.close()


def ready(server: Server) -> httpx.Response:
    return httpx.get(f"{server.url}readyz")


def test_a_server_is_ready_when_its_models_are_loaded(serve: Callable[..., Server]) -> None:
    may_load = threading.Event()
    server = serve(warm_up=may_load.wait)
    answer = ready(server)
    assert (answer.status_code, answer.text) == (503, "The models are loading.\n")
    may_load.set()
    wait_until(lambda: ready(server).status_code == 200)
    assert ready(server).text == "ready\n"
    for answer in (httpx.get(f"{server.url}healthz"), httpx.head(f"{server.url}healthz")):
        assert answer.status_code == 200


def test_a_server_without_its_models_says_so(serve: Callable[..., Server]) -> None:
    def fail() -> None:
        raise ModelError("there is no reader")

    server = serve(warm_up=fail)
    wait_until(lambda: "cannot be loaded" in ready(server).text)
    assert "no reader" not in ready(server).text
    assert httpx.get(f"{server.url}healthz").status_code == 200


@pytest.mark.parametrize("path", ["healthz/", "healthz/x", "readyz/../config", "readyz?x", "Healthz", "//readyz"])
def test_the_checks_open_nothing_else(serve: Callable[..., Server], path: str) -> None:
    answer = httpx.get(f"{serve().url}{path}")
    assert answer.status_code in (401, 404) or answer.text in ("ready\n", "The models are loading.\n")


def test_pages_of_other_sites_cannot_ask(serve: Callable[..., Server]) -> None:
    answer = httpx.get(f"{serve().url}healthz", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_library_that_cannot_be_read_is_not_ready(serve: Callable[..., Server]) -> None:
    def fail() -> EmbeddingState:
        raise LibraryError("the server of ada at secret.example has gone away")

    server = serve(embedding_state=fail)
    wait_until(lambda: "library" in ready(server).text)
    assert (ready(server).status_code, ready(server).text) == (503, "The library cannot be read.\n")


def test_a_library_that_hangs_is_asked_once_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)
    may_answer, asked = threading.Event(), []

    def hang() -> EmbeddingState:
        asked.append(1)
        may_answer.wait()
        return EmbeddingState(3, 1)

    with toy_assistant() as assistant:
        assistant.embedding_state = hang  # type: ignore[method-assign]
        watch = LibraryWatch(assistant)
        assert [watch.size(), watch.size()] == [None, None]
        assert len(asked) == 1
        assert not run_async(watch.is_readable())
        may_answer.set()
        wait_until(lambda: watch.size() == (0, 3, 2))


def test_a_slow_moment_of_the_library_is_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(probes, "LENIENT_SECONDS", 60.0)

    def fail() -> EmbeddingState:
        raise LibraryError("gone")

    with toy_assistant() as assistant:
        watch = LibraryWatch(assistant)
        assert run_async(watch.is_readable())
        assistant.embedding_state = fail  # type: ignore[method-assign]
        assert (watch.size(), run_async(watch.is_readable())) == (None, True)
        monkeypatch.setattr(probes, "LENIENT_SECONDS", 0.0)
        assert not run_async(watch.is_readable())


def test_a_check_does_not_wait_for_a_library_that_was_read_a_moment_ago(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that gives up on a check moves all visitors of the server to another one."""
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)
    may_answer = threading.Event()
    may_answer.set()

    def answer() -> EmbeddingState:
        may_answer.wait()
        return EmbeddingState(1, 1)

    server = serve(embedding_state=answer)
    wait_until(lambda: ready(server).status_code == 200)
    may_answer.clear()
    monkeypatch.setattr(probes, "ANSWER_SECONDS", 3600.0)
    try:
        assert [ready(server).status_code for _ in range(3)] == [200] * 3
    finally:
        may_answer.set()


def test_the_size_is_read_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    with toy_assistant() as assistant:
        watch = LibraryWatch(assistant)
        monkeypatch.setattr(probes, "FRESH_SECONDS", 60.0)
        assert watch.size() == (0, 0, 0)
        assistant.add(ARTICLE)
        assert watch.size() == (0, 0, 0)
        monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)
        assert watch.size() == (1, 1, 0)
