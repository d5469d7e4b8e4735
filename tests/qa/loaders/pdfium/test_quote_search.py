"""A quote of the loader's text is found in PDFium's."""

import pytest

from qa.loaders.pdfium.page_picture import QuoteOnPage
from qa.loaders.pdfium.quote_search import MAX_MATCHES, find_quote


def found(text: str, quote: str, prefix: str = "", suffix: str = "") -> str:
    """Return the part of the text from the first to the last character that is found."""
    indices = find_quote(text, QuoteOnPage(0, quote, prefix, suffix))
    return text[indices[0] : indices[-1] + 1] if indices else ""


@pytest.mark.parametrize(
    ("text", "quote", "part"),
    [
        ("It is made\r\nof stone.", "made of stone", "made\r\nof stone"),
        ("a hyphe\ufffe\r\nnated word", "hyphenated", "hyphe\ufffe\r\nnated"),
        ("an Anglo-\r\nSaxon coin", "Anglo-Saxon", "Anglo-\r\nSaxon"),
        ("the ﬁnal score", "final", "ﬁnal"),
        ("Cafe\u0301 Zoë", "Café Zoë", "Cafe\u0301 Zoë"),
        ("CHAPTER ONE begins", "Chapter One", "CHAPTER ONE"),
        ("Height   |  42 m", "Height: 42 m", "Height   |  42 m"),
        ("of the 1940s, and 40 more", "40", "40"),
        ("nothing of the kind", "42 metres", ""),
        ("", "42 metres", ""),
        ("any text", "…", ""),
    ],
)
def test_what_the_loader_changed_does_not_matter(text: str, quote: str, part: str) -> None:
    assert found(text, quote) == part


def test_of_several_places_the_one_with_the_same_surroundings_is_found() -> None:
    text = "The mill has 40 rooms. The tower has 40 steps. The inn has 40 beds."
    indices = find_quote(text, QuoteOnPage(0, "40", "mill has 40 rooms. The tower has ", " steps. The inn has"))
    assert indices[0] == text.index("40 steps")
    assert find_quote(text, QuoteOnPage(0, "40", "Quite another page, about ", "elephants in zoos")) == []


def test_a_long_quote_is_found_around_the_mark_of_a_note() -> None:
    quote = "The harbour board gave the contract for the breakwater to Otto Lind in 1911."
    text = f"Before it. {quote.replace('contract', 'contract12').replace('breakwater', 'break 3water')} After it."
    assert found(text, quote).startswith("The harbour board gave the contract12")
    assert (
        found("Quite another text, of which the quote is not a part, and which is as long as it is.", quote) == ""
    )


def test_many_places_are_compared_up_to_a_limit() -> None:
    assert find_quote("40 " * MAX_MATCHES * 50, QuoteOnPage(0, "40", "40 40 ", " 40 40"))
