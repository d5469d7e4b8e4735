from __future__ import annotations

import datetime as dt

import numpy as np

from qa.answering.composing.digest import choose
from qa.assistant import Assistant
from qa.types import Article
from tests.toys import CountingEncoder, toy_assistant

BRIDGE = Article(
    "Harlow Bridge was closed on Wednesday. A crack was found. Ok. Lorries may not use it, the county said.",
    title="Bridge closed",
    source="a",
    date=dt.date(2025, 3, 13),
)
OPENED = Article(
    "Harlow Bridge is open again. The repair has cost 8.2 million.", source="b", date=dt.date(2024, 1, 1)
)


def library() -> Assistant:
    assistant = toy_assistant()
    assistant.add(BRIDGE, OPENED)
    return assistant


def test_what_is_relevant_and_new_is_chosen() -> None:
    vectors = np.array([[1, 0], [0.99, 0.141], [0, 1], [0.6, 0.8]], dtype=np.float32)
    relevance = np.array([0.9, 0.8, 0.3, 0.1], dtype=np.float32)
    assert choose(relevance, vectors, 2) == [0, 2]  # the second says the same as the first
    assert choose(relevance, vectors, 9) == [0, 2]
    assert choose(relevance[:0], vectors[:0], 3) == []


def test_a_topic_gets_quotes_of_each_article_the_oldest_first() -> None:
    with library() as assistant:
        reply = assistant.ask("What do the articles say about Harlow Bridge?")
    assert (reply.kind, reply.answered_by_quotes, reply.abstained) == ("topic", True, False)
    assert [quote.title for quote in reply.quotes][:1] == [OPENED.title]
    assert {quote.article_id for quote in reply.quotes} == {BRIDGE.id, OPENED.id}
    for quote in reply.quotes:
        article = BRIDGE if quote.article_id == BRIDGE.id else OPENED
        assert article.text[quote.start : quote.end] == quote.quote == quote.sentence
        assert quote.quote != "Ok."


def test_an_abstention_shows_the_nearest_quotes() -> None:
    with library() as assistant:
        reply = assistant.ask("Who closed the bridge?")
    assert reply.abstained
    assert 0 < len(reply.quotes) <= 3
    assert reply.to_dict()["quotes"][0]["quote"] == reply.quotes[0].quote


def test_the_nearest_quote_may_stand_anywhere() -> None:
    with library() as assistant:
        reply = assistant.ask("Which lorries may not use Harlow Bridge, said which county?")
    assert reply.abstained
    assert reply.quotes[0].quote.endswith("Lorries may not use it, the county said.")


def test_a_sentence_is_embedded_once_for_all_questions() -> None:
    encoder = CountingEncoder()
    with toy_assistant(encoder) as assistant:
        assistant.add(BRIDGE, OPENED)
        first = assistant.ask("What do the articles say about Harlow Bridge?")
        encoder.encoded.clear()
        again = assistant.ask("What do the articles say about Harlow Bridge?")
        assert again.quotes == first.quotes
        assert encoder.encoded == []


def test_a_dateline_is_no_quote() -> None:
    with toy_assistant() as assistant:
        assistant.add(Article(f"13 March 2025. {BRIDGE.text}", title="Bridge closed"))
        reply = assistant.ask("What do the articles say about Harlow Bridge on 13 March 2025?")
    assert reply.quotes[0].quote == "Harlow Bridge was closed on Wednesday."
    assert not any("March" in quote.quote for quote in reply.quotes)
