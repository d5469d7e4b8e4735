"""The example of docs/formats.md gives what the page says."""

from tests.examples import DOCS, run_page


def test_places_are_found_as_the_page_says() -> None:
    run_page(
        (DOCS / "formats.md").read_text("utf-8").replace("```text", "```plain")
    )  # texts that no example prints
