"""What goes into a library comes out of it: an export, added to another library, gives the same articles."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.errors import ArticleError
from qa.export.articles import export_articles
from qa.loaders import load
from qa.types import Article, Heading

STRINGS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
SENTINELS = (dt.date.min, dt.date.max)  # programs write them for "no date"


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(STRINGS.filter(str.strip))
    offsets = st.integers(0, len(text))
    spans = st.tuples(offsets, offsets).filter(lambda span: span[0] <= span[1])
    headings = st.builds(lambda span, level: Heading(*span, level), spans, st.integers(1, 6))
    return Article(
        text,
        draw(STRINGS),
        draw(STRINGS.filter(bool)),
        draw(st.none() | st.dates().filter(lambda date: date not in SENTINELS)),
        tuple(draw(st.lists(headings, max_size=4))),
        tuple(draw(st.lists(offsets, max_size=4))),
        tuple(draw(st.lists(STRINGS, max_size=4))),
        draw(st.dictionaries(STRINGS, STRINGS, max_size=4)),
    )


@given(st.lists(articles(), min_size=1, max_size=4, unique_by=lambda article: article.source))
def test_an_export_loads_as_the_same_articles(tmp_path_factory: pytest.TempPathFactory, exported) -> None:
    path = tmp_path_factory.getbasetemp() / "export.jsonl"
    assert export_articles(exported, path) == len(exported)
    assert list(load(path)) == exported


def test_an_exported_library_is_the_same_library(tmp_path: Path) -> None:
    articles = [
        Article(
            "A text.\r\nWith\ttabs, é, 👩‍🚀 and \u2028.", "", "s/1", dt.date(843, 8, 10), tags=(" a ", "a,b", "")
        ),
        Article(
            "Head\n\nBody.", "T\x1b[31m", "s/2", None, (Heading(0, 4, 6),), (0, 6), (), {"headings": "", "": "x"}
        ),
    ]
    with Assistant.in_memory(seed=False) as first, Assistant.in_memory(seed=False) as second:
        assert first.add(*articles, embed="later").count("added") == 2
        first.export(tmp_path / "export.jsonl")
        assert second.add(tmp_path / "export.jsonl", embed="later").count("added") == 2
        assert [second.get(article.source) for article in articles] == articles


@pytest.mark.parametrize("values", [(0.0, 5, 1), (0, 5, 1.5), (False, 5, 1), (5, 4, 1), (-1, 5, 1), (0, 5, 7)])
def test_headings_that_could_not_be_read_back_are_refused(values) -> None:
    with pytest.raises(ArticleError):
        Heading(*values)


def test_offsets_outside_the_text_are_refused() -> None:
    with pytest.raises(ArticleError):
        Article("text", headings=[Heading(0, 5, 1)])
    for pages in ([5], [-1], [True]):
        with pytest.raises(ArticleError):
            Article("text", pages=pages)
