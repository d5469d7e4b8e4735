from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import SentenceEncoder
from qa.answering import retriever
from qa.answering.retriever import VectorCache, fuse, sentence_coverage
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
    assert sentence_coverage(words, "", "It was rebuilt.") == pytest.approx(1 / 3)
    assert sentence_coverage(words, "", "It rained.") == sentence_coverage(words, "", "") == 0.0
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


def test_a_question_in_other_words_is_searched_by_meaning_though_a_passage_shares_a_word(
    assistant: Assistant,
) -> None:
    question = "Which goods do the wagons of the northern line transport?"
    decoy = Article("The northern lights take their colours from oxygen, which glows green.", title="Sky")
    assistant.add(*ARTICLES, decoy)
    found = assistant.retrieve(question, 4)
    assert found[0].context == "Karst"
    assert max(found, key=lambda passage: passage.lexical).context == "Sky"
    in_its_words = assistant.retrieve("Where do the northern lights take their colours from?", 1)
    assert in_its_words[0].context == "Sky"


HARBOURS = [
    Article(f"The harbour of {name} was rebuilt in {year} after a storm.", title=name, source=name)
    for name, year in {"Lumen": 1931, "Karst": 1940, "Vela": 1952, "Orin": 1911}.items()
]
QUESTION = "When was the harbour of Karst rebuilt?"


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are embedded from here on."""
    texts: list[str] = []
    encode = SentenceEncoder.encode
    monkeypatch.setattr(
        SentenceEncoder, "encode", lambda self, some, *rest: texts.extend(some) or encode(self, some, *rest)
    )
    return texts


def test_pending_candidates_are_embedded_for_the_question_and_nothing_is_written(
    assistant: Assistant, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "EMBEDDED", 2)
    assistant.add(*HARBOURS, embed="later")
    generation = assistant.library.generation
    first = assistant.retrieve(QUESTION, 1)
    assert len(encoded) == 1 + 2
    assert (first[0].context, first[0].dense > 0.5) == ("Karst", True)
    assert assistant.retrieve(QUESTION, 1) == first
    assert len(encoded) == 1 + 2, "the question and its passages are cached"
    monkeypatch.setattr(retriever, "EMBEDDED", 0)
    assert assistant.retrieve(QUESTION, 4)[0].context == "Karst"
    assert len(encoded) == len(set(encoded)) == 1 + 4, "only the passages that are new to the cache"
    assert assistant.embedding_state() == EmbeddingState(passages=4, embedded=0)
    assert assistant.library.generation == generation


def test_pending_passages_score_as_they_do_once_embedded(assistant: Assistant, encoded: list[str]) -> None:
    assistant.add(*HARBOURS, embed="later")
    early = assistant.retrieve(QUESTION, 4)
    encoded.clear()
    again = assistant.retrieve(QUESTION, 4)
    assert again == early
    assert not encoded
    assistant.embed()
    late = assistant.retrieve(QUESTION, 4)
    assert [one.passage for one in early] == [one.passage for one in late]
    assert [one.score for one in early] == pytest.approx([one.score for one in late], abs=1e-3)
    with Assistant.in_memory(seed=False) as whole:
        whole.add(*HARBOURS)
        assert [one.passage for one in whole.retrieve(QUESTION, 4)] == [one.passage for one in late]


def test_a_question_needs_no_writable_library(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise LibraryError("the disk is full")

    assistant.add(*HARBOURS, embed="later")
    monkeypatch.setattr(assistant.library, "put_vectors", full)
    assert assistant.retrieve(QUESTION, 4)[0].context == "Karst"
    assert assistant.ask(QUESTION).answers[0].text == "1940"


def test_the_cache_of_vectors_is_bounded_and_keeps_what_was_used_last() -> None:
    cache = VectorCache(2)
    one, two, three = np.eye(3, dtype=np.float32)
    cache.put({1: one, 2: two})
    assert cache.get([1, 9]).keys() == {1}
    cache.put({3: three})
    assert cache.get([1, 2, 3]).keys() == {1, 3}
    assert cache.get([3])[3] is three
