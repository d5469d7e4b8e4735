from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import SettingsError
from qa.export.citations import citation_text, support_text
from qa.types import Answer, Article, Citation
from tests.qa.markdown import HOSTILE, rendered
from tests.qa.replies import LUMEN, cited

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60) | st.sampled_from(HOSTILE)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """Citations of any text, with any names."""
    strict = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
    before, quote, after = draw(strict), draw(strict.filter(str.strip)), draw(strict)
    article = Article(before + quote + after, title=draw(TEXT), source=draw(TEXT) or "x", date=draw(st.dates()))
    return replace(
        cited(),
        title=article.title,
        source=article.source,
        date=article.date,
        start=len(before),
        end=len(before + quote),
        quote=quote,
        sentence=article.text,
        sentence_start=0,
        sentence_end=len(article.text),
        place=draw(TEXT),
    )


def test_plain() -> None:
    assert citation_text(cited(page=3)) == (
        "“Anna Berg” (Lumen, 2024-05-06, page 3, notes/lumen.txt, characters 61–70)"
    )
    assert LUMEN.text[61:70] == "Anna Berg"
    scanned = replace(cited(page=3), is_ocr=True)
    assert "page 3, read by OCR, notes" in citation_text(scanned)
    assert "page 3, read by OCR, characters" in citation_text(scanned, "bibtex")
    boxed = replace(scanned, box=(0.1, 0.25, 0.624, 0.27))
    assert "page 3 (10-62% across, 25-27% down), read by OCR, notes" in citation_text(boxed)
    bare = replace(cited(), title="", date=None)
    assert citation_text(bare) == "“Anna Berg” (notes/lumen.txt, characters 61–70)"


def test_markdown() -> None:
    assert citation_text(cited(), "markdown") == (
        "> The harbour of Lumen was rebuilt in 1931 by **Anna Berg**.\n>\n"
        "> — Lumen, 2024-05-06, notes/lumen\\.txt, characters 61–70"
    )


def test_bibtex() -> None:
    assert citation_text(cited(page=3), "bibtex") == (
        f"@misc{{quotewell-{LUMEN.id}-61,\n"
        "  title = {{Lumen}},\n"
        "  year = {2024},\n"
        "  date = {2024-05-06},\n"
        "  howpublished = {notes/lumen.txt},\n"
        "  note = {``Anna Berg'', page 3, characters 61--70},\n"
        "}"
    )


def test_bibtex_of_a_web_page() -> None:
    entry = citation_text(replace(cited(), source="https://example.org/a_b?x={1}\\%41&y=ü", date=None), "bibtex")
    assert "  url = {https://example.org/a_b?x=%7B1%7D%5C%41&y=%C3%BC},\n" in entry
    assert "year" not in entry


def test_bibtex_escapes_what_tex_would_read() -> None:
    entry = citation_text(replace(cited(), title=r'50% of $5 & {more} #1_a~b^c\d "e"', date=None), "bibtex")
    title = re.search(r"title = \{\{(.*)\}\},", entry)
    assert title
    assert title[1] == (
        r"50\% of \$5 \& \textbraceleft{}more\textbraceright{} \#1\_a\textasciitilde{}b\textasciicircum{}c"
        r"\textbackslash{}d \textquotedbl{}e\textquotedbl{}"
    )


def test_an_author_is_cited() -> None:
    written = replace(cited(), metadata={"author": "Ada & Co"})
    assert "  author = {{Ada \\& Co}},\n" in citation_text(written, "bibtex")
    assert "\nAU  - Ada & Co\n" in citation_text(written, "ris")
    assert json.loads(citation_text(written, "csl-json"))[0]["author"] == [{"literal": "Ada & Co"}]


def test_ris() -> None:
    assert citation_text(replace(cited(page=3), language="en"), "ris") == (
        "TY  - GEN\n"
        f"ID  - quotewell-{LUMEN.id}-61\n"
        "TI  - Lumen\n"
        "PY  - 2024\n"
        "DA  - 2024/05/06/\n"
        "SP  - 3\n"
        "LA  - en\n"
        "N1  - “Anna Berg”, page 3, notes/lumen.txt, characters 61–70\n"
        "ER  - "
    )


def test_csl_json() -> None:
    (item,) = json.loads(citation_text(cited(page=3), "csl-json"))
    assert item == {
        "id": f"quotewell-{LUMEN.id}-61",
        "type": "document",
        "title": "Lumen",
        "issued": {"date-parts": [[2024, 5, 6]]},
        "page": "3",
        "source": "notes/lumen.txt",
        "note": "“Anna Berg”, page 3, notes/lumen.txt, characters 61–70",
    }


def test_a_web_page_is_cited_by_its_address() -> None:
    page = replace(cited(), source="https://example.org/a?b=1", date=None)
    ris = citation_text(page, "ris")
    assert ris.startswith("TY  - ELEC\n")
    assert "\nUR  - https://example.org/a?b=1\n" in ris
    assert "PY" not in ris
    (item,) = json.loads(citation_text(page, "csl-json"))
    assert (item["type"], item["URL"]) == ("webpage", "https://example.org/a?b=1")
    assert not {"issued", "source"} & item.keys()


@settings(max_examples=50)
@given(citations())
def test_ris_is_one_reference_whatever_the_text(citation: Citation) -> None:
    first, *fields, last = citation_text(citation, "ris").split("\n")
    assert (first[:6], last) == ("TY  - ", "ER  - ")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - \S.*", line) for line in fields)
    assert [line[:2] for line in fields].count("ID") == 1


@settings(max_examples=50)
@given(citations())
def test_csl_json_is_one_item_whatever_the_text(citation: Citation) -> None:
    (item,) = json.loads(citation_text(citation, "csl-json"))
    assert citation.quote.split()[0].rstrip() in item["note"] or "\ufffd" in item["note"]
    assert {"id", "type", "note"} <= item.keys()


def test_there_is_no_other_style() -> None:
    with pytest.raises(SettingsError, match="plain, markdown, bibtex, ris, csl-json, not 'apa'"):
        citation_text(cited(), "apa")  # type: ignore[arg-type]


@settings(max_examples=50)
@given(citations())
def test_markdown_shows_the_sentence_and_nothing_else(citation: Citation) -> None:
    shown = rendered(citation_text(citation, "markdown"))
    assert shown.tags <= {"blockquote", "p", "strong"}
    assert _bare(shown.blocks[0]) == _bare(_visible(citation.sentence))


@settings(max_examples=50)
@given(citations())
def test_bibtex_is_one_entry_whatever_the_text(citation: Citation) -> None:
    entry = citation_text(citation, "bibtex")
    first, *fields, last = entry.split("\n")
    assert first.startswith("@misc{")
    assert last == "}"
    assert all(re.fullmatch(r"  [a-z]+ = \{.*\},", line) for line in fields)
    depth = 0
    for number, character in enumerate(entry):
        depth += (character == "{") - (character == "}")
        assert depth >= 0
        assert depth > 0 or number == len(entry) - 1 or number < len("@misc{")
    assert depth == 0


def test_dates_before_the_year_1000_have_four_digits() -> None:
    assert "year = {0079}" in citation_text(replace(cited(), date=dt.date(79, 8, 24)), "bibtex")


def _bare(text: str) -> str:
    """The text without white space, and without asterisks: bold that Markdown does not see stays two of them."""
    return "".join(text.replace("*", "").split())


def _visible(text: str) -> str:
    return re.sub("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", "\ufffd", text)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"a": "a"}, "found in 1 article"),
        ({"a": "a", "b": "b"}, "found in 2 articles"),
        ({"a": "a", "b": "a"}, "found in 2 articles, one story"),
        ({"a": "a", "b": "a", "c": "c"}, "found in 3 articles, 2 stories"),
        ({"a": "a", "b": "a", "c": ""}, "found in 2 articles, one story, mentioned in 1 more"),
    ],
)
def test_support_in_words(told: dict[str, str], text: str) -> None:
    """An article without a story here does not answer by itself."""
    citations = (
        replace(cited(), article_id=article, story=story, answers_alone=bool(story))
        for article, story in told.items()
    )
    assert support_text(Answer("Anna Berg", 0.9, tuple(citations))) == text
