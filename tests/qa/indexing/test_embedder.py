"""Pending passages get their vectors: at once, in the background, and after an interruption."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from embeddings.encoder import EncoderError, Vectors
from qa.assistant import Assistant
from qa.errors import ModelError
from qa.indexing import embedder
from qa.indexing.embedder import embed_pending
from qa.types import AddProgress, Article, EmbeddingState
from tests.toys import CountingEncoder, toy_assistant
from tests.waiting import PATIENCE, wait_until

ARTICLES = [Article(f"The text of article {number}. It is short.", source=f"{number}") for number in range(6)]


@pytest.fixture
def encoder() -> CountingEncoder:  # type: ignore[override]
    return CountingEncoder()


@pytest.fixture
def assistant(encoder: CountingEncoder) -> Iterator[Assistant]:  # type: ignore[override]
    with toy_assistant(encoder) as made:
        yield made


def test_adding_embeds_at_once_by_default(assistant: Assistant, encoder: CountingEncoder) -> None:
    assistant.add(*ARTICLES[:3], embed="later")
    assert assistant.embedding_state() == EmbeddingState(passages=3, embedded=0)
    assert encoder.encoded == []
    assert assistant.library.search_lexical("article", 9)
    assistant.add(*ARTICLES[3:])
    assert assistant.embedding_state() == EmbeddingState(passages=6, embedded=6)
    assert len(encoder.encoded) == 6
    assistant.add(*ARTICLES)
    assert len(encoder.encoded) == 6


def test_progress_reports_texts_and_then_vectors(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder, "CHUNK", 4)
    reported: list[AddProgress] = []
    assistant.add(*ARTICLES, on_progress=reported.append)
    texts = [state for state in reported if state.embedding is None]
    assert (texts[-1].articles, texts[-1].passages, texts[-1].sources_done) == (6, 6, 6)
    vectors = [state for state in reported if state.embedding]
    assert reported == texts + vectors
    assert [state.embedding and state.embedding.embedded for state in vectors] == [0, 4, 6]
    assert {state.articles for state in vectors} == {6}


def test_an_interrupted_embedding_keeps_the_vectors_it_stored(
    assistant: Assistant, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "CHUNK", 2)
    assistant.add(*ARTICLES, embed="later")

    def interrupt(state: EmbeddingState) -> None:
        if state.embedded == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assistant.embed(interrupt)
    assert assistant.embedding_state() == EmbeddingState(passages=6, embedded=4)
    assistant.embed()
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 6
    assert assistant.doctor().healthy


def test_a_broken_encoder_is_reported_and_the_texts_stay(
    assistant: Assistant, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Vectors:
        raise EncoderError("the weights are damaged")

    with monkeypatch.context() as broken:
        broken.setattr(encoder, "encode", fail)
        with pytest.raises(ModelError, match="damaged"):
            assistant.add(*ARTICLES)
    assert len(assistant.articles()) == 6
    assistant.add(*ARTICLES)
    assert assistant.embedding_state().pending == 0


def test_the_background_embeds_what_is_there_and_what_comes(assistant: Assistant) -> None:
    assistant.add(*ARTICLES[:2], embed="later")
    assistant.add(ARTICLES[2], embed="background")
    wait_until(lambda: assistant.embedding_state().embedded == 3)
    assistant.add(ARTICLES[3], embed="background")
    wait_until(lambda: assistant.embedding_state().embedded == 4)
    assert assistant.doctor().healthy


def test_the_background_finds_what_another_process_has_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "POLL_SECONDS", 0.05)
    with toy_assistant(folder=tmp_path / "l") as served, toy_assistant(folder=tmp_path / "l") as other:
        served.embed_in_background()
        other.add(*ARTICLES, embed="later")
        wait_until(lambda: other.embedding_state().pending == 0)


def test_the_background_pauses_for_questions_and_stops_in_time(
    assistant: Assistant, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "MAX_PAUSE", 60.0)
    begun, stored = threading.Event(), threading.Event()
    encode = encoder.encode

    def slowly(texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        begun.set()
        assert progress
        progress(len(texts))
        stored.set()
        return encode(texts)

    monkeypatch.setattr(encoder, "encode", slowly)
    assistant.add(*ARTICLES, embed="later")
    with assistant._background.paused():
        assistant.embed_in_background()
        assert begun.wait(PATIENCE)
        assert not stored.wait(0.1)
    assert stored.wait(PATIENCE)
    wait_until(lambda: assistant.embedding_state().pending == 0)
    with assistant._background.paused():
        assistant.add(Article("One more.", source="more"), embed="background")
        assert (thread := assistant._background._thread)
        assistant._background.stop()  # does not wait for the question
    assert not thread.is_alive()


def test_the_background_tries_again_after_an_error(
    assistant: Assistant,
    encoder: CountingEncoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(embedder, "RETRY_SECONDS", 0.01)
    encode, failures = encoder.encode, [EncoderError("not now")]

    def once(*given: object) -> Vectors:
        if failures:
            raise failures.pop()
        return encode(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(encoder, "encode", once)
    assistant.add(*ARTICLES, embed="background")
    wait_until(lambda: assistant.embedding_state().pending == 0)
    assert "not now" in caplog.text


def test_embedding_waits_while_another_process_holds_the_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "WAIT_SECONDS", 0.01)
    with toy_assistant(folder=tmp_path / "l") as one, toy_assistant(folder=tmp_path / "l") as other:
        one.add(*ARTICLES, embed="later")
        reported: list[EmbeddingState] = []

        def show(state: EmbeddingState) -> None:
            reported.append(state)
            if len(reported) == 3:  # the other has embedded two, and stopped
                ids = one.library.pending(2)
                one.library.put_vectors(ids, CountingEncoder().encode(["a", "b"]))
                lease.__exit__(None, None, None)

        lease = one.library.claim_pending(6, 60)
        assert len(lease.__enter__()) == 6
        other.embed(show)
        assert [state.embedded for state in reported[:3]] == [0, 0, 0]
        assert reported[-1] == EmbeddingState(passages=6, embedded=6)


def test_passages_removed_during_embedding_are_passed_over(assistant: Assistant) -> None:
    assistant.add(*ARTICLES, embed="later")
    library = assistant.library
    embed_pending(library, CountingEncoder(), between=lambda _: None)
    assistant.add(ARTICLES[0], Article("Another text.", source="1"), embed="later")

    class Removing(CountingEncoder):
        def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
            library.remove([ARTICLES[1].id])
            return super().encode(texts, progress)

    embed_pending(library, Removing())
    assert assistant.embedding_state() == EmbeddingState(passages=5, embedded=5)
    assert assistant.doctor().healthy
