"""The app as programs see it: over HTTP, with Gradio's own client."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import seeds
from embeddings.encoder import SentenceEncoder
from qa.answering.readers import ReaderWithConfidence
from qa.assistant import Assistant
from qa.errors import SettingsError
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings
from tests.waiting import PATIENCE
from ui import ServerOptions, app, start


@pytest.fixture(scope="module")
def url(encoder: SentenceEncoder, reader: Reader) -> Iterator[str]:
    library = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    assistant = Assistant(library, encoder, reader, Settings(), {"second": ReaderWithConfidence(reader)})
    assistant.add(seeds.FOLDER)
    running = start(assistant, ServerOptions(no_token=True))
    yield running.url
    running.close()
    library.close()


@pytest.fixture
def client(url: str, tmp_path: Path) -> Client:
    return Client(url, verbose=False, download_files=tmp_path, analytics_enabled=False)


def test_programs_see_the_endpoints(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]

    assert set(named) == {"/ask", "/add", "/add_text", "/articles", "/edit", "/remove"}


def test_ask_answers_in_plain_values(client: Client) -> None:
    reply = client.predict("How many Shahed drones were used?", 0.0, api_name="/ask")

    assert not reply["abstained"]
    assert "40" in reply["answer"]["text"]
    assert reply["answer"]["citations"][0]["quote"] == reply["answer"]["text"]
    assert reply["answer"]["citations"][0]["date"] == "2023-11-09"


def test_ask_takes_another_reader(client: Client) -> None:
    question = "How many Shahed drones were used?"

    assert client.predict(question, 0.0, reader="second", api_name="/ask")["reader"] == "second"
    with pytest.raises(AppError, match=r"no reader .*third.*; ask for second"):
        client.predict(question, reader="third", api_name="/ask")


def test_a_call_leaves_no_session(assistant: Assistant) -> None:
    running = start(assistant, ServerOptions(no_token=True))
    sessions = running.blocks.app.state_holder.session_data
    asked = f"{running.url}gradio_api/call/v2/ask"
    for question in ("Who?", " "):  # there are no articles: both are errors
        event = httpx.post(asked, json={"question": question}).json()["event_id"]
        assert "event: error" in httpx.get(f"{asked}/{event}").text
    event = httpx.post(asked.replace("ask", "articles"), json={}).json()["event_id"]
    assert "event: complete" in httpx.get(f"{asked.replace('ask', 'articles')}/{event}").text
    running.close()
    assert not sessions


def test_an_invalid_question_is_an_error_with_a_reason(client: Client) -> None:
    with pytest.raises(AppError, match="the question is empty"):
        client.predict(" ", api_name="/ask")


def test_files_are_added_and_listed(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "vela.txt"
    file.write_text("The lighthouse at Vela is 42 metres tall.")

    (result,) = client.predict([handle_file(str(file))], api_name="/add")

    assert (result["source"], result["outcome"]) == ("uploads/vela.txt", "added")
    assert "uploads/vela.txt" in {article["source"] for article in client.predict(api_name="/articles")}


def test_articles_are_added_as_text_and_removed(client: Client) -> None:
    added = client.predict("The mill at Orm is red.", "Orm", "orm", "2024-05-06", ["mill"], api_name="/add_text")
    (listed,) = [article for article in client.predict(api_name="/articles") if article["source"] == "orm"]

    assert (added["outcome"], added["article_id"]) == ("added", listed["id"])
    assert (listed["title"], listed["date"], listed["tags"]) == ("Orm", "2024-05-06", ["mill"])
    tagged = client.predict("What colour is the mill?", 0.0, tags=["mill"], api_name="/ask")
    assert {citation["source"] for answer in tagged["answers"] for citation in answer["citations"]} == {"orm"}
    edited = client.predict("orm", date="2024-06-07", language="de", api_name="/edit")
    assert (edited["date"], edited["language"], edited["tags"]) == ("2024-06-07", "de", ["mill"])
    assert client.predict("orm", date="", api_name="/edit")["date"] is None
    asked = client.predict("What colour is the mill?", 0.0, "2024-01-01", tags=["mill"], api_name="/ask")
    assert (asked["answers"], asked["undated_left_out"]) == ([], 1)
    kept = client.predict(
        "What colour is the mill?", 0.0, "2024-01-01", tags=["mill"], keep_undated=True, api_name="/ask"
    )
    assert (len(kept["passages"]), kept["undated_left_out"]) == (1, 0)
    assert client.predict(["orm"], api_name="/remove") == {"removed": 1}
    with pytest.raises(AppError, match="there is no article"):
        client.predict(["orm"], api_name="/remove")


def test_the_example_of_the_documentation_runs(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "http-api.md").read_text("utf-8")
    example = page.split("```python\n")[1].split("```")[0]
    assert "http://127.0.0.1:7860/" in example
    (tmp_path / "vela.txt").write_text("The lighthouse at Vela is 42 metres tall.")
    monkeypatch.chdir(tmp_path)

    monkeypatch.setenv("QUOTEWELL_TOKEN", "any: the server of this test wants none")

    exec(example.replace("http://127.0.0.1:7860/", url), {})

    said = capsys.readouterr().out
    assert "42 metres" in said
    assert "uploads/vela.txt" in said


def test_the_requests_of_the_documentation_are_answered(url: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "http-api.md").read_text("utf-8")
    example = page.split("```sh\n")[1].split("```")[0]
    (address,) = re.findall(r"curl -s http://127.0.0.1:7860/(\S+)", example)
    (sent,) = re.findall(r"-d '(.*)'", example)

    called = httpx.post(f"{url}{address}", json=json.loads(sent)).json()
    events = httpx.get(f"{url}{address}/{called['event_id']}").text

    assert "event: complete" in events
    assert json.loads(sent)["question"] in events


def test_no_file_of_the_machine_can_be_added_or_read(client: Client, url: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is swordfish.")
    claimed = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}

    call = httpx.post(f"{url}gradio_api/call/add", json={"data": [[claimed]]})
    events = httpx.get(f"{url}gradio_api/call/add/{call.json()['event_id']}").text

    assert "event: error" in events
    assert "secret" not in repr(client.predict(api_name="/articles"))
    assert httpx.get(f"{url}gradio_api/file={secret}").status_code in (403, 404)


def test_it_listens_only_on_this_machine(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")


def test_a_toast_shows_markup_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda words, **_: shown.append(words))

    app._toast("<img src=x onerror=alert(1)>")

    assert shown == ["&lt;img src=x onerror=alert(1)&gt;"]


def test_the_question_box_is_emptied_once_and_a_blank_question_changes_nothing(assistant: Assistant) -> None:
    assistant.add(seeds.FOLDER)
    (ask,) = (
        event.fn
        for event in app.build({"": assistant}).fns.values()
        if event.fn and [getattr(part, "elem_id", "") for part in event.outputs[:1]] == ["qw-ask"]
    )
    settings = (0, 5, "", None, None)

    boxes = [box for box, *_ in ask("How many Shahed drones were used?", *settings)]
    with pytest.warns(UserWarning, match="3000 characters"):
        failed = list(ask("x" * 3000, *settings))

    assert boxes == ["", gr.skip(), gr.skip()]
    assert [box for box, *_ in failed] == ["", gr.skip()]
    assert [given_back for _, given_back, *_ in failed] == ["", "x" * 3000]
    assert list(ask(" \n", *settings)) == [gr.skip()]


def test_a_port_that_is_taken_is_a_settings_error(assistant: Assistant) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=f"port {port}.*choose another"):
            start(assistant, ServerOptions(port=port))


@pytest.mark.skipif(os.name == "nt", reason="there are no signals to send on Windows")
def test_the_command_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    # A shell that starts the tests in the background lets them ignore SIGINT, and so what they start.
    code = "import signal; signal.signal(2, signal.default_int_handler); from qa.cli import main; main()"
    Assistant.open(tmp_path / "library").close()  # embeds the seed articles here, where the model is loaded
    command = [sys.executable, "-c", code, "serve", "--library", str(tmp_path / "library"), "--port", "0"]
    with ExitStack() as stack:
        processes = {}
        for end in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            processes[end] = stack.enter_context(process)
            stack.callback(process.kill)
        for end, process in processes.items():
            assert process.stdout
            said = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", said)
            assert address, said
            with httpx.Client(follow_redirects=True, timeout=PATIENCE) as browser:
                assert "Quotewell" in browser.get(address[0]).text
            process.send_signal(end)
        assert [process.wait(PATIENCE) for process in processes.values()] == [0, 0]
