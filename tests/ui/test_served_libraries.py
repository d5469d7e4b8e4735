from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.settings import Settings
from qa.types import Article
from tests.toys import ToyReader, toy_assistant
from tests.ui.reading import read
from ui.conversation.workers import QuestionThreads
from ui.served_libraries import Libraries
from ui.state import View


@pytest.fixture
def assistants() -> Iterator[dict[str, Assistant]]:
    with toy_assistant() as news, toy_assistant() as sport:
        news.add(Article("The bridge of Osk is 512 metres long.", "Osk"))
        sport.add(Article("Karst won.", "Karst"), Article("Lumen lost.", "Lumen"))
        yield {"news": news, "sport": sport}


@pytest.fixture
def libraries(assistants: dict[str, Assistant]) -> Libraries:
    return Libraries(assistants, pytest.fail, QuestionThreads(1))


@pytest.mark.parametrize("view", [None, View(), View(library="gone")])
def test_a_page_opens_with_the_first_library(libraries: Libraries, view: View | None) -> None:
    assert "1 article in" in read(libraries.of(view).tab.render(view).header).text


def test_a_visitor_chooses_a_library(libraries: Libraries) -> None:
    view = libraries.choose("sport")
    panels = libraries.of(view).tab.render(view)

    assert "2 articles in" in read(panels.header).text
    assert [title.text for title in read(panels.articles).all(".qw-title")] == ["Lumen", "Karst"]
    options = read(panels.header).all("option")
    assert [option.text for option in options if "selected" in option.attributes] == ["sport"]
    assert [option.text for option in options] == ["news", "sport"]
    assert "Karst" in libraries.of(view).conversation.render(None)


def test_an_unknown_library_is_the_first(libraries: Libraries) -> None:
    assert libraries.choose("<b>").library == "news"


def test_one_library_needs_no_choice(assistants: dict[str, Assistant]) -> None:
    libraries = Libraries({"": assistants["news"]}, pytest.fail, QuestionThreads(1))

    assert not read(libraries.of(None).tab.header()).all("select")


def test_libraries_that_are_opened_beside_each_other_share_their_models(tmp_path: Path) -> None:
    reader = ToyReader()
    with toy_assistant(reader=reader, settings=Settings(cache_size=4)) as first:
        with first.open_beside(tmp_path / "other") as other:
            other.add(Article("The bridge of Osk is 512 metres long.", "Osk"))
            assert other.article_count == 2  # with the seed article
            assert other.reader_fingerprint == first.reader_fingerprint
        assert first.article_count == 0
