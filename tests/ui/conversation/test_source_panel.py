"""The page of a PDF as a picture, in the place of the article's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.types import Article, Reply
from tests.qa.loaders.documents import pdf_bytes
from tests.toys import HeightReader, toy_assistant
from tests.ui.reading import read
from ui.conversation.source_panel import Sources

CITATION = "citation:0:0:0"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    (tmp_path / "tower.pdf").write_bytes(pdf_bytes([["An empty page."], ["The tower is 42 metres tall."]]))
    with toy_assistant(folder=tmp_path / "library", reader=HeightReader()) as assistant:
        assistant.add(tmp_path / "tower.pdf")
        yield assistant


@pytest.fixture
def reply(assistant: Assistant) -> Reply:
    return assistant.ask("How tall is it?", min_confidence=0)


def test_a_pdf_can_be_shown_as_text_and_as_page(assistant: Assistant, reply: Reply) -> None:
    article = read(Sources(assistant).show(CITATION, [reply]))
    assert [button.text for button in article.one(".qw-forms").all("button")] == ["Text", "Page 2", "−", "+"]
    assert article.one(".qw-page").children == []


def test_the_page_has_its_quote_and_an_alternative_text(assistant: Assistant, reply: Reply) -> None:
    page = read(Sources(assistant).page_image(CITATION, [reply]))
    picture = page.one("img").attributes
    assert (picture["src"] or "").startswith("data:image/webp;base64,")
    assert picture["alt"] == "Page 2 of Tower, with “42 metres” marked"
    assert "left: 2" in (page.one(".qw-spot").attributes["style"] or "")
    assert page.all(".qw-note") == []


def test_a_quote_that_is_not_found_is_said_so(
    assistant: Assistant, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = assistant.page_image(reply.answers[0].citations[0])
    assert image
    monkeypatch.setattr(assistant, "page_image", lambda _: replace(image, boxes=()))
    page = read(Sources(assistant).page_image(CITATION, [reply]))
    assert "not found on this page" in page.one(".qw-note").text
    assert (len(page.all("img")), page.all(".qw-spot")) == (1, [])


def test_a_file_that_is_gone_leaves_a_line(assistant: Assistant, reply: Reply, tmp_path: Path) -> None:
    (tmp_path / "tower.pdf").unlink()
    page = read(Sources(assistant).page_image(CITATION, [reply]))
    assert page.one(".qw-note").text.startswith("No picture of the page: the file is gone, or has changed")
    assert page.all("img") == []


@pytest.mark.parametrize("place", ["citation:7:0:0", "citation:0:9:0", "article:x", "", "citation:x"])
def test_a_place_of_an_earlier_conversation_leaves_a_line(assistant: Assistant, reply: Reply, place: str) -> None:
    page = read(Sources(assistant).page_image(place, [reply]))
    assert page.one(".qw-note").text == "No picture of the page: the conversation has begun anew."


def test_a_removed_article_leaves_a_line(assistant: Assistant, reply: Reply) -> None:
    assistant.remove(reply.answers[0].citations[0].article_id)
    page = read(Sources(assistant).page_image(CITATION, [reply]))
    assert "no longer in the library" in page.one(".qw-note").text


def test_what_is_no_pdf_has_no_pages(assistant: Assistant) -> None:
    assistant.remove(*(info.id for info in assistant.articles()))
    assistant.add(Article("The mast is 63 metres tall.", source="/mast.pdf", pages=(0,)))
    reply = assistant.ask("How tall is it?", min_confidence=0)
    article = read(Sources(assistant).show(CITATION, [reply]))
    assert article.all(".qw-forms") == article.all(".qw-page") == []
    assert "no longer a PDF" in read(Sources(assistant).page_image(CITATION, [reply])).text
