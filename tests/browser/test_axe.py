"""axe-core finds nothing to object to, on wide and narrow pages, in light and dark colours."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from qa.assistant import Assistant
from qa.types import Article
from tests.browser.acting import ask
from tests.browser.conftest import Open

WIDE, PHONE = (1280, 800), (390, 844)


def objections(page: Page) -> list[tuple[str, Any]]:
    violations = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_objects_to_nothing(open_own: Open, assistant: Assistant, size: tuple[int, int], scheme: str) -> None:
    assistant.add(
        Article("The tower of Osk is 77 metres tall.", "Osk", tags=("coast",)),
        Article("Osk has a harbour. It was built in 1911.", "The harbour"),
    )
    page = open_own(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce")
    assert objections(page) == []

    reply = ask(page, "How tall is the tower of Osk?")
    reply.get_by_label("Bad reply").click()
    expect(reply.get_by_role("status")).to_be_visible()
    assert objections(page) == []

    if size == PHONE:
        page.get_by_role("button", name="Library", exact=True).click()
    else:
        page.get_by_role("tab", name="Library").click()
    page.locator(".qw-pick").first.check()
    for fold in ("Paste text", "Filter articles"):
        page.get_by_text(fold).click()
    page.get_by_role("button", name="Edit Osk").click()
    expect(page.locator(".qw-editing")).to_be_visible()
    assert objections(page) == []

    page.get_by_role("tab", name="Settings").click()
    expect(page.locator(".qw-preferences")).to_be_visible()
    assert objections(page) == []
