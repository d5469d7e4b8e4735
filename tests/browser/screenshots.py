"""Takes the pictures of the chat in docs/images: ``python -m tests.browser.screenshots``."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from qa.assistant import Assistant
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE
from ui import start

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DRONES = "How many Shahed drones were used?"
CONTRACTS = "How much are the framework contracts worth?"
CAPITAL = "What is the capital of Australia?"
WIDE, PHONE = (1280, 800), (390, 844)
PICTURES = {
    "chat": (WIDE, "light", [CONTRACTS, DRONES]),
    "chat-dark": (WIDE, "dark", [DRONES, CAPITAL]),
    "chat-phone": (PHONE, "light", [DRONES]),
}


def main() -> None:
    """Serve the seed article and photograph each state."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with Assistant.in_memory() as assistant, sync_playwright() as playwright:
        app = start(assistant)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for name, (size, scheme, questions) in PICTURES.items():
            photograph(browser, app.local_url, IMAGES / f"{name}.png", size, scheme, questions)
        browser.close()
        app.close(verbose=False)


def photograph(
    browser: Browser, url: str, path: Path, size: tuple[int, int], scheme: str, questions: list[str]
) -> None:
    """Ask the questions in a new browser of the size and colour scheme, and keep the picture."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=1 if size == WIDE else 2,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.locator(".qw-greeting").wait_for()
    for number, question in enumerate(questions):
        page.locator("#qw-ask textarea").fill(question)
        page.keyboard.press("Enter")
        page.locator(".qw-turn").nth(number).locator(".qw-facts").first.wait_for()
    page.locator("button[aria-current]").first.wait_for()
    page.locator("#qw-ask textarea").blur()
    page.wait_for_timeout(500)  # for the panels to come to rest
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
