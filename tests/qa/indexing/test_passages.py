from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from embeddings.encoder import SentenceEncoder
from qa.indexing.passages import context_of, split_passages
from qa.types import Article, Heading
from tests.qa.english.texts import ALPHABET, TEXTS


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    headings = tuple(Heading(a, b, 1) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    return Article(text, title=draw(st.text(ALPHABET, max_size=10)), headings=headings)


@given(articles())
@example(Article(""))
@example(Article("x"))
@example(Article("\r\n\t "))
@settings(max_examples=150)
def test_passages_cover_the_text_and_nothing_else(article: Article) -> None:
    passages = split_passages(article, count_words, 30)
    covered: set[int] = set()
    for passage in passages:
        text = article.text[passage.start : passage.end]
        assert passage.article_id == article.id
        assert text.strip()
        assert text == text.strip()
        covered |= set(range(passage.start, passage.end))
        assert not any(h.start < passage.end and passage.start < h.end for h in article.headings)
    inside_headings = {i for h in article.headings for i in range(h.start, h.end)}
    visible = {i for i, character in enumerate(article.text) if not character.isspace()}
    assert visible - inside_headings <= covered


@given(articles(), st.integers(24, 60))
@settings(max_examples=150)
def test_passages_fit_the_embedder_with_their_context(article: Article, max_tokens: int) -> None:
    for passage in split_passages(article, count_words, max_tokens):
        tokens = count_words([article.text[passage.start : passage.end]])[0]
        context = count_words([context_of(article, passage.start)])[0]
        assert tokens <= max(max_tokens - 3 - context, 16)


def test_neighbours_share_one_sentence() -> None:
    sentences = [f"Sentence number {i} has eight words in it." for i in range(20)]
    article = Article(" ".join(sentences))
    passages = split_passages(article, count_words, 40)
    assert len(passages) > 2
    for one, other in itertools.pairwise(passages):
        shared = article.text[other.start : one.end]
        assert shared in sentences


def test_a_row_of_a_table_is_a_passage() -> None:
    rows = [f"Team: Gulls {i}. First.;\tWins: {i}." for i in range(5)]
    text = "The table says it.\n\n" + "\n".join(rows) + "\n\nThat was it."
    passages = [text[passage.start : passage.end] for passage in split_passages(Article(text), count_words, 200)]
    assert passages == ["The table says it.", *rows, "That was it."]


def test_a_row_that_is_too_long_is_cut_between_cells() -> None:
    cells = [f"Season {number}: {number} wins and a draw" for number in range(12)]
    article = Article(";\t".join(cells))
    passages = split_passages(article, count_words, 30)
    assert len(passages) > 2
    parts = [part.strip() for p in passages for part in article.text[p.start : p.end].split(";\t")]
    assert [part.rstrip(";") for part in parts] == cells


def test_long_sentences_are_cut_at_words() -> None:
    article = Article("word " * 100)
    for passage in split_passages(article, count_words, 25):
        assert set(article.text[passage.start : passage.end].split()) == {"word"}


def test_text_without_spaces_is_cut_all_the_same(encoder: SentenceEncoder) -> None:
    article = Article("漢" * 1000)
    passages = split_passages(article, encoder.count_tokens, encoder.max_tokens)
    assert passages[0].start == 0
    assert passages[-1].end == 1000
    assert max(encoder.count_tokens([article.text[p.start : p.end] for p in passages])) <= encoder.max_tokens


def test_context_names_title_and_headings_once() -> None:
    text = "Guide\nIntro here.\nSetup\nDo this."
    article = Article(text, title="Guide", headings=(Heading(0, 5, 1), Heading(18, 23, 2)))
    assert context_of(article, text.index("Do")) == "Guide > Setup"
    assert context_of(article, text.index("Intro")) == "Guide"
