from __future__ import annotations

from typing import Any

import pytest

from qa.assistant import Assistant
from qa.errors import EmptyLibraryError, QuestionError
from qa.types import Article, Filters, Reply, RetrievedPassage

ANNA = Article("Anna Berg rebuilt Lumen harbour. She was born in 1890.", source="a", title="Anna Berg")
KARL = Article(
    "Karl Holm founded the Karst railway. He was born in 1851.", source="b", title="Karl Holm", tags=("rail",)
)


@pytest.fixture
def talked(assistant: Assistant) -> Assistant:
    assistant.add(ANNA, KARL)
    return assistant


def same(one: Reply, other: Reply) -> bool:
    fields = ("question", "answer", "answers", "passages", "min_confidence", "readings", "read_as")
    return all(getattr(one, field) == getattr(other, field) for field in fields)


def test_a_follow_up_keeps_its_subject(talked: Assistant) -> None:
    chat = talked.chat()
    chat.ask("Who founded the Karst railway?", min_confidence=0)
    reply = chat.ask("When was he born?", min_confidence=0)
    assert reply.question == "When was he born?"
    assert reply.read_as == "When was Karl Holm born?"
    assert reply.to_dict()["read_as"] == reply.read_as
    assert reply.answers[0].text == "1851"
    assert len(chat.replies) == 2


def test_citations_of_a_follow_up_are_slices_of_their_articles(talked: Assistant) -> None:
    chat = talked.chat()
    for question in ("Who founded the Karst railway?", "When was he born?", "And Anna Berg?", "Why?"):
        for answer in chat.ask(question, min_confidence=0).answers:
            for citation in answer.citations:
                text = talked.get(citation.article_id).text
                assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("question", ["Who rebuilt Lumen harbour?", "When was Anna Berg born?"])
def test_a_question_that_stands_alone_is_answered_as_without_a_talk(talked: Assistant, question: str) -> None:
    chat = talked.chat()
    chat.ask("Who founded the Karst railway?", min_confidence=0)
    assert same(chat.ask(question, min_confidence=0), talked.ask(question, min_confidence=0))


def test_after_an_abstention_only_the_question_is_kept(talked: Assistant) -> None:
    chat = talked.chat()
    assert chat.ask("Where did Karl Holm die?", min_confidence=1).abstained
    follow_up = chat.understand("When was he born?")
    assert follow_up
    assert follow_up.read_as == "When was Karl Holm born?"
    assert follow_up.article_id is None


def test_filters_hold_for_follow_ups(talked: Assistant) -> None:
    chat = talked.chat()
    chat.ask("Who rebuilt Lumen harbour?", min_confidence=0)
    reply = chat.ask("When was she born?", min_confidence=0, filters=Filters(tags=("rail",)))
    assert {found.passage.article_id for found in reply.passages} == {KARL.id}


def test_the_article_in_focus_may_be_gone(talked: Assistant) -> None:
    chat = talked.chat()
    chat.ask("Who founded the Karst railway?", min_confidence=0)
    talked.remove("b")
    assert chat.ask("When was he born?", min_confidence=0).read_as == "When was Karl Holm born?"
    talked.remove("a")
    with pytest.raises(EmptyLibraryError):
        chat.ask("When was he born?")


def test_a_talk_of_long_questions_stays_within_the_limit(talked: Assistant) -> None:
    chat = talked.chat()
    chat.ask("Who founded the Karst railway" + " and so on" * 190 + "?", min_confidence=0)
    assert len(chat.ask("And by how many people" + " and so on" * 190 + "?", min_confidence=0).read_as) <= 2000
    with pytest.raises(QuestionError):
        chat.ask("  ")
    assert len(chat.replies) == 2


def test_conversations_share_nothing(talked: Assistant) -> None:
    one, other = talked.chat(), talked.chat()
    one.ask("Who rebuilt Lumen harbour?")
    assert other.replies == []
    assert other.ask("When was she born?").read_as == ""


@pytest.mark.parametrize("question", ["When did he go?", "How tall is the lighthouse at Vela?"])
def test_what_was_found_for_a_question_is_not_searched_again(
    talked: Assistant, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[tuple[Any, ...]] = []
    retriever = talked._pipeline.retriever
    retrieve = retriever.retrieve

    def noted(text: str, *rest: Any) -> list[RetrievedPassage]:
        searched.append((text, *rest))
        return retrieve(text, *rest)

    chat = talked.chat()
    chat.ask("Who visited Kyiv?")
    monkeypatch.setattr(retriever, "retrieve", noted)
    chat.ask(question)

    assert len(searched) == len(set(searched))


def test_the_stages_of_a_question_are_told_as_they_begin(assistant: Assistant) -> None:
    assistant.add(Article("Anna Berg rebuilt Lumen harbour.", source="a"))
    stages: list[tuple[str, int]] = []

    reply = assistant.chat().ask("Who rebuilt it?", passages=3, on_stage=lambda *stage: stages.append(stage))

    assert stages == [("retrieve", 0), ("read", 1), ("answer", 1), ("compose", 1)]
    assert [name for name, _ in stages] == list(reply.timings)


def test_how_a_follow_up_question_is_read_is_chosen_in_a_stage_of_its_own(talked: Assistant) -> None:
    chat = talked.chat()
    chat.ask("Who founded the Karst railway?", min_confidence=0)
    assert next(iter(chat.ask("When was he born?").timings)) == "understand"
