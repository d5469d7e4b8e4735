from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qa.answering.citing import cite
from qa.assistant import Assistant
from qa.types import Article, Citation, Passage
from tests.toys import toy_assistant

TEXT = "Lumen is a town. The harbour of Lumen was rebuilt in 1931 by Anna Berg. It is busy today."
QUOTE = "Anna Berg"


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    with toy_assistant() as made:
        yield made


def added(assistant: Assistant, text: str = TEXT, title: str = "Lumen") -> Article:
    article = Article(text, title, source="lumen")
    assistant.add(article)
    return article


def citation_of(article: Article, quote: str = QUOTE) -> Citation:
    start = article.text.index(quote)
    return cite(article, Passage(article.id, 0, len(article.text)), start, start + len(quote))


def test_a_citation_has_what_it_takes(assistant: Assistant) -> None:
    citation = citation_of(added(assistant))
    assert (citation.prefix, citation.suffix) == ("of Lumen was rebuilt in 1931 by ", ". It is busy today.")
    assert citation.text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


def test_what_is_where_it_was_is_unchanged(assistant: Assistant) -> None:
    citation = citation_of(added(assistant))
    assistant.edit("lumen", title="The town of Lumen")
    resolution = assistant.resolve(citation)
    assert resolution
    assert (resolution.status, resolution.citation.start) == ("unchanged", citation.start)
    assert resolution.citation.title == "The town of Lumen"


@pytest.mark.parametrize(
    "text",
    [
        f"News of the day. {TEXT}",
        TEXT.replace("Lumen is a town. ", ""),
        TEXT.replace("in 1931 by", "before the war, in 1931, by"),
        f"Anna Berg was an engineer. {TEXT}",
        TEXT.replace(" ", "\n"),
    ],
    ids=[
        "inserted before",
        "removed before",
        "other words beside",
        "the quote elsewhere, too",
        "other white space",
    ],
)
def test_what_moved_is_found(assistant: Assistant, text: str) -> None:
    citation = replace(citation_of(added(assistant)), story="s", answers_alone=False)
    changed = added(assistant, text)
    resolution = assistant.resolve(citation)
    assert resolution.status == "moved"
    found = resolution.citation
    assert found.quote == changed.text[found.start : found.end]
    assert found.quote.split() == QUOTE.split()
    assert found.start == text.rindex("Berg") - len("Anna ")
    assert found.sentence_start <= found.start < found.end <= found.sentence_end
    assert (found.story, found.answers_alone) == ("s", False)
    assert found.text_sha256 != citation.text_sha256
    assert assistant.resolve(found).status == "unchanged"


@pytest.mark.parametrize(
    "text",
    [TEXT.replace("Anna", "Ada"), "Nothing is left.", "Yesterday a certain Anna Berg bought thirty brown cows."],
    ids=["another name", "another text", "the quote in other surroundings"],
)
def test_what_is_not_there_any_more_has_changed(assistant: Assistant, text: str) -> None:
    citation = citation_of(added(assistant))
    added(assistant, text)
    resolution = assistant.resolve(citation)
    assert not resolution
    assert (resolution.status, resolution.citation) == ("changed", None)


def test_a_long_quote_needs_no_surroundings(assistant: Assistant) -> None:
    quote = "The harbour of Lumen was rebuilt in 1931 by Anna Berg."
    citation = citation_of(added(assistant), quote)
    added(assistant, f"Wholly other things come first, and then this: {quote} Nobody knew why.")
    assert assistant.resolve(citation).status == "moved"


def test_a_removed_article_is_reported(assistant: Assistant) -> None:
    citation = citation_of(added(assistant))
    assistant.remove("lumen")
    assert assistant.resolve(citation).status == "removed"


def test_two_places_that_are_alike_are_ambiguous(assistant: Assistant) -> None:
    citation = citation_of(added(assistant))
    added(assistant, f"First. {TEXT} {TEXT} Last.")
    resolution = assistant.resolve(citation)
    assert (resolution.status, resolution.citation) == ("ambiguous", None)
    assert [one.quote for one in resolution.candidates] == [QUOTE, QUOTE]
    assert resolution.candidates[0].start < resolution.candidates[1].start


def test_a_quote_in_a_title_is_found(assistant: Assistant) -> None:
    article = added(assistant, title="Anna Berg rebuilds Lumen")
    citation = cite(article, Passage(article.id, 0, len(article.title), in_title=True), 0, 9)
    assert assistant.resolve(citation).status == "unchanged"
    assistant.edit("lumen", title="How Anna Berg rebuilds Lumen")
    resolution = assistant.resolve(citation)
    assert (resolution.status, resolution.citation.start, resolution.citation.in_title) == ("moved", 4, True)
    assistant.edit("lumen", title="Lumen")
    assert assistant.resolve(citation).status == "changed"


def test_a_citation_without_surroundings_is_found_by_its_quote(assistant: Assistant) -> None:
    citation = replace(citation_of(added(assistant)), prefix="", suffix="", text_sha256="")
    added(assistant, f"News. {TEXT}")
    assert assistant.resolve(citation).status == "moved"
    added(assistant, f"News. {TEXT} Well done, Anna Berg!")
    assert assistant.resolve(citation).status == "ambiguous"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80), st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_quote_is_found_after_text_is_put_before_it(
    assistant: Assistant, before: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    assume(TEXT[start:end] == TEXT[start:end].strip())
    citation = citation_of(added(assistant), TEXT[start:end])
    changed = added(assistant, before + TEXT)
    resolution = assistant.resolve(citation)
    found = [resolution.citation] if resolution.citation else resolution.candidates
    assert len(before) + citation.start in [one.start for one in found]
    for one in found:
        assert changed.text[one.start : one.end] == one.quote
