"""What `quotewell ask` does when the daemon cannot answer it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.cli.asking import answerer
from qa.cli.asking.answerer import Answerer
from qa.cli.daemon.daemon_client import DaemonClient
from qa.cli.daemon.daemon_server import DaemonServer
from qa.cli.replies.ask_request import AskRequest
from qa.errors import QuestionError
from tests.toys import toy_assistant

QUESTION = "When does the ferry sail?"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, toy_library: Path) -> list[str]:
    """The libraries that are opened in the process of the client."""
    libraries: list[str] = []

    def open_here(library: str) -> Assistant:
        libraries.append(library)
        return toy_assistant(folder=Path(library))

    monkeypatch.setattr(answerer, "open_assistant", open_here)
    return libraries


@pytest.fixture
def asked(toy_library: Path) -> Iterator[Answerer]:
    with Answerer(str(toy_library), AskRequest(), use_daemon=True) as asked:
        yield asked


def test_the_daemon_answers_without_a_library_here(
    server: DaemonServer, opened: list[str], asked: Answerer
) -> None:
    assert "These articles do not seem to answer that." in asked.answer(QUESTION)
    assert (server.questions, opened) == (1, [])


@pytest.mark.usefixtures("runtime_folder")
def test_without_a_daemon_the_answer_comes_from_here(
    opened: list[str], asked: Answerer, toy_library: Path
) -> None:
    assert "These articles do not seem to answer that." in asked.answer(QUESTION)
    assert opened == [str(toy_library)]


def test_when_the_daemon_ends_the_next_answer_comes_from_here(
    server: DaemonServer, opened: list[str], asked: Answerer, toy_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = asked.answer(QUESTION)
    monkeypatch.setattr("qa.cli.daemon.daemon_server._Handler._answer", lambda *_: 1 / 0)
    assert asked.answer(QUESTION) == answer
    assert opened == [str(toy_library)]


def test_a_daemon_of_another_version_is_not_asked(
    server: DaemonServer, opened: list[str], toy_library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.installation = "another"
    with Answerer(str(toy_library), AskRequest(), use_daemon=True) as asked:
        asked.answer(QUESTION)
    assert (server.questions, opened) == (0, [str(toy_library)])
    assert "of another version" in capsys.readouterr().err


def test_a_daemon_that_hangs_is_not_waited_for(
    runtime_folder: Path, monkeypatch: pytest.MonkeyPatch, server: DaemonServer
) -> None:
    monkeypatch.setattr("qa.cli.daemon.daemon_client.GREETING_SECONDS", 0.05)
    release = threading.Event()
    monkeypatch.setattr("qa.cli.daemon.daemon_server._Handler.handle", lambda _: release.wait())
    assert DaemonClient.connect() is None
    release.set()


@pytest.mark.usefixtures("runtime_folder")
def test_many_questions_come_back_in_order_and_open_one_library(
    opened: list[str], asked: Answerer, toy_library: Path
) -> None:
    questions = [f"Who is number {number}?" for number in range(20)]
    questions[7] = "x" * 3000
    answers = list(asked.answer_all(questions))
    assert [question for question, _ in answers] == questions
    assert isinstance(answers[7][1], QuestionError)
    assert opened == [str(toy_library)]
    assert list(asked.answer_all(iter(questions[:3]))) == answers[:3]
