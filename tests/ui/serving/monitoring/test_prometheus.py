"""The metrics, as Prometheus reads them, and who may read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from prometheus_client.parser import text_string_to_metric_families

from qa.accounts import Accounts
from qa.assistant import Assistant
from qa.errors import LibraryError
from qa.types import Article, EmbeddingState, Reading, Span
from tests.toys import ToyReader, toy_assistant
from ui import Server, ServerOptions, ServerSettings, start
from ui.serving.access import basic_auth
from ui.serving.monitoring import probes

ADA = {"Authorization": basic_auth("ada", "secret")}
SCRAPER = {"Authorization": "Bearer for-prometheus"}
LIMITS = ServerSettings(metrics_token="for-prometheus")


class FirstWord(ToyReader):
    """Answers with the first word of a passage, unless it is asked for a secret."""

    def reading(self, question: str, passage: str) -> Reading:
        if "crash" in question:
            raise RuntimeError("the reader crashed")
        return Reading((Span(0, passage.index(" "), 9.0),) * ("ferry" in question), 0.0)


@pytest.fixture
def assistant() -> Iterator[Assistant]:  # type: ignore[override]
    with toy_assistant(reader=FirstWord()) as assistant:
        assistant.add(Article("Ferries to Vela sail at noon.", "Ferry", "ferry"))
        yield assistant


@pytest.fixture
def server(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)
    server = start(assistant, ServerOptions(accounts=Accounts.read(["ada:secret"]), limits=LIMITS))
    yield server
    server.close()


def scrape(server: Server) -> dict[str, float]:
    """Return the values of the metrics; those with a label under ``name label``."""
    answer = httpx.get(f"{server.url}metrics", headers=SCRAPER).raise_for_status()
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_questions_are_counted_by_outcome_and_timed_by_stage(server: Server) -> None:
    before = scrape(server)
    outcomes = ("answered", "abstained", "rejected", "failed")
    assert [before[f"quotewell_questions_total {outcome}"] for outcome in outcomes] == [0, 0, 0, 0]
    client = Client(server.url, headers=ADA, verbose=False, analytics_enabled=False)
    questions = ["When does the ferry sail?", "When does the boat sail?", "When does the train leave?", " "]
    for question in [*questions, "When did it crash?"]:
        with suppress(AppError):
            client.predict(question, min_confidence=0.01, api_name="/ask")
    after = scrape(server)
    assert [after[f"quotewell_questions_total {outcome}"] for outcome in outcomes] == [1, 2, 1, 1]
    assert after["quotewell_question_seconds_count"] == 3
    stages = {name.split()[1] for name in after if name.startswith("quotewell_question_stage_seconds_count")}
    assert stages == {"retrieve", "read", "answer", "compose"}
    assert (after["quotewell_questions_waiting"], after["quotewell_questions_running"]) == (0, 0)
    assert not any("ferry" in name or "ada" in name for name in after)


def test_the_library_is_measured_and_its_loss_is_seen(server: Server, assistant: Assistant) -> None:
    sizes = scrape(server)
    assert [sizes[f"quotewell_library_{what}"] for what in ("up", "articles", "passages", "passages_pending")] == [
        *(1, 1, 1, 0)
    ]
    assistant.add(Article("The train to Holm leaves at one.", source="train"), embed="later")
    assert scrape(server)["quotewell_library_passages_pending"] == 1

    def fail() -> EmbeddingState:
        raise LibraryError("gone")

    assistant.embedding_state = fail  # type: ignore[method-assign]
    lost = scrape(server)
    assert lost["quotewell_library_up"] == 0
    assert "quotewell_library_articles" not in lost
    assert lost["quotewell_questions_total answered"] == 0


@pytest.mark.parametrize("path", ["metrics", "metrics/", "config", "gradio_api/info", "gradio_api/call/ask/x"])
def test_the_metrics_token_opens_the_metrics_and_nothing_else(server: Server, path: str) -> None:
    expected = 200 if path == "metrics" else 401
    assert httpx.get(f"{server.url}{path}", headers=SCRAPER).status_code == expected
    wrong = {"Authorization": "Bearer for-prometheu"}
    assert httpx.get(f"{server.url}{path}", headers=wrong).status_code == 401
    assert httpx.get(f"{server.url}{path}").status_code == 401


def test_whoever_may_use_the_chat_may_read_them(server: Server) -> None:
    assert httpx.get(f"{server.url}metrics", headers=ADA).status_code == 200


def test_without_a_metrics_token_none_is_accepted(assistant: Assistant) -> None:
    server = start(assistant, ServerOptions())
    for header in ("Bearer", "Bearer None", ""):
        assert httpx.get(f"{server.url}metrics", headers={"Authorization": header}).status_code == 401
    token = {"Authorization": f"Bearer {server.token}"}
    assert httpx.get(f"{server.url}metrics", headers=token).status_code == 200
    server.close()
