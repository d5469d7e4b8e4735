from __future__ import annotations

import json
import threading
from http import HTTPStatus
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.errors import ModelError
from tests.ui.rest.conftest import VELA
from tests.waiting import PATIENCE

HEIGHT = "How tall is the lighthouse at Vela?"


def ndjson(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def server_sent(text: str) -> list[dict[str, Any]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n")[:-1]]
    return [{"event": block["event"], "data": json.loads(block["data"])} for block in blocks]


def test_an_answer_is_a_quote_of_its_article(client: TestClient) -> None:
    reply = client.post("/ask", json={"question": HEIGHT}).json()
    (citation,) = reply["answer"]["citations"]
    article = client.get(f"/articles/{citation['article_id']}").json()
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"] == "42 metres"
    assert citation["date"] == "2024-05-06"


def test_the_options_of_a_question_count(client: TestClient, assistant: Assistant) -> None:
    def ask(**options: Any) -> Any:
        return client.post("/ask", json={"question": HEIGHT, **options}).json()

    assert ask(min_confidence=1)["answer"] is None
    assert ask(passages=1)["passages"]
    assert not ask(filters={"after": "2025-01-01"})["passages"]
    assert not ask(filters={"tags": ["land"]})["passages"]
    assert ask(filters={"sources": ["*.md"], "articles": [VELA.id], "before": "2024-05-06"})["answer"]


@pytest.mark.parametrize(
    ("body", "status", "error", "detail"),
    [
        ({"question": " "}, 422, "QuestionError", "the question is empty"),
        ({"question": "x" * 2001}, 422, "QuestionError", "at most 2000"),
        ({"question": "Who?", "min_confidence": 2}, 422, "", "body.min_confidence: "),
        ({"question": "Who?", "reader": "big"}, 422, "SettingsError", "big"),
        ({"question": "Who?", "filters": {"after": "1.1.2024"}}, 422, "SettingsError", "after must be a date"),
        ({"question": "Who?", "k": 1}, 422, "", "body.k: "),
        ({"question": "Who?", "passages": 1000}, 422, "", "body.passages: "),
        ({"question": "Who?", "passages": "9"}, 422, "", "body.passages: "),
        ({}, 422, "", "body.question: "),
    ],
)
def test_a_problem_says_what_is_wrong(
    client: TestClient, body: dict[str, Any], status: int, error: str, detail: str
) -> None:
    answer = client.post("/ask", json=body)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["error"]) == (status, status, error)
    assert detail in problem["detail"]
    assert (problem["type"], problem["title"]) == ("about:blank", HTTPStatus(status).phrase)


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff", b'{"question": "\\ud800"}', b'{"\\ud800": 1}', b"[" * 100_000]
)
def test_a_body_that_is_not_what_it_should_be_is_a_problem(client: TestClient, content: bytes) -> None:
    answer = client.post("/ask", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


def test_an_empty_library_is_a_problem(client: TestClient, assistant: Assistant) -> None:
    assistant.remove(VELA.id)
    for accept in ("", "application/x-ndjson"):  # known before the stream begins
        answer = client.post("/ask", json={"question": HEIGHT}, headers={"accept": accept})
        assert (answer.status_code, answer.json()["error"]) == (409, "EmptyLibraryError")


def test_what_nobody_foresaw_is_not_shown(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise LookupError("/home/ada/secret")

    monkeypatch.setattr(assistant, "ask", fail)
    answer = client.post("/ask", json={"question": HEIGHT})
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("accept", "parse"), [("application/x-ndjson", ndjson), ("text/html, text/event-stream;q=0.9", server_sent)]
)
def test_stages_can_be_streamed(client: TestClient, accept: str, parse: Any) -> None:
    answer = client.post("/ask", json={"question": HEIGHT}, headers={"accept": accept})
    *stages, reply = parse(answer.text)
    assert answer.headers["content-type"].split(";")[0] in accept
    assert [each["data"]["stage"] for each in stages] == ["retrieve", "read", "answer", "compose"]
    assert (reply["event"], reply["data"]["answer"]["text"]) == ("reply", "42 metres")
    assert reply["data"]["timings"].keys() == {"retrieve", "read", "answer", "compose"}


def test_an_error_in_a_stream_is_its_last_event(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, on_stage: Any, **__: Any) -> None:
        on_stage("retrieve", 0)
        raise ModelError("the model is broken; download it again")

    monkeypatch.setattr(assistant, "ask", fail)
    answer = client.post("/ask", json={"question": HEIGHT}, headers={"accept": "application/x-ndjson"})
    assert answer.status_code == 200
    stage, problem = ndjson(answer.text)
    assert stage == {"event": "stage", "data": {"stage": "retrieve", "passages": 0}}
    assert (problem["event"], problem["data"]["status"]) == ("problem", 503)
    assert "broken" in problem["data"]["detail"]


def test_several_questions_get_a_reply_or_a_problem_each(client: TestClient) -> None:
    body = {"questions": [HEIGHT, " ", "How tall is it?"], "min_confidence": 0}
    first, second, third = client.post("/ask/batch", json=body).json()["results"]
    assert first["reply"]["answer"]["text"] == "42 metres"
    assert (second["reply"], second["problem"]["error"]) == (None, "QuestionError")
    assert third["reply"]["question"] == "How tall is it?"
    streamed = client.post("/ask/batch", json=body, headers={"accept": "application/x-ndjson"})
    assert [each["event"] for each in ndjson(streamed.text)] == ["reply", "problem", "reply"]


def test_questions_of_a_batch_are_answered_side_by_side(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, ask = threading.Barrier(2, timeout=PATIENCE), assistant.ask

    def ask_when_two_are_there(*arguments: Any, **options: Any) -> Any:
        meeting.wait()
        return ask(*arguments, **options)

    monkeypatch.setattr(assistant, "ask", ask_when_two_are_there)
    questions = [f"How tall is tower {number}?" for number in range(6)]
    results = client.post("/ask/batch", json={"questions": questions}).json()["results"]
    assert [result["reply"]["question"] for result in results] == questions


def test_at_most_a_hundred_questions_go_at_once(client: TestClient) -> None:
    assert client.post("/ask/batch", json={"questions": [HEIGHT] * 101}).status_code == 422
    assert client.post("/ask/batch", json={"questions": []}).status_code == 422


def test_an_option_that_is_not_valid_is_a_problem_of_the_whole_batch(client: TestClient) -> None:
    answer = client.post("/ask/batch", json={"questions": [HEIGHT, HEIGHT], "reader": "big"})
    assert (answer.status_code, answer.json()["error"]) == (422, "SettingsError")


def test_passages_are_retrieved(client: TestClient, assistant: Assistant) -> None:
    (passage,) = client.post("/retrieve", json={"question": HEIGHT, "k": 3}).json()["passages"]
    (expected,) = assistant.retrieve(HEIGHT, 3)
    assert passage["text"] == VELA.text[passage["start"] : passage["end"]] == expected.text
    assert passage["score"] == expected.score
    assert client.post("/retrieve", json={"question": "", "k": 3}).json()["error"] == "QuestionError"
    assert not client.post("/retrieve", json={"question": HEIGHT, "filters": {"tags": ["land"]}}).json()[
        "passages"
    ]
