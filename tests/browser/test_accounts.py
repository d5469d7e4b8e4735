"""Logging in to an account and out of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from qa.accounts import Accounts
from qa.assistant import Assistant
from tests.browser.conftest import PATIENCE_MS
from ui import ServerOptions, start


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    """The address of a chat that needs an account."""
    with closing(start(assistant, ServerOptions(accounts=Accounts.read(["ada:secret"])))) as app:
        yield app.address


def test_a_visitor_logs_in_and_out(browser: Browser, address: str) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with closing(browser.new_page()) as page:
        page.goto(address)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("secret")
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("tab", name="Settings").click()
        page.evaluate("localStorage.setItem('conversation', 'What did Ada ask?')")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        assert page.evaluate("localStorage.length") == 0, "the next visitor finds the conversations"
        page.goto(address)
        expect(page.get_by_label("Password")).to_be_visible()
