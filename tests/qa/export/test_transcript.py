from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qa.export.escaping import markdown
from qa.export.transcript import to_json, to_markdown
from qa.types import Answer, Article
from tests.qa.markdown import HOSTILE, rendered
from tests.qa.replies import abstained, answered, cited, quoted

PLAIN = {"h1", "h2", "p", "strong", "em", "ol", "ul", "li"}


def test_markdown_holds_question_answer_citations_and_confidence() -> None:
    other = Article("Anna Berg rebuilt it.", title="Berg", source="berg")
    reply = answered(cited(page=3), cited(article=other, sentence=other.text))
    assert to_markdown([reply]) == (
        "# Conversation\n\n"
        "## Who rebuilt the harbour?\n\n"
        "**Anna Berg** (87% sure, found in 2 articles)\n\n"
        "1. The harbour of Lumen was rebuilt in 1931 by **Anna Berg**.\n"
        "   — Lumen, 2024-05-06, page 3, notes/lumen\\.txt, characters 61–70\n\n"
        "2. **Anna Berg** rebuilt it.\n"
        "   — Berg, berg, characters 0–9\n"
    )


def test_markdown_shows_a_score_in_place_of_a_percentage_that_is_not_calibrated() -> None:
    shown = rendered(to_markdown([replace(answered(), calibrated=False), replace(abstained(), calibrated=False)]))
    assert any("(score 0.87, not calibrated, found in 1 article)" in block for block in shown.blocks)
    assert "The best guess is “Anna Berg” (score 0.20, not calibrated; 0.50 was asked for)." in shown.blocks


def test_markdown_says_that_the_confidence_depends_on_ocr() -> None:
    scanned = replace(cited(page=3), is_ocr=True)
    assert "(87% sure, if OCR read it right, found in 1 article)" in to_markdown([answered(scanned)])
    assert "OCR read" not in to_markdown([answered(cited(), scanned)])  # another citation has the same words


def test_markdown_of_an_abstention_says_so_and_shows_the_nearest() -> None:
    shown = rendered(to_markdown([abstained()]))
    assert shown.blocks == [
        "Conversation",
        "Who sank the ferry?",
        "No answer: these articles do not seem to answer that.",
        "The best guess is “Anna Berg” (20% sure; 50% was asked for).",
        "What comes closest:",
        "It is busy.\n— Lumen, 2024-05-06, notes/lumen.txt, characters 72–83",
    ]


def test_markdown_of_an_abstention_that_found_nothing() -> None:
    assert rendered(to_markdown([abstained(guess=False, nearest=False)])).blocks[-1].startswith("No answer")


def test_markdown_says_how_a_question_was_read_and_by_whom() -> None:
    hostile = "<b>*Who* rebuilt it?"
    reply = replace(answered(question="Who?"), read_as=hostile, reader="my*reader*")
    assert rendered(to_markdown([reply])).blocks[1:4] == ["Who?", f"Read as: {hostile}", "Read by my*reader*."]


def test_markdown_shows_the_quotes_that_answer() -> None:
    shown = rendered(to_markdown([quoted()])).blocks
    assert shown[1:3] == ["Harlow Bridge", "What the articles say:"]
    assert shown[3].startswith("It is busy.")


def test_markdown_shows_the_parts_the_verdict_and_the_extent_of_an_answer() -> None:
    parts = (cited("harbour of Lumen"), cited("Anna Berg"))
    reply = answered()
    assert reply.answer
    answer = replace(reply.answer, parts=parts, verdict="yes", extent="sentence", span="Berg")
    shown = to_markdown([replace(reply, answer=answer)])
    assert "Yes: **Anna Berg** (87% sure, found in 1 article, the whole sentence, around “Berg”)" in shown
    assert "- The **harbour of Lumen** was" in shown


def test_markdown_of_an_empty_conversation() -> None:
    assert to_markdown([]) == "# Conversation\n"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    article = Article(f"{hostile} {hostile}", title=hostile, source=hostile)
    citation = replace(
        cited(),
        title=hostile,
        source=hostile,
        start=len(hostile) + 1,
        end=len(article.text),
        quote=hostile,
        sentence=article.text,
        sentence_start=0,
        sentence_end=len(article.text),
    )
    nearest = replace(abstained(hostile), quotes=(citation,), answers=(Answer(hostile, 0.1, (citation,)),))
    shown = rendered(to_markdown([answered(citation, question=hostile), nearest]))

    assert shown.tags <= PLAIN
    words = " ".join(hostile.split())
    assert shown.blocks.count(words) == 2
    assert f"{words} {words}" in shown.blocks[3]


@pytest.mark.parametrize("address", ["https://example.com/x", "www.example.com", "mail@example.com", "a.b.org"])
def test_dialects_that_link_bare_addresses_find_none(address: str) -> None:
    """They look for addresses in the source; an escape in the middle ends every one of them."""
    assert address not in markdown(address)
    assert rendered(markdown(address)).blocks == [address]


def test_json_is_what_the_replies_hold() -> None:
    replies = [answered(), abstained()]
    read = json.loads(to_json(replies))
    assert (read["format"], read["version"]) == ("quotewell-conversation", 1)
    assert read["replies"] == [reply.to_dict() for reply in replies]
    assert "Anna Berg" in to_json(replies)


def test_json_can_be_written_whatever_was_asked() -> None:
    assert "Who ??" in to_json([answered(question="Who \ud800?")]).encode().decode()
