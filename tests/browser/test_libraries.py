"""The choice among several libraries at the top of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings
from qa.types import Article
from tests.browser.acting import ask
from tests.browser.conftest import Open
from ui import start

BRIDGE = "How long is the bridge of Osk?"
OSK = Article("The bridge of Osk is 512 metres long. It was opened in May.", "The bridge of Osk")
GAME = Article("The Gulls of Karst won 3 to 1 on Sunday. Ada Holm scored twice.", "The Gulls win")


@pytest.fixture
def address(assistant: Assistant, encoder: SentenceEncoder, reader: Reader) -> Iterator[str]:
    """The address of a chat about the libraries ``news`` and ``sport``.

    A test asks for it before the page, so that the page is closed first: its event stream ends with the server.
    """
    other = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(other, encoder, reader, Settings()) as sport:
        assistant.add(OSK)
        sport.add(GAME)
        app = start({"news": assistant, "sport": sport})
        yield app.address
        app.close()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_visitor_chooses_a_library(address: str, open_page: Open, size: tuple[int, int]) -> None:
    width, height = size
    page = open_page(
        address, viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"]
    )
    choice, turns = page.get_by_label("Library", exact=True), page.locator(".qw-turn")
    expect(choice).to_have_value("news")
    expect(choice).to_be_in_viewport(ratio=1)
    expect(page.locator("#qw-ask")).to_be_in_viewport(ratio=1)
    expect(ask(page, BRIDGE)).to_contain_text("512 metres")

    choice.select_option("sport")

    expect(turns).to_have_count(0)
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    earlier = page.locator(".qw-earlier")
    expect(earlier).to_be_empty()
    reply = ask(page, "Who scored twice?")
    expect(reply).to_contain_text("Ada Holm")
    reply.get_by_role("button", name="Copy link").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('question=')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"?{urlencode({'library': 'sport', 'question': 'Who scored twice?'})}")

    choice.select_option("news")
    expect(earlier.locator(".qw-title")).to_have_text([BRIDGE])

    page.goto(link)

    expect(choice).to_have_value("sport")
    expect(page.locator("#qw-conversation .qw-sentence").first).to_contain_text("Ada Holm")
    expect(page).to_have_url(re.compile("library=sport$"))
