from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from qa.types import Disagreement, Reply, Version
from tests.qa.replies import abstained, answered, cited, quoted


def text(reply: Reply) -> str:
    return LexborHTMLParser(reply._repr_html_()).text()


def test_the_answer_stands_in_its_sentence() -> None:
    page = LexborHTMLParser(answered()._repr_html_())
    (item,) = page.css("ol li")
    assert item.text().startswith("The harbour of Lumen was rebuilt in 1931 by Anna Berg.")
    assert [mark.text() for mark in page.css("mark")] == ["Anna Berg"]
    assert "Lumen, 2024-05-06, notes/lumen.txt, characters 61–70" in item.text()
    assert "87% sure, found in 1 article" in page.text()


def test_an_abstention_shows_what_comes_nearest() -> None:
    shown = text(abstained())
    assert "do not seem to answer that" in shown
    assert "The nearest answer (20% sure): Anna Berg" in shown
    assert "It is busy." in shown


def test_quotes_that_answer() -> None:
    shown = text(quoted())
    assert "What the articles say:" in shown
    assert "It is busy." in shown


def test_how_it_was_read_parts_verdicts_and_timelines() -> None:
    answer = answered().answers[0]
    assert "Read as: Who rebuilt it?" in text(replace(answered(), read_as="Who rebuilt it?"))
    listed = replace(answer, parts=(cited("Lumen"), cited("1931")))
    assert "Lumen; 1931" in text(replace(answered(), answer=listed))
    assert text(replace(answered(), answer=replace(answer, verdict="yes"))).lstrip().startswith("Yes.")
    day = dt.date(2024, 5, 6)
    versions = (Version("2", day, (cited(),)), Version("3", day, (cited(),), Disagreement.CHANGED))
    changed = replace(answered(), timeline=versions, disagreement=Disagreement.CHANGED)
    assert "This changed over time: “2” on 6 May 2024" in text(changed)


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;"])
def test_everything_is_shown_as_text(hostile: str) -> None:
    citation = replace(
        cited(), title=hostile, source=hostile, sentence=hostile, sentence_start=61, end=61, quote=""
    )
    reply = replace(answered(citation, question=hostile), read_as=hostile, quotes=(citation,))
    page = LexborHTMLParser(reply._repr_html_())
    assert not page.css("script, img")
    assert page.text().count(hostile) >= 3
