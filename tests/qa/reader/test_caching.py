from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.evaluation.corpus import Corpus
from qa.evaluation.data.dataset import Dataset
from qa.reader import CachingReader
from qa.settings import Settings
from qa.types import Article, Filters, Reading, Reply, Span
from tests.toys import CountingEncoder, ToyReader, toy_assistant

WORDS = ("harbour", "bees", "honey", "mayor", "Vela", "1931")
QUESTIONS = ("Who rebuilt the harbour?", "What do bees make?", "Who was mayor of Vela in 1931?")
ARTICLES = tuple(
    Article(f"The {one} and the {other}. In {other} they say {one}.", title=f"On {one}", source=f"{one} {other}")
    for one in WORDS
    for other in WORDS[:3]
)


class NotingReader(ToyReader):
    """Finds the longest word of a passage, the more surely the more letters it shares with the question."""

    def reading(self, question: str, passage: str) -> Reading:
        word = max(passage.split(), key=len)
        start = passage.index(word)
        return Reading((Span(start, start + len(word), float(len(set(word) & set(question)))),), 1.0)


def test_each_pair_is_read_once_and_comes_back_in_its_place() -> None:
    reader = NotingReader()
    caching = CachingReader(reader, 10)
    counts: list[int] = []
    plain = NotingReader().read_pairs([("q", "one two"), ("q", "three"), ("r", "three")])
    assert caching.read_pairs([("q", "one two"), ("q", "three")]) == plain[:2]
    assert caching.read_pairs([("r", "three"), ("q", "three"), ("r", "three")], counts.append) == [
        *(plain[2], plain[1], plain[2])
    ]
    assert reader.pairs == [("q", "one two"), ("q", "three"), ("r", "three")]
    assert sum(counts) == 3


def test_those_read_last_are_remembered() -> None:
    reader = NotingReader()
    caching = CachingReader(reader, 2)
    for passage in ("one", "two", "one", "three", "one", "two"):
        caching.read("q", [passage])
    assert [passage for _, passage in reader.pairs] == ["one", "two", "three", "two"]
    assert len(caching.read("q", ["four", "five", "six"])) == 3


@contextmanager
def two_assistants() -> Iterator[tuple[Assistant, Assistant]]:
    """One that remembers and one that does not, over one library."""
    made = toy_assistant()
    caching, fresh = (
        Assistant(made.library, CountingEncoder(), NotingReader(), Settings(min_confidence=0.0, cache_size=size))
        for size in (3, 0)
    )
    try:
        yield caching, fresh
    finally:
        caching.close()


def without_timings(reply: Reply) -> Reply:
    return replace(reply, timings={})


steps = st.lists(
    st.tuples(
        st.sampled_from(("add", "later", "embed", "remove", "undo", "title", "tag", "ask", "ask", "filter")),
        st.integers(0, len(ARTICLES) - 1),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=25)
@given(steps=steps)
def test_it_answers_as_afresh_whatever_becomes_of_the_library(
    steps: list[tuple[str, int]],
) -> None:
    with two_assistants() as (caching, fresh):
        caching.add(ARTICLES[0])
        removed: list[tuple[Article, str]] = []
        for step, number in steps:
            article = ARTICLES[number]
            held = caching.library.content_hashes([article.id])
            if step in ("add", "later"):
                caching.add(article, embed="now" if step == "add" else "later")
            elif step == "embed":
                caching.embed()
            elif step == "remove" and held and len(caching.library) > 1:
                removed.append((caching.get(article.id), held[article.id]))
                caching.remove(article.id)
            elif step == "undo" and removed:
                caching._indexer.restore(*removed.pop())
            elif step == "title" and held:
                caching.edit(article.id, title=f"About {WORDS[number % len(WORDS)]}")
            elif step == "tag" and held:
                caching.edit(article.id, tags=[WORDS[number % len(WORDS)]])
            else:
                question = QUESTIONS[number % len(QUESTIONS)]
                filters = Filters(tags=(WORDS[number % 2],)) if step == "filter" else None
                fresh.ask(question, filters=filters)  # embeds what it needs and still waits
                assert without_timings(caching.ask(question, filters=filters)) == without_timings(
                    fresh.ask(question, filters=filters)
                )


def test_a_question_that_comes_again_is_neither_embedded_nor_read() -> None:
    encoder, reader = CountingEncoder(), NotingReader()
    made = toy_assistant()
    with Assistant(made.library, encoder, reader, Settings()) as assistant:
        assistant.add(*ARTICLES)
        first = assistant.ask(QUESTIONS[0])
        encoder.encoded.clear(), reader.pairs.clear()
        assert without_timings(assistant.ask(QUESTIONS[0])) == without_timings(first)
        assert not encoder.encoded
        assert not reader.pairs
        assistant.ask(QUESTIONS[1])
        assert encoder.encoded
        assert reader.pairs


def test_an_evaluation_remembers_nothing() -> None:
    corpus = Corpus(Settings(cache_size=5))
    data = Dataset("some", "", (), (), {})
    with corpus.open(data) as asked:
        assert asked.assistant.settings.cache_size == 0
