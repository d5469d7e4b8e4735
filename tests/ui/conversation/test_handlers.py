from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import seeds
from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant, OnStage
from qa.chat import Chat
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Article, Filters, Reply
from tests.ui.reading import read
from ui.conversation.greeting import SEED_EXAMPLES
from ui.conversation.handlers import UNKNOWN, Asked, Handlers
from ui.conversation.source_panel import CHANGED, GONE, NO_SOURCE
from ui.conversation.workers import QuestionThreads
from ui.markup.distinct import distinct_answers
from ui.state import Choices, Conversation, View

DRONES = "How many Shahed drones were used?"


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
def handlers(assistant: Assistant, notices: list[str]) -> Handlers:
    assistant.add(seeds.FOLDER)
    return Handlers(assistant, notices.append, QuestionThreads(1))


def ask(
    handlers: Handlers,
    question: str = DRONES,
    sure: float = 0.0,
    conversation: Conversation | None = None,
    view: View | None = None,
) -> Asked:
    *_, last = handlers.ask(question, Choices(sure), conversation, view)
    return last


def test_a_question_is_shown_immediately_and_then_answered(handlers: Handlers, notices: list[str]) -> None:
    waiting, reading, answered = handlers.ask(DRONES, Choices(0.0), None)

    assert (waiting.source, waiting.failed) == (None, "")
    assert read(waiting.html).one(".qw-waiting")
    assert DRONES in read(waiting.html).text
    assert (reading.source, reading.failed) == (None, "")
    assert re.fullmatch(r"Reading \d+ passages?", read(reading.html).one(".qw-waiting").text)
    reply = answered.conversation.replies[0]
    assert reply.answer
    conversation = read(answered.html)
    assert not conversation.all(".qw-waiting")
    assert conversation.all("strong")[0].text == reply.answer.text
    assert "40" in reply.answer.text
    assert answered.source
    assert read(answered.source).one("mark").text == reply.answer.text
    assert not answered.failed
    assert not notices


def test_a_question_answered_before_its_stages_are_shown_appears_once(assistant: Assistant) -> None:
    class Late(QuestionThreads):
        """Reports the stages only when all are done, as on a busy machine."""

        def stages(self, ask: Callable[[OnStage], Reply]) -> Iterator[str]:
            yield from list(super().stages(ask))

    assistant.add(seeds.FOLDER)
    handlers = Handlers(assistant, pytest.fail, Late(1))
    conversation: Conversation | None = None
    for number, question in enumerate((DRONES, "Who visited Kyiv?"), start=1):
        *steps, answered = handlers.ask(question, Choices(0.0), conversation)
        conversation = answered.conversation
        assert len(conversation.replies) == number

        for step in steps:
            assert len(read(step.html).all(".qw-turn")) == number


def test_small_talk_gets_a_line_without_a_search(handlers: Handlers, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Chat, "ask", lambda *_, **__: pytest.fail("a search"))
        (greeted,) = handlers.ask("Hello!", Choices(0.0), None)
    asked = ask(handlers, f"Thanks, {DRONES[0].lower()}{DRONES[1:]}", conversation=greeted.conversation)
    (thanked,) = handlers.ask("thank you", Choices(0.0), asked.conversation)

    assert read(greeted.html).one(".qw-aside")
    assert (greeted.source, greeted.failed) == (None, "")
    page = read(thanked.html)
    assert [said.text for said in page.all(".qw-question")] == [
        "Hello!",
        "how many Shahed drones were used?",
        "thank you",
    ]
    assert len(page.all(".qw-aside")) == 2
    assert asked.conversation.replies[0].answer


def test_a_citation_opens_its_quote(handlers: Handlers) -> None:
    asked = ask(handlers)

    for button in read(asked.html).all(".qw-cite"):
        place = button.attributes["data-place"] or ""
        _, reply, rank, number = place.split(":")
        citation = asked.conversation.replies[int(reply)].answers[int(rank)].citations[int(number)]
        assert read(handlers.show(place, asked.conversation)).one("mark").text == citation.quote


def test_an_abstention_shows_the_nearest_quote(handlers: Handlers) -> None:
    asked = ask(handlers, "What is the capital of Australia?", sure=1.0)

    reply = asked.conversation.replies[0]
    assert reply.abstained
    assert "do not seem to answer" in read(asked.html).text
    assert asked.source
    assert read(asked.source).one("mark").text == reply.quotes[0].quote
    for button in read(asked.html).one(".qw-digest").all("button"):
        place = button.attributes["data-place"] or ""
        assert read(handlers.show(place, asked.conversation)).one("mark").text == button.text


@pytest.mark.parametrize(("question", "words"), [("  ", "empty"), ("x" * 3000, "3000 characters")])
def test_an_invalid_question_is_explained_and_returned(
    handlers: Handlers, notices: list[str], question: str, words: str
) -> None:
    waiting, failed = handlers.ask(question, Choices(0.0), None)

    assert (waiting.failed, failed.failed) == ("", question)
    assert not failed.conversation.replies
    (notice,) = notices
    assert words in notice


def test_an_empty_library_says_to_add_articles(assistant: Assistant, notices: list[str]) -> None:
    handlers = Handlers(assistant, notices.append, QuestionThreads(1))

    asked = ask(handlers)

    assert "add" in notices[0]
    assert "no articles yet" in read(asked.html).text
    assert [button.text for button in read(asked.html).all("button")] == ["Add files"]


def test_an_unexpected_error_is_shown_and_logged_and_the_conversation_continues(
    handlers: Handlers, notices: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Chat, "ask", lambda *_, **__: 1 / 0)
        asked = ask(handlers)
    again = ask(handlers, conversation=asked.conversation)

    assert notices == [UNKNOWN]
    assert "ZeroDivisionError" in caplog.text
    assert "Zero" not in asked.html
    assert len(again.conversation.replies) == 1


def test_two_conversations_are_isolated(handlers: Handlers) -> None:
    one = ask(handlers)
    other = ask(handlers, "Who visited Kyiv?")

    assert one.conversation is not other.conversation
    assert DRONES not in other.html
    assert len(one.conversation.replies) == len(other.conversation.replies) == 1


def test_examples_are_shown_while_the_conversation_is_empty_and_the_seed_is_there(
    handlers: Handlers, assistant: Assistant
) -> None:
    empty = read(handlers.render(None))
    talking = read(handlers.render(ask(handlers).conversation))
    assistant.remove(assistant.articles()[0].id)
    other = Article("Something else.", "Other")
    assistant.add(other)
    without_seed = read(handlers.render(None))

    assert [button.attributes["data-question"] for button in empty.all("button")] == list(SEED_EXAMPLES)
    assert not talking.all(".qw-greeting")
    assert without_seed.one(".qw-greeting")
    assert [button.attributes["data-place"] for button in without_seed.all("button")] == [f"article:{other.id}"]


def test_a_source_that_is_gone_or_changed_says_so(handlers: Handlers, assistant: Assistant) -> None:
    assistant.add(Article("The lighthouse at Vela is 42 metres tall.", "Vela", "vela"))
    asked = ask(handlers, "How tall is the lighthouse at Vela?")
    first = asked.conversation.replies[0].answers[0].citations[0]
    assert first.source == "vela"

    assistant.add(Article("It was said that the lighthouse at Vela is 42 metres tall.", "Vela", "vela"))
    moved = handlers.show("citation:0:0:0", asked.conversation)
    assistant.add(Article("The lighthouse at Vela is 43 metres tall.", "Vela", "vela"))
    changed = handlers.show("citation:0:0:0", asked.conversation)
    assistant.remove("vela")
    gone = handlers.show("citation:0:0:0", asked.conversation)

    assert "It was said that" in read(moved).text
    assert [mark.text for mark in read(moved).all("mark")] == [first.quote]
    assert CHANGED in changed
    assert GONE in gone


@settings(max_examples=60)
@given(
    st.text(max_size=20)
    | st.builds(
        "{}:{}:{}".format,
        st.sampled_from(["citation", "passage", "reply"]),
        st.integers() | st.text(max_size=4),
        st.integers(-3, 3),
    )
)
def test_a_place_of_another_conversation_opens_nothing(place: str) -> None:
    assume(not place.startswith("article:"))
    handlers = Handlers(None, pytest.fail, QuestionThreads(1))  # type: ignore[arg-type]

    assert read(handlers.show(place, None)).text == NO_SOURCE


def test_an_unknown_article_is_gone(handlers: Handlers) -> None:
    assert GONE in handlers.show("article:0123", None)
    assert GONE in handlers.show("article:", None)


def test_the_handlers_keep_nothing_of_a_conversation(
    encoder: SentenceEncoder, reader: Reader, library: SqliteLibrary
) -> None:
    handlers = Handlers(Assistant(library, encoder, reader, Settings()), print, QuestionThreads(1))
    before = dict(vars(handlers))

    ask(handlers)
    handlers.render(None)

    assert vars(handlers) == before


def test_a_view_restricts_what_is_asked_and_an_abstention_says_so(
    handlers: Handlers, assistant: Assistant
) -> None:
    assistant.add(Article("The tower of Vela is 42 metres tall.", "Vela", "vela", tags=("coast",)))
    view = View(Filters(tags=("coast",)))

    asked = ask(handlers, DRONES, sure=1.0, view=view)

    assert {passage.passage.article_id for passage in asked.conversation.replies[0].passages} == {
        assistant.get("vela").id
    }
    assert "Remove the filters" in read(asked.html).text
    assert "remove the filter" not in read(handlers.render(asked.conversation, View())).text


def test_the_chosen_number_of_passages_is_read(handlers: Handlers) -> None:
    *_, asked = handlers.ask(DRONES, Choices(0.0, passages=2), None)

    assert len(asked.conversation.replies[0].passages) == 2


def test_the_other_quotes_of_a_reply_are_marked_and_linked(handlers: Handlers) -> None:
    asked = ask(handlers, "Where did Stoltenberg go?")
    (reply,) = asked.conversation.replies
    places = [
        f"citation:0:{shown.rank}:{number}"
        for shown in distinct_answers(reply.answers)
        for number, _ in shown.citations
    ]
    assert len(places) > 1

    for at, place in enumerate(places):
        page = read(handlers.show(place, asked.conversation))
        walk = page.one(".qw-walk")
        assert f"{at + 1} of {len(places)}" in walk.text
        previous, following = walk.all("button")
        assert previous.attributes.get("data-place") == (places[at - 1] if at else None)
        assert following.attributes.get("data-place") == (places[at + 1] if at + 1 < len(places) else None)
        also = {one.attributes["data-place"]: one.text for one in page.all(".qw-also")}
        for other, quote in also.items():
            _, _, rank, number = (other or "").split(":")
            assert other != place
            assert reply.answers[int(rank)].citations[int(number)].quote == quote
        assert also


def test_an_earlier_conversation_is_asked_again(handlers: Handlers) -> None:
    *_, asked = handlers.resume(json.dumps([DRONES, "Who visited Kyiv?"]), "an-earlier-one", Choices(0.0))

    assert [reply.question for reply in asked.conversation.replies] == [DRONES, "Who visited Kyiv?"]
    assert read(asked.html).one(".qw-turns").attributes["data-conversation"] == "an-earlier-one"
    assert json.loads(read(asked.html).one(".qw-turns").attributes["data-questions"] or "") == [
        DRONES,
        "Who visited Kyiv?",
    ]


@pytest.mark.parametrize("kept", ["", "no JSON", "{}", "3", "[]"])
def test_an_invalid_history_is_ignored(handlers: Handlers, kept: str) -> None:
    assert list(handlers.resume(kept, "key", Choices(0.0))) == []


def test_without_the_seed_the_newest_articles_are_offered(assistant: Assistant, notices: list[str]) -> None:
    assistant.add(*(Article(f"Text {i}.", f"Title {i}", str(i), dt.date(2020, 1, i)) for i in range(1, 8)))

    page = read(Handlers(assistant, notices.append, QuestionThreads(1)).render(None))

    assert [title.text for title in page.all(".qw-title")] == ["Title 7", "Title 6", "Title 5", "Title 4"]


def test_a_verdict_is_stored_and_a_comment_updates_it(
    handlers: Handlers, assistant: Assistant, notices: list[str]
) -> None:
    asked = ask(handlers)

    handlers.rate("0", "bad", "", asked.conversation)
    form = read(handlers.render(asked.conversation)).one(".qw-comment")
    handlers.rate("0", "bad", "It says <40>.", asked.conversation)

    (kept,) = assistant.feedback()
    assert (kept.question, kept.verdict, kept.comment) == (DRONES, "bad", "It says <40>.")
    assert form.attributes["data-verdict"] == "bad"
    rated = read(handlers.render(asked.conversation)).one(".qw-rating")
    assert [thumb.attributes["aria-pressed"] for thumb in rated.all(".qw-thumb")] == ["false", "true"]
    assert "It says <40>." in rated.text
    assert not notices


@pytest.mark.parametrize(("number", "verdict"), [("1", "good"), ("-1", "good"), ("x", "good"), ("0", "superb")])
def test_a_verdict_on_an_unknown_reply_is_an_error(
    handlers: Handlers, assistant: Assistant, notices: list[str], number: str, verdict: str
) -> None:
    handlers.rate(number, verdict, "", ask(handlers).conversation)
    handlers.rate("0", "good", "", None)

    assert assistant.feedback() == []
    assert len(notices) == 2


def test_a_conversation_is_saved_in_two_formats(handlers: Handlers, notices: list[str]) -> None:
    asked = ask(handlers)

    name, written = handlers.transcript("markdown", asked.conversation)
    kept, values = handlers.transcript("json", asked.conversation)

    assert name.endswith(".md")
    assert DRONES in written
    assert kept.endswith(".json")
    assert [reply["question"] for reply in json.loads(values)["replies"]] == [DRONES]
    assert handlers.transcript("../../x", asked.conversation) == ("", "")
    assert "markdown or json" in notices[0]


def test_a_citation_can_be_copied_in_several_formats(handlers: Handlers) -> None:
    asked = ask(handlers)
    assert asked.source

    copies = {
        one.text: one.attributes["data-copy"] or "" for one in read(asked.source).one(".qw-copies").all("button")
    }

    assert list(copies) == ["Text", "Markdown", "BibTeX", "RIS", "CSL-JSON"]
    assert all(asked.conversation.replies[0].answers[0].text in copied for copied in copies.values())
