from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import seeds
from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant
from qa.library.sqlite import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Article
from tests.ui.reading import read
from ui import handlers as module
from ui.handlers import CHANGED, EXAMPLES, GONE, NO_SOURCE, UNKNOWN, Asked, Handlers

DRONES = "How many Shahed drones were used?"


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
def handlers(assistant: Assistant, notices: list[str]) -> Handlers:
    assistant.add(seeds.FOLDER)
    return Handlers(assistant, notices.append)


def ask(handlers: Handlers, question: str = DRONES, sure: float = 0.0, chat: object = None) -> Asked:
    *_, last = handlers.ask(question, sure, chat)  # type: ignore[arg-type]
    return last


def test_a_question_is_shown_at_once_and_then_answered(handlers: Handlers, notices: list[str]) -> None:
    waiting, answered = handlers.ask(DRONES, 0.0, None)

    assert (waiting.box, waiting.source) == ("", None)
    assert read(waiting.talk).one(".qw-waiting")
    assert DRONES in read(waiting.talk).text
    reply = answered.chat.replies[0]
    assert reply.answer
    talk = read(answered.talk)
    assert not talk.all(".qw-waiting")
    assert talk.all("strong")[0].text == reply.answer.text
    assert "40" in reply.answer.text
    assert answered.source
    assert read(answered.source).one("mark").text == reply.answer.text
    assert not notices


def test_a_citation_leads_to_its_words(handlers: Handlers) -> None:
    asked = ask(handlers)

    for button in read(asked.talk).all(".qw-cite"):
        place = button.attributes["data-place"] or ""
        _, reply, rank, number = place.split(":")
        citation = asked.chat.replies[int(reply)].answers[int(rank)].citations[int(number)]
        assert read(handlers.show(place, asked.chat)).one("mark").text == citation.quote


def test_an_abstention_shows_the_nearest_passage_with_nothing_marked(handlers: Handlers) -> None:
    asked = ask(handlers, "What is the capital of Australia?", sure=1.0)

    assert asked.chat.replies[0].abstained
    assert "do not seem to answer" in read(asked.talk).text
    assert asked.source
    source = read(asked.source)
    assert source.one(".qw-passage").text == asked.chat.replies[0].passages[0].text
    assert not source.all("mark")


@pytest.mark.parametrize(("question", "words"), [("  ", "empty"), ("x" * 3000, "3000 characters")])
def test_a_wrong_question_is_explained_and_given_back(
    handlers: Handlers, notices: list[str], question: str, words: str
) -> None:
    asked = ask(handlers, question)

    assert asked.box == question
    assert not asked.chat.replies
    (notice,) = notices
    assert words in notice


def test_an_empty_library_says_to_add_articles(assistant: Assistant, notices: list[str]) -> None:
    handlers = Handlers(assistant, notices.append)

    asked = ask(handlers)

    assert "add" in notices[0]
    assert "no articles yet" in read(asked.talk).text
    assert not read(asked.talk).all("button")


def test_what_nobody_foresaw_is_told_and_logged_and_the_talk_goes_on(
    handlers: Handlers, notices: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Assistant, "ask", lambda *_, **__: 1 / 0)
        asked = ask(handlers)
    again = ask(handlers, chat=asked.chat)

    assert notices == [UNKNOWN]
    assert "ZeroDivisionError" in caplog.text
    assert "Zero" not in asked.talk
    assert len(again.chat.replies) == 1


def test_two_talks_know_nothing_of_each_other(handlers: Handlers) -> None:
    one = ask(handlers)
    other = ask(handlers, "Who visited Kyiv?")

    assert one.chat is not other.chat
    assert DRONES not in other.talk
    assert len(one.chat.replies) == len(other.chat.replies) == 1


def test_examples_are_shown_while_the_talk_is_empty_and_the_seed_is_there(
    handlers: Handlers, assistant: Assistant
) -> None:
    empty = read(handlers.shelf().talk)
    talking = read(handlers.shelf(ask(handlers).chat).talk)
    assistant.remove(assistant.articles()[0].id)
    assistant.add(Article("Something else.", "Other"))
    without_seed = read(handlers.shelf().talk)

    assert [button.attributes["data-question"] for button in empty.all("button")] == list(EXAMPLES)
    assert not talking.all(".qw-greeting")
    assert without_seed.one(".qw-greeting")
    assert not without_seed.all("button")


def test_an_article_opens_from_the_list(handlers: Handlers) -> None:
    button = read(handlers.shelf().articles).one("button")

    page = read(handlers.show(button.attributes["data-place"] or "", None))

    assert page.one(".qw-text").text.startswith("In a surprise visit")
    assert not page.all("mark")


def test_a_source_that_is_gone_or_changed_says_so(handlers: Handlers, assistant: Assistant) -> None:
    assistant.add(Article("The lighthouse at Vela is 42 metres tall.", "Vela", "vela"))
    asked = ask(handlers, "How tall is the lighthouse at Vela?")
    first = asked.chat.replies[0].answers[0].citations[0]
    assert first.source == "vela"

    assistant.add(Article("It was said that the lighthouse at Vela is 42 metres tall.", "Vela", "vela"))
    changed = handlers.show("citation:0:0:0", asked.chat)
    assistant.remove("vela")
    gone = handlers.show("citation:0:0:0", asked.chat)

    assert CHANGED in changed
    assert GONE in gone


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=20)
    | st.builds(
        "{}:{}:{}".format,
        st.sampled_from(["citation", "passage", "reply"]),
        st.integers() | st.text(max_size=4),
        st.integers(-3, 3),
    )
)
def test_a_place_that_is_not_of_this_talk_leads_nowhere(place: str) -> None:
    assume(not place.startswith("article:"))
    handlers = Handlers(None, pytest.fail)  # type: ignore[arg-type]

    assert read(handlers.show(place, None)).text == NO_SOURCE


def test_an_unknown_article_is_gone(handlers: Handlers) -> None:
    assert GONE in handlers.show("article:0123", None)
    assert GONE in handlers.show("article:", None)


def test_added_files_are_named_after_themselves_and_reported_in_order(
    handlers: Handlers, assistant: Assistant, tmp_path: Path
) -> None:
    files = {"one.txt": "The first file.", "two.xyz": "?", "three.md": "# Third\n\nThe third file."}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    shares: list[float] = []

    report = handlers.add([tmp_path / name for name in files], lambda share, _: shares.append(share))

    assert [(result.source, result.outcome) for result in report.results] == [
        ("uploads/one.txt", "added"),
        ("uploads/two.xyz", "failed"),
        ("uploads/three.md", "added"),
    ]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1
    assert assistant.get("uploads/one.txt").text == "The first file."
    assert str(tmp_path) not in repr(report)


def test_a_file_that_is_uploaded_again_updates_its_article(handlers: Handlers, tmp_path: Path) -> None:
    outcomes = []
    for folder, content in (("a", "Old words."), ("b", "Old words."), ("c", "New words.")):
        file = tmp_path / folder / "notes.txt"
        file.parent.mkdir()
        file.write_text(content)
        outcomes += [result.outcome for result in handlers.add([file]).results]

    assert outcomes == ["added", "unchanged", "updated"]


def test_rows_of_a_table_are_articles_of_their_own(
    handlers: Handlers, assistant: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "Row one."}\n{"text": "Row two."}\nnot json\n')

    report = handlers.add([file])

    assert [result.outcome for result in report.results] == ["added", "added", "failed"]
    assert all(result.source.startswith("uploads/rows.jsonl") for result in report.results)
    assert len(assistant.articles()) == 3


def test_an_add_that_fails_as_a_whole_is_told(
    handlers: Handlers, notices: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise module.QuotewellError("the disk is full; make room")

    monkeypatch.setattr(Assistant, "add", broken)

    assert handlers.upload([tmp_path / "a.txt"]) == ""
    assert notices == ["the disk is full; make room"]


def test_the_handlers_keep_nothing_of_a_talk(
    encoder: SentenceEncoder, reader: Reader, library: SqliteLibrary
) -> None:
    handlers = Handlers(Assistant(library, encoder, reader, Settings()), print)
    before = dict(vars(handlers))

    ask(handlers)
    handlers.shelf()

    assert vars(handlers) == before
