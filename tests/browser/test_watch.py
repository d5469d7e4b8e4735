"""The tests' own watch over the pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch


def test_the_watch_sees_errors_of_pages_in_use_alone(page: Page, watch: Watch) -> None:
    page.evaluate("addEventListener('pagehide', () => console.error('left'))")
    page.reload()
    expect(page.locator(".qw-greeting")).to_be_visible()
    assert not watch.wrongs

    with page.expect_event("pageerror"):
        page.evaluate("console.error('in use'); setTimeout(() => { throw new Error('thrown'); })")
    assert watch.wrongs == ["console: in use", "uncaught: thrown"]
    watch.wrongs.clear()
