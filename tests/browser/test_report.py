"""A report in the browser, opened from its file as by a double click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.evaluation.report import write_report
from tests.qa.evaluation.report.making import HOSTILE, made_run


@pytest.fixture(scope="module")
def report(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A report of 300 questions; check after the test that the page had no errors."""
    path = write_report(made_run(tmp_path_factory.mktemp("runs") / "run", 300))
    page = browser.new_page(color_scheme="dark")
    wrongs: list[str] = []
    page.on("console", lambda message: wrongs.append(message.text))
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("request", lambda request: request.url == path.as_uri() or wrongs.append(request.url))
    page.add_init_script("window.wrong = () => { throw new Error('ran') }")
    page.goto(path.as_uri())
    yield page
    page.close()
    assert not wrongs


@pytest.fixture(autouse=True)
def unfiltered(report: Page) -> None:
    report.keyboard.press("Escape")


def shown(report: Page) -> int:
    return report.locator("#list article").count()


def test_wrong_answers_are_shown_some_at_a_time(report: Page) -> None:
    assert shown(report) == 30
    for count in (60, 90, 100):
        report.locator("#more").click()
        assert shown(report) == count
    expect(report.locator("#more")).to_be_hidden()
    sure = [int(text.split("%")[0]) for text in report.locator(".sure").all_inner_texts()]
    assert sure == sorted(sure, reverse=True)


def test_filters_work_together(report: Page) -> None:
    report.locator("#kind").select_option("wrong span")
    expect(report.locator("#count")).to_have_text("17 of 100")
    assert set(report.locator(".about b").all_inner_texts()) == {"wrong span"}
    report.locator("#word").select_option("who")
    assert all(text.startswith("Who") for text in report.locator("#list h3").all_inner_texts())
    both = shown(report)
    report.locator("#word").select_option("what")
    assert both + shown(report) == 17
    report.locator("#search").fill("nothing has this")
    expect(report.locator("#list")).to_have_text("No wrong answer matches.")


def test_the_search_finds_hostile_text_and_shows_it_as_it_is(report: Page) -> None:
    report.locator("#search").fill("ONERROR=wrong()")
    assert HOSTILE in (report.locator("#list h3", has_text="onerror").first.text_content() or "")
    assert report.locator("img").count() == 0


def test_quotes_are_marked(report: Page) -> None:
    report.locator("#kind").select_option("boundary")
    first = report.locator("#list article").first
    assert first.locator("mark").all_inner_texts() == ["by ", "Anna Berg"]
    expect(first.locator("mark.both")).to_have_text("Anna Berg")


def test_keys_move_through_the_list(report: Page) -> None:
    for _ in range(31):  # past what is shown at first
        report.keyboard.press("j")
    assert shown(report) == 60
    report.keyboard.press("k")
    assert report.evaluate("[...document.querySelectorAll('article')].indexOf(document.activeElement)") == 29
    report.keyboard.press("/")
    report.keyboard.type("jk")  # in the box, these are letters
    expect(report.locator("#search")).to_have_value("jk")


def test_it_fits_a_phone_and_takes_dark_colours(report: Page) -> None:
    report.set_viewport_size({"width": 390, "height": 800})
    assert report.evaluate("document.documentElement.scrollWidth") <= 390
    assert report.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 23, 21)"
