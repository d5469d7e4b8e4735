from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa.types import Article
from tests.browser.accessibility import contrast
from tests.browser.acting import ask, set_threshold, upload
from tests.browser.conftest import Open
from ui import markup

DRONES = "How many Shahed drones were used?"
SCRIPTS = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    "<svg onload='window.hacked = 1'></svg> ${window.hacked = 1} {{value}} </div></mark>"
)


def test_an_answer_shows_its_quote_marked_and_in_view(page: Page) -> None:
    reply = ask(page, DRONES)

    expect(reply.locator("strong").first).to_contain_text("more than 40")
    expect(reply.locator(".qw-sure").first).to_have_text(re.compile(r"^[a-z ]+, \d{1,2}%$"))
    expect(reply.locator(".qw-facts").first).to_contain_text("found in 1 article")
    expect(reply.locator(".qw-cite").first).to_contain_text("November 9, 2023")
    quote = reply.locator("strong").first.text_content()
    expect(page.locator("#qw-source mark")).to_have_text(quote or "", use_inner_text=False)
    expect(page.locator("#qw-source mark")).to_be_in_viewport()
    expect(page.locator("#qw-ask textarea")).to_have_value("")


def test_the_latest_reply_is_scrolled_into_view(page: Page) -> None:
    for question in (DRONES, "Who visited Kyiv?", "How much are the framework contracts worth?"):
        reply = ask(page, question)
        expect(reply.locator(".qw-facts").first).to_be_in_viewport(ratio=1)


def test_a_screen_reader_hears_only_the_new_reply(page: Page) -> None:
    ask(page, DRONES)
    second = ask(page, "Who visited Kyiv?")

    voice = page.locator("#qw-voice")
    expect(voice).to_contain_text(second.locator(".qw-sentence").first.text_content() or "", use_inner_text=False)
    expect(voice).to_contain_text("found in 1 article", use_inner_text=False)
    expect(voice).not_to_contain_text("40", use_inner_text=False)
    expect(voice).to_have_attribute("role", "status")


def test_another_citation_switches_the_source(page: Page) -> None:
    first = ask(page, DRONES)
    second = ask(page, "How much are the framework contracts worth?")
    mark = page.locator("#qw-source mark")
    expect(mark).to_contain_text("2.4 billion euros")

    cite = first.locator(".qw-cite").first
    cite.click()
    expect(mark).to_have_text(first.locator("strong").first.text_content() or "")
    expect(mark).to_be_in_viewport()
    expect(cite).to_have_attribute("aria-current", "true")

    second.locator(".qw-cite").first.click()
    expect(mark).to_contain_text("2.4 billion euros")
    expect(mark).to_be_in_viewport()


def test_other_answers_are_collapsed_and_link_to_their_quotes(page: Page) -> None:
    reply = ask(page, "Where did Stoltenberg go?")
    other = reply.locator(".qw-others > li").first

    expect(other).not_to_be_visible()
    reply.get_by_text("Other answers").click()
    other.locator(".qw-cite").first.click()

    expect(page.locator("#qw-source mark")).to_have_text(other.locator("strong").text_content() or "")


def test_a_question_that_the_articles_do_not_answer_is_not_answered(page: Page) -> None:
    reply = ask(page, "What is the capital of Australia?")

    expect(reply).to_contain_text("These articles do not seem to answer that.")
    nearest = reply.locator(".qw-nearest button")
    expect(nearest).not_to_have_count(0)
    nearest.last.click()
    expect(page.locator("#qw-source mark")).to_have_text(nearest.last.text_content() or "")


def test_an_uploaded_file_is_reported_listed_and_asked_about(page: Page, tmp_path: Path) -> None:
    (tmp_path / "vela.txt").write_text("The lighthouse of Vela Luka is 42 metres tall. It was built in 1911.")
    (tmp_path / "noise.pdf").write_bytes(b"\x00\x01 not a PDF")

    report = upload(page, tmp_path / "vela.txt", tmp_path / "noise.pdf")

    expect(report).to_contain_text("1 article added, 1 file failed")
    expect(report.locator(".qw-failed")).to_contain_text("noise.pdf")
    expect(page.locator("#qw-listing")).to_contain_text("vela.txt")
    reply = ask(page, "How tall is the lighthouse of Vela Luka?")
    expect(reply.locator("strong").first).to_contain_text("42 metres")
    expect(page.locator("#qw-source mark")).to_contain_text("42 metres")


@pytest.mark.parametrize(
    ("button", "size"),
    [("#qw-attach button", (1280, 800)), ("#qw-attach button", (390, 844)), (".qw-begin button", (1280, 800))],
)
def test_files_are_chosen_with_the_buttons(
    open_own: Open, tmp_path: Path, button: str, size: tuple[int, int]
) -> None:
    width, height = size
    page = open_own(viewport={"width": width, "height": height})
    (tmp_path / "zmaj.txt").write_text("The Zmaj tractor weighed 3 tonnes.")

    with page.expect_file_chooser() as chooser:
        page.locator(button).click()
    chooser.value.set_files(tmp_path / "zmaj.txt")

    expect(page.locator(".qw-report")).to_contain_text("1 article added")


def test_files_can_be_dropped_anywhere(page: Page) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["The Zmaj tractor weighed 3 tonnes."], "zmaj.txt", {type: "text/plain"}));
          const drop = {dataTransfer: data, bubbles: true, cancelable: true};
          document.querySelector("#qw-conversation").dispatchEvent(new DragEvent("drop", drop));
        }"""
    )

    expect(page.locator(".qw-report")).to_contain_text("1 article added")
    expect(page.locator(".qw-report li")).to_contain_text("zmaj.txt")


def test_scripts_in_an_article_are_shown_as_text(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "<img src=x onerror='window.hacked=1'>.txt"
    file.write_text(f"{SCRIPTS}\n\nThe password of Gizmo is swordfish. {SCRIPTS}")

    upload(page, file)
    reply = ask(page, f"What is the password of Gizmo? {SCRIPTS}")
    expect(page.locator(".qw-question").last).to_contain_text(SCRIPTS, use_inner_text=False)
    reply.locator("details summary").first.click()
    page.get_by_role("tab", name="Library").click()
    page.locator("#qw-listing .qw-open", has_text="script").click()

    expect(page.locator(".qw-text")).to_have_text(file.read_text(), use_inner_text=False)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#qw-main :is(script, img, svg)[onload], #qw-main img").count() == 0


def test_an_invalid_question_shows_a_toast_and_the_chat_continues(page: Page) -> None:
    page.locator("#qw-ask textarea").fill("x" * 2001)
    page.keyboard.press("Enter")

    toast = page.get_by_test_id("toast-body")
    expect(toast).to_contain_text("2001 characters")
    expect(toast).not_to_contain_text("Traceback")
    expect(page.locator("#qw-ask textarea")).to_have_value("x" * 2001)
    expect(ask(page, DRONES).locator("strong").first).to_contain_text("40")


def test_clicking_an_example_asks_it(page: Page) -> None:
    page.get_by_role("button", name="Who visited Kyiv?").click()

    expect(page.locator(".qw-reply strong").first).to_contain_text("Stoltenberg")


def test_the_threshold_decides_what_is_answered(page: Page) -> None:
    set_threshold(page, 100)

    reply = ask(page, DRONES)

    expect(reply).to_contain_text("No answer reached 100%")
    reply.get_by_text("Less certain answers").click()
    expect(reply.locator("strong").first).to_contain_text("40")


def test_two_browsers_are_isolated(open_page: Open) -> None:
    one, other = open_page(), open_page()

    ask(one, DRONES)
    ask(other, "Who visited Kyiv?")

    expect(one.locator(".qw-question")).to_have_text([DRONES])
    expect(other.locator(".qw-question")).to_have_text(["Who visited Kyiv?"])
    expect(one.locator("#qw-source mark")).to_contain_text("40")
    expect(other.locator("#qw-source mark")).to_contain_text("Stoltenberg")


def test_at_phone_width_nothing_overflows_and_a_citation_scrolls_to_its_quote(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844})

    reply = ask(page, DRONES)
    expect(reply.locator("strong").first).to_be_in_viewport()
    reply.locator(".qw-cite").first.click()

    expect(page.locator("#qw-source mark")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast_in_light_and_dark(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    ask(page, DRONES)

    for name in ("#qw-source .qw-text", "#qw-source mark", ".qw-sentence", ".qw-facts"):
        assert contrast(page.locator(name).first) >= 4.5, name


def test_an_empty_library_asks_for_articles(open_own: Open) -> None:
    page = open_own()
    expect(page.locator(".qw-greeting")).to_contain_text("There are no articles yet")
    page.locator("#qw-ask textarea").fill(DRONES)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("toast-body")).to_contain_text("add")


def test_every_character_survives_the_browser(page: Page) -> None:
    content = "CRLF\r\nCR\rtab\t e\u0301 👩🏽‍🚀 שלום \u202egnp.exe\u202c &lt; &amp <b>\u2028\u00a0\ufeff\x85 end"
    at = content.index("gnp")

    source = markup.render_article(Article(content, content, content), (3, len(content)), (at, at + 7))
    page.evaluate("(made) => { document.querySelector('#qw-source').innerHTML = made; }", source)

    assert page.locator(".qw-text").evaluate("(element) => element.textContent") == content
    assert page.locator("mark").evaluate("(element) => element.textContent") == "gnp.exe"
