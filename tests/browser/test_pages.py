"""The page of a PDF as a picture in the source panel, on wide and narrow pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from qa.assistant import Assistant
from tests.browser.acting import ask
from tests.browser.conftest import Open
from tests.browser.test_axe import PHONE, WIDE, objections
from tests.qa.loaders.documents import drawn_pdf, lines_at

QUESTION = "How tall is the tower of Osk?"


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    fill = ["The harbour board met in spring to talk about the breakwater."] * 30
    tower = [*fill, "The tower of Osk is 77 metres tall. It was built by Anna Berg."]
    path = tmp_path / "tower.pdf"
    path.write_bytes(drawn_pdf(lines_at(60, 760, *fill), lines_at(60, 760, *tower)))
    return path


def open_source(page: Page, size: tuple[int, int]) -> Locator:
    """Ask, and return the source panel."""
    reply = ask(page, QUESTION)
    if size == PHONE:
        reply.locator("button[data-place]").first.click()
    return page.locator("#qw-source")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_page_of_a_pdf_is_shown_with_its_quote_in_view(
    open_own: Open, assistant: Assistant, pdf: Path, size: tuple[int, int], scheme: str
) -> None:
    assistant.add(pdf)
    page = open_own(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce")
    source = open_source(page, size)
    text, picture, spot = source.locator(".qw-text"), source.locator(".qw-page img"), source.locator(".qw-spot")
    expect(text).to_be_visible()

    source.get_by_role("button", name="Page 2").click()

    expect(picture).to_be_visible()
    expect(picture).to_have_attribute("alt", "Page 2 of Tower, with “77 metres” marked")
    expect(spot).to_be_in_viewport()
    expect(text).to_be_hidden()
    expect(source.get_by_role("button", name="Page 2")).to_have_attribute("aria-pressed", "true")
    assert objections(page) == []

    before = picture.bounding_box()
    source.get_by_label("Zoom in").click()
    source.get_by_label("Zoom in").click()
    after = picture.bounding_box()
    assert before and after and after["width"] == pytest.approx(2 * before["width"], rel=0.02)
    expect(spot).to_be_in_viewport()
    picture.click()
    expect(spot).to_be_in_viewport()
    assert (picture.bounding_box() or {}).get("width") == pytest.approx(before["width"], rel=0.02)

    source.locator("button[data-form=text]").click()
    expect(text).to_be_visible()
    expect(picture).to_be_hidden()
    expect(source.locator("mark")).to_be_in_viewport()


def test_the_next_source_is_shown_as_the_one_before(open_own: Open, assistant: Assistant, pdf: Path) -> None:
    assistant.add(pdf)
    page = open_own()
    source = open_source(page, WIDE)
    source.get_by_role("button", name="Page 2").click()
    expect(source.locator(".qw-page img")).to_be_visible()

    ask(page, "Who built the tower of Osk?")

    expect(source.locator(".qw-page img")).to_have_attribute("alt", "Page 2 of Tower, with “Anna Berg” marked")


def test_a_file_that_is_gone_leaves_the_text_and_a_line(open_own: Open, assistant: Assistant, pdf: Path) -> None:
    assistant.add(pdf)
    pdf.unlink()
    page = open_own()
    source = open_source(page, WIDE)
    source.get_by_role("button", name="Page 2").click()
    expect(source.locator(".qw-page")).to_contain_text("the file is gone, or has changed")
    expect(source.locator(".qw-text")).to_be_visible()
    expect(source.locator("mark")).to_be_in_viewport()
