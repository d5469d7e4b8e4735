from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant
from qa.types import Article
from tests.browser.accessibility import contrast
from tests.browser.acting import ask, open_tab, upload
from tests.browser.conftest import Open
from tests.qa.loaders.documents import epub_members, pdf_bytes, zip_bytes
from tests.waiting import PATIENCE

HEIGHT = "How tall is the tower of {}?"


def _text(name: str) -> str:
    return f"The tower of {name} is 77 metres tall."


def _docx(words: str) -> bytes:
    document = Document()
    document.add_paragraph(words)
    document.save(buffer := io.BytesIO())
    return buffer.getvalue()


def _epub(words: str) -> bytes:
    def insert_words(content: str | bytes) -> str | bytes:
        return content.replace("</body>", f"<p>{words}</p></body>") if isinstance(content, str) else content

    return zip_bytes({name: insert_words(content) for name, content in epub_members().items()})


@pytest.fixture
def library_page(open_own: Open, assistant: Assistant) -> Page:
    """The chat about a library of the test's own, with two articles."""
    assistant.add(
        Article(_text("Ostrov"), "Ostrov", "coast/ostrov.txt", tags=("coast",)),
        Article(_text("Karst"), "Karst", "rail/karst.txt", tags=("rail",)),
    )
    page = open_own()
    open_tab(page, "Library")
    expect(page.locator(".qw-open")).to_have_count(2)
    return page


def test_the_header_follows_the_embedding_to_its_end(
    library_page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    encode = SentenceEncoder.encode

    def slowly(self: SentenceEncoder, texts: Sequence[str], *rest: Any) -> Any:
        assert goes_on.wait(PATIENCE)
        return encode(self, texts, *rest)

    monkeypatch.setattr(SentenceEncoder, "encode", slowly)
    head = library_page.locator("#qw-header")
    (tmp_path / "late.txt").write_text(_text("Late"))
    upload(library_page, tmp_path / "late.txt")
    expect(head).to_contain_text("2 of 3 passages embedded")
    goes_on.set()
    expect(head).not_to_contain_text("embedded")
    expect(head).to_contain_text("3 articles in the library.")


def test_an_article_is_removed_and_comes_back(library_page: Page) -> None:
    page = library_page

    page.get_by_role("button", name="Remove Ostrov").click()
    expect(page.locator(".qw-open")).to_have_text(["Karst"])
    expect(page.locator("#qw-header")).to_contain_text("1 article ")
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".qw-open")).to_have_count(2)
    expect(page.locator(".qw-undo")).to_have_count(0)
    expect(ask(page, HEIGHT.format("Ostrov")).locator("strong").first).to_contain_text("77")


def test_title_tags_and_date_are_edited_in_the_row(library_page: Page) -> None:
    page = library_page

    page.get_by_role("button", name="Edit Karst").click()
    page.get_by_label("Title", exact=True).fill("The Karst tower")
    page.get_by_label("Tags, separated by commas").fill("rail, <b>stone</b>")
    page.get_by_label("Date", exact=True).fill("2024-01-15")
    page.keyboard.press("Enter")

    expect(page.locator(".qw-open", has_text="The Karst tower")).to_be_visible()
    expect(page.locator(".qw-tag")).to_contain_text(["<b>stone</b>"])
    expect(page.locator(".qw-articles .qw-date")).to_contain_text(["Jan 15, 2024"])
    page.get_by_role("button", name="Edit Ostrov").click()
    page.get_by_label("Title", exact=True).press("Escape")
    expect(page.locator(".qw-editing")).to_have_count(0)


def test_the_list_is_searched_and_sorted(library_page: Page) -> None:
    page = library_page
    head = page.locator("th.qw-name")

    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(".qw-open")).to_have_text(["Karst", "Ostrov"])
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".qw-open")).to_have_text(["Ostrov", "Karst"])
    page.get_by_label("Search articles").fill("rail")
    expect(page.locator(".qw-open")).to_have_text(["Karst"])
    expect(page.get_by_label("Search articles")).to_be_focused()


def test_a_filter_is_applied_shown_and_removed(library_page: Page) -> None:
    page = library_page

    page.locator(".qw-tag", has_text="coast").click()
    chips = page.locator("#qw-chips")
    expect(chips).to_contain_text("Searching 1 of 2 articles")
    expect(page.locator(".qw-open")).to_have_text(["Ostrov"])
    reply = ask(page, HEIGHT.format("Karst"))
    expect(page.locator("#qw-source h2")).to_have_text("Ostrov")
    expect(reply.locator(".qw-cite, .qw-nearest").filter(has_text="Karst")).to_have_count(0)
    chips.locator(".qw-chip").click()

    expect(chips.locator(".qw-chip")).to_have_count(0)
    reply = ask(page, HEIGHT.format("Karst"))
    expect(page.locator("#qw-source h2")).to_have_text("Karst")
    page.get_by_role("button", name="Search only this article").click()
    expect(chips).to_contain_text("in Karst")


def test_a_filter_is_set_with_the_form(library_page: Page) -> None:
    page = library_page

    page.get_by_text("Filter articles").click()
    page.get_by_label("Source", exact=True).fill("rail/*")
    page.get_by_role("button", name="Apply", exact=True).click()

    expect(page.locator("#qw-chips")).to_contain_text("from rail/*")
    expect(page.locator(".qw-open")).to_have_text(["Karst"])


def test_a_date_leaves_out_undated_articles_and_can_keep_them(library_page: Page) -> None:
    page = library_page

    page.get_by_text("Filter articles").click()
    page.get_by_label("From", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Apply", exact=True).click()

    chips = page.locator("#qw-chips")
    expect(chips).to_contain_text("Searching 0 of 2 articles; 2 articles without a date left out")
    page.get_by_role("button", name="Search undated articles, too").click()
    expect(page.locator(".qw-open")).to_have_count(2)
    expect(chips).not_to_contain_text("left out")
    expect(page.get_by_label("Keep articles without a date")).to_be_checked()


def test_what_was_not_read_is_folded(library_page: Page, tmp_path: Path) -> None:
    page = library_page
    (tmp_path / "all.zip").write_bytes(zip_bytes({"a.txt": _text("Orm"), **{f"{n}.gif": "x" for n in range(6)}}))

    page.locator("#qw-files input[type=file]").set_input_files(tmp_path / "all.zip")

    report = page.locator(".qw-report")
    expect(report).to_contain_text("1 article added, 6 files skipped")
    expect(report.get_by_text("all.zip!/3.gif")).to_be_hidden()
    report.get_by_text("6 files not read: images (.gif 6)").click()
    expect(report.get_by_text("all.zip!/3.gif")).to_be_visible()


def test_a_text_is_pasted(library_page: Page) -> None:
    page = library_page

    page.get_by_role("button", name="Paste text").click()
    page.get_by_label("Title", exact=True).fill("Pasted")
    page.get_by_label("Text", exact=True).fill(_text("Lumen"))
    page.get_by_role("button", name="Add text").click()

    expect(page.locator(".qw-report")).to_contain_text("1 article added")
    expect(page.locator(".qw-open").first).to_have_text("Pasted")
    expect(page.get_by_label("Text", exact=True)).to_have_value("")


FORMATS: dict[str, Callable[[str], bytes]] = {
    "txt": lambda words: words.encode(),
    "md": lambda words: f"# The tower\n\n{words}\n".encode(),
    "html": lambda words: f"<h1>The tower</h1><p>{words}</p>".encode(),
    "jsonl": lambda words: f'{{"text": "{words}"}}\n'.encode(),
    "csv": lambda words: f"title,text\nTower,{words}\n".encode(),
    "docx": _docx,
    "epub": _epub,
    "pdf": lambda words: pdf_bytes([[words]]),
    "zip": lambda words: zip_bytes({"inside.txt": words}),
}


def test_each_format_is_uploaded_and_asked_about(page: Page, tmp_path: Path) -> None:
    heights = {suffix: f"{number} metres" for number, suffix in enumerate(FORMATS, 71)}
    files = {suffix: tmp_path / f"tower-{suffix}.{suffix}" for suffix in FORMATS}
    for suffix, make in FORMATS.items():
        files[suffix].write_bytes(make(f"The tower of Vel{suffix} is {heights[suffix]} tall."))

    report = upload(page, *files.values())

    expect(report).to_contain_text(f"{len(FORMATS)} articles added")
    for suffix, height in heights.items():
        reply = ask(page, HEIGHT.format(f"Vel{suffix}"))
        expect(reply.locator("strong").first).to_contain_text(height)
        expect(page.locator("#qw-source mark")).to_contain_text(height)


def test_a_large_library_is_listed_in_pages(open_own: Open, assistant: Assistant) -> None:
    assistant.add(*(Article(f"Text number {i}.", f"Title {i:03}", f"{i}.txt") for i in range(120)))
    page = open_own()
    open_tab(page, "Library")
    pages = page.get_by_label("Pages of the list")
    expect(pages).to_contain_text("1 to 50 of 120 articles")
    pages.get_by_label("Next page").click()
    expect(pages).to_contain_text("51 to 100 of 120 articles")
    expect(page.locator(".qw-open").first).to_have_text("Title 069")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast_in_the_library(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_tab(page, "Library")
    expect(page.locator(".qw-open")).not_to_have_count(0)
    page.get_by_text("Filter articles").click()

    for name in (
        ".qw-open",
        "td.qw-source",
        "th button",
        ".qw-do .qw-quiet",
        ".qw-filters label",
        ".qw-filters input",
    ):
        assert contrast(page.locator(f"#qw-library {name}").first) >= 4.5, name


def test_the_table_fits_into_its_panel(page: Page) -> None:
    open_tab(page, "Library")
    expect(page.locator(".qw-open").first).to_be_visible()

    for width in (320, 390, 820, 1240, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        row, panel = (page.locator(name).first.bounding_box() for name in (".qw-do", "#qw-library"))
        assert row
        assert panel
        assert row["x"] + row["width"] <= panel["x"] + panel["width"], width
