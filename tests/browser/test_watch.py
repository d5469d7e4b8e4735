"""The recording of errors on the pages of the browser tests."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch


def test_only_errors_of_open_pages_are_recorded(page: Page, watch: Watch) -> None:
    page.evaluate("addEventListener('pagehide', () => console.error('left'))")
    page.reload()
    expect(page.locator("#qw-conversation .qw-greeting")).to_be_visible()
    assert not watch.wrongs

    with page.expect_event("pageerror"):
        page.evaluate("console.error('in use'); setTimeout(() => { throw new Error('thrown'); })")
    assert watch.wrongs == ["console: in use", "uncaught: thrown"]
    watch.wrongs.clear()
