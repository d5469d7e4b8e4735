"""A real browser on the real app with the real models. Skipped where Chromium is not installed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
)

import seeds
from embeddings.encoder import SentenceEncoder
from qa.answering.readers import build_readers
from qa.assistant import Assistant
from qa.errors import SettingsError
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings
from tests.qa.reader.copies import copied_model
from tests.waiting import PATIENCE
from ui import Server, ServerOptions, start

PATIENCE_MS = 1000 * PATIENCE

# A page that is left has its streams cut off, and Gradio says so in its console: no fault of a page in use.
HUSH = """for (const leaving of ["beforeunload", "pagehide"])
  addEventListener(leaving, () => { console.error = () => {}; }, {capture: true});"""

# In the first document of a tab: what the tab before it has kept is forgotten.
FORGET = "if (!sessionStorage.known) { localStorage.clear(); sessionStorage.known = 'yes'; }"

VIEWPORT: ViewportSize = {"width": 1280, "height": 800}

Open = Callable[..., Page]


@dataclass
class Watch:
    """Forbidden actions of pages, such as errors and requests to other hosts."""

    wrongs: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrongs.append(f"console: {message.text}")

    def error(self, error: object) -> None:
        self.wrongs.append(f"uncaught: {error}")

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.wrongs.append(f"outside request: {request.url}")


@pytest.fixture(scope="session")
def url(
    browser: Browser, encoder: SentenceEncoder, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The chat about the seed articles, with a second reader, ``second``."""
    library = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    second = copied_model(tmp_path_factory.mktemp("readers") / "second")
    settings = Settings(readers=(str(second),))
    assistant = Assistant(library, encoder, reader, settings, build_readers(settings))
    assistant.add(seeds.FOLDER)
    app = start(assistant)
    yield app.address
    app.close()
    assistant.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def first_browser(browser: Browser) -> BrowserContext:
    """The browser of each test's first page. It has cached the app's scripts, but nothing else."""
    return browser.new_context(viewport=VIEWPORT)


@pytest.fixture
def open_page(browser: Browser, first_browser: BrowserContext, url: str, watch: Watch) -> Iterator[Open]:
    """Open the chat in a separate browser; check after the test that no page did anything forbidden."""
    expect.set_options(timeout=PATIENCE_MS)
    pages: list[Page] = []

    def opened(address: str = url, **options: Any) -> Page:
        is_first = not (pages or options)
        context = first_browser if is_first else browser.new_context(**{"viewport": VIEWPORT, **options})
        page = context.new_page()
        pages.append(page)
        page.add_init_script(HUSH)
        page.add_init_script(FORGET)
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", watch.console)
        page.on("pageerror", watch.error)
        page.on("request", watch.request)
        page.goto(address)
        expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
        return page

    yield opened
    for page in pages:
        page.close()
        if page.context is not first_browser:
            page.context.close()
    assert not watch.wrongs


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


@pytest.fixture(scope="session")
def own_port() -> int:
    """The port of the tests' own servers: at the same address, the browser has cached the app's scripts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def start_own(assistant: Assistant, port: int) -> Server:
    try:
        return start(assistant, ServerOptions(port=port))
    except SettingsError:  # something else has taken the port in the meantime
        return start(assistant)


@pytest.fixture
def open_own(open_page: Open, assistant: Assistant, own_port: int) -> Iterator[Open]:
    """Open the chat with the test's own library; the server starts with the first page."""
    apps: list[Server] = []
    pages: list[Page] = []

    def opened(**options: Any) -> Page:
        if not apps:
            apps.append(start_own(assistant, own_port))
        pages.append(open_page(apps[0].address, **options))
        return pages[-1]

    yield opened
    for page in pages:  # before its server goes away
        page.close()
    for app in apps:
        app.close()
