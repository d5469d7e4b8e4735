from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import SentenceEncoder
from qa.answering import retriever
from qa.answering.retriever import fuse, sentence_coverage
from qa.assistant import Assistant
from qa.errors import LibraryError
from qa.types import Article, EmbeddingState, Filters

SCORES = st.dictionaries(st.integers(0, 20), st.floats(-1, 50), max_size=10)


@given(SCORES, SCORES, st.floats(0, 1))
def test_fused_scores_lie_between_0_and_1(
    lexical: dict[int, float], dense: dict[int, float], weight: float
) -> None:
    fused = fuse(lexical, dense, weight)
    assert fused.keys() == lexical.keys() | dense.keys()
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())


def test_the_weight_mixes_the_two() -> None:
    lexical, dense = {1: 10.0, 2: 0.0}, {1: 0.1, 2: 0.9}
    assert fuse(lexical, dense, 0.25) == {1: 0.75, 2: 0.25}
    assert fuse(lexical, dense, 0.0) == {1: 1.0, 2: 0.0}
    assert fuse(lexical, {}, 0.5) == {1: 0.5, 2: 0.0}


def test_words_count_when_they_stand_in_one_sentence() -> None:
    words = {"harbou", "rebuil", "1931"}
    assert sentence_coverage(words, "", "The harbour was rebuilt in 1931.") == 1.0
    assert sentence_coverage(words, "", "The harbour is old. It was rebuilt. In 1931 it rained.") == pytest.approx(
        1 / 3
    )
    assert sentence_coverage(words, "Harbour", "It was rebuilt. In 1931 it rained.") == pytest.approx(2 / 3)
    assert sentence_coverage(set(), "", "Any text.") == 0.0


ARTICLES = [
    Article(
        "The harbour of Lumen was rebuilt in 1931 after the storm.", title="Lumen", source="lumen", tags=("port",)
    ),
    Article("Bees make honey from nectar that they gather in spring.", title="Honey", source="honey"),
    Article("The railway to Karst carries marble and timber.", title="Karst", source="karst", tags=("rail",)),
]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("When was Lumen's harbour rebuilt?", "Lumen"),
        ("What do insects turn flowers' juice into?", "Honey"),  # no word in common: the dense leg finds it
        ("What does the Karst railway carry?", "Karst"),
    ],
)
def test_both_legs_find_passages(assistant: Assistant, question: str, title: str) -> None:
    assistant.add(*ARTICLES)
    found = assistant.retrieve(question, 3)
    assert found[0].context == title
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.id for one in found}) == len(found)


def test_filters_hold_before_the_search(assistant: Assistant) -> None:
    assistant.add(*ARTICLES)
    found = assistant.retrieve("When was Lumen's harbour rebuilt?", 3, Filters(tags=("rail",)))
    assert [one.context for one in found] == ["Karst"]


HARBOURS = [
    Article(f"The harbour of {name} was rebuilt in {year} after a storm.", title=name, source=name)
    for name, year in {"Lumen": 1931, "Karst": 1940, "Vela": 1952, "Orin": 1911}.items()
]
QUESTION = "When was the harbour of Karst rebuilt?"


def test_candidates_that_wait_are_embedded_for_the_question_and_kept(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "EMBEDDED", 2)
    assistant.add(*HARBOURS, embed="later")
    first = assistant.retrieve(QUESTION, 1)
    assert assistant.embedding_state() == EmbeddingState(passages=4, embedded=2)
    assert (first[0].context, first[0].dense > 0.5) == ("Karst", True)
    assert assistant.retrieve(QUESTION, 1)[0].context == "Karst"
    assert assistant.embedding_state().embedded == 2, "the best are embedded by now, and no others for it"
    monkeypatch.setattr(retriever, "EMBEDDED", 0)
    assert assistant.retrieve(QUESTION, 4)[0].context == "Karst"
    assert assistant.embedding_state().pending == 0
    assert assistant.doctor().healthy


def test_once_all_is_embedded_it_matters_not_how(
    assistant: Assistant, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.add(*HARBOURS, embed="later")
    early = assistant.retrieve(QUESTION, 4)
    with Assistant.in_memory(seed=False) as whole:
        whole.add(*HARBOURS)
        late = whole.retrieve(QUESTION, 4)
    assert [one.passage for one in early] == [one.passage for one in late]
    assert [one.score for one in early] == pytest.approx([one.score for one in late], abs=1e-3)
    encoded: list[str] = []
    encode = SentenceEncoder.encode
    monkeypatch.setattr(
        SentenceEncoder, "encode", lambda self, texts, *rest: encoded.extend(texts) or encode(self, texts, *rest)
    )
    again = assistant.retrieve(QUESTION, 4)
    assert [one.passage for one in again] == [one.passage for one in early]
    assert [one.score for one in again] == pytest.approx([one.score for one in early], abs=1e-6)
    assert not encoded  # the passages are, and the question is remembered


def test_a_question_is_answered_though_its_vectors_cannot_be_kept(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> int:
        raise LibraryError("the disk is full")

    assistant.add(*HARBOURS, embed="later")
    with monkeypatch.context() as patched:
        patched.setattr(assistant.library, "put_vectors", full)
        found = assistant.retrieve(QUESTION, 4)
    assert "the disk is full" in caplog.text
    assert assistant.embedding_state().embedded == 0
    kept = assistant.retrieve(QUESTION, 4)
    assert [one.passage for one in found] == [one.passage for one in kept]
    assert [one.score for one in found] == pytest.approx([one.score for one in kept], abs=1e-2)
