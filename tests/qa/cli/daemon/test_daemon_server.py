from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.cli.daemon import daemon_server, open_assistants
from qa.cli.daemon.daemon_client import DaemonClient
from qa.cli.daemon.daemon_server import DaemonServer
from qa.cli.daemon.daemon_socket import create_folder, find_socket
from qa.cli.daemon.messages import DaemonError
from qa.cli.daemon.open_assistants import OpenAssistants
from qa.cli.replies.ask_request import AskRequest
from qa.errors import EmptyLibraryError, LibraryError, QuestionError
from qa.types import Article
from tests.toys import toy_assistant

OPTIONS = AskRequest(output="json").to_dict()


def ask(client: DaemonClient, library: Path, question: str = "When does the ferry sail?") -> dict[str, object]:
    answer = client.request("ask", question=question, library=str(library), environment={}, options=OPTIONS)
    return dict(json.loads(answer["text"]))


def connect() -> DaemonClient:
    client = DaemonClient.connect()
    assert client is not None
    return client


def test_a_question_gets_its_reply(server: DaemonServer, toy_library: Path) -> None:
    with connect() as client:
        assert client.is_same_version
        assert client.greeting["process"] == os.getpid()
        assert ask(client, toy_library)["question"] == "When does the ferry sail?"
        assert client.request("status")["questions"] == 1


def test_an_error_is_raised_at_the_other_end_and_the_connection_stays(
    server: DaemonServer, toy_library: Path
) -> None:
    with connect() as client:
        with pytest.raises(QuestionError, match="empty"):
            ask(client, toy_library, " ")
        assert ask(client, toy_library)["abstained"] is True


def test_many_clients_ask_at_once(server: DaemonServer, toy_library: Path) -> None:
    def talk(number: int) -> object:
        with connect() as client:
            return ask(client, toy_library, f"Who is number {number}?")["question"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(talk, range(16))) == [f"Who is number {number}?" for number in range(16)]


def test_a_library_made_anew_is_opened_anew(server: DaemonServer, toy_library: Path) -> None:
    with connect() as client:
        ask(client, toy_library)
        shutil.move(toy_library, toy_library.with_name("old"))
        toy_assistant(folder=toy_library).close()
        with pytest.raises(EmptyLibraryError):
            ask(client, toy_library)


def test_a_change_of_the_library_is_seen(server: DaemonServer, toy_library: Path) -> None:
    with connect() as client:
        before = ask(client, toy_library)["passages"]
        with toy_assistant(folder=toy_library) as other:
            other.add(Article("A second ferry sails at night.", source="second"))
        after = ask(client, toy_library)["passages"]
    assert (len(before), len(after)) == (1, 2)  # type: ignore[arg-type]


def test_nonsense_ends_only_the_connection(server: DaemonServer, toy_library: Path) -> None:
    with connect() as client, pytest.raises(DaemonError):
        client.request("fly")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as raw:
        raw.connect(str(find_socket()))
        raw.sendall(b"\xff\n")
        assert b"installation" in raw.recv(1000)
        assert raw.recv(1000) == b""
    with connect() as client:
        ask(client, toy_library)


def test_another_user_is_refused(server: DaemonServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(connection: socket.socket) -> None:
        raise PermissionError

    monkeypatch.setattr(daemon_server, "check_peer", refuse)
    assert DaemonClient.connect() is None


def test_it_ends_when_idle_and_takes_its_socket_along(runtime_folder: Path) -> None:
    DaemonServer(create_folder(), OpenAssistants(), idle_seconds=0).run()
    assert find_socket() is None


def test_a_socket_that_a_killed_daemon_left_is_replaced(runtime_folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(create_folder()))
    assert find_socket() is not None
    assert DaemonClient.connect() is None
    server = DaemonServer(create_folder(), OpenAssistants(), idle_seconds=600)
    thread = threading.Thread(target=server.run)
    thread.start()
    connect().close()
    server.stop()
    thread.join()


def test_only_the_assistants_used_last_stay_open(
    toy_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_assistants, "MOST", 2)
    assistants = OpenAssistants()
    used = []
    for number in range(4):
        with assistants.use(str(shutil.copytree(toy_library, tmp_path / str(number))), {}) as assistant:
            assert assistant.article_count == 1
        used.append(assistant)
    assert list(map(is_closed, used)) == [True, True, False, False]
    assistants.close()
    assert all(map(is_closed, used))


def is_closed(assistant: Assistant) -> bool:
    try:
        assistant.articles()
    except LibraryError:
        return True
    return False


def test_libraries_with_the_same_settings_share_their_models(tmp_path: Path) -> None:
    for name in ("one", "other"):
        Assistant.open(tmp_path / name, seed=False).close()
    assistants = OpenAssistants()
    encoders = []
    for name in ("one", "other"):
        with assistants.use(str(tmp_path / name), {}) as assistant:
            encoders.append(assistant._encoder)
    assert encoders[0] is encoders[1]
    assistants.close()


def test_a_replaced_assistant_is_closed_when_nobody_uses_it_any_more(toy_library: Path) -> None:
    assistants = OpenAssistants()
    with assistants.use(str(toy_library), {}) as first:
        shutil.move(toy_library, toy_library.with_name("old"))
        toy_assistant(folder=toy_library).close()
        with assistants.use(str(toy_library), {}) as second:
            assert second is not first
        assert not is_closed(first)
    assert (is_closed(first), is_closed(second)) == (True, False)
    assistants.close()
