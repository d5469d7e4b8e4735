from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from qa.answering.composing.relevance import FEATURES, Sentence, features_of, nearness, news_value
from qa.english.content_words import content_words
from qa.types import Article, Passage

OLD = Article(
    "The county met. Harlow Bridge is closed, 14 cracks were found.",
    title="Harlow Bridge closed",
    source="old",
    date=dt.date(2025, 3, 13),
)
NEW = replace(OLD, source="new", date=dt.date(2025, 4, 1))
OTHER = replace(OLD, source="other", date=dt.date(2025, 5, 1))


def sentences(article: Article, score: float = 0.9) -> list[Sentence]:
    passage, second = Passage(article.id, 0, len(article.text)), article.text.index("Harlow")
    return [
        Sentence(article, passage, 0, second - 1, score),
        Sentence(article, passage, second, len(article.text), score),
    ]


def features(*chosen: Sentence) -> dict[str, list[float]]:
    count = len(chosen)
    headline = np.array([0.8 if "Harlow" in one.text else 0.1 for one in chosen], dtype=np.float32)
    found = features_of(content_words("Harlow Bridge"), chosen, np.full(count, 0.5, dtype=np.float32), headline)
    assert found.shape == (count, len(FEATURES))
    return dict(zip(FEATURES, found.T.tolist(), strict=True))


def test_a_sentence_is_described_by_its_place_its_words_and_its_headline() -> None:
    found = features(*sentences(OLD))
    assert found["coverage"] == [0, 1]
    assert found["headline"] == [0, 1]
    assert found["numbers"] == [0, 1]
    assert found["position"][0] == 0 < found["position"][1] < 1


def test_the_newest_article_counts_if_it_is_about_the_topic() -> None:
    found = features(*sentences(OLD), *sentences(NEW), *sentences(OTHER, score=0.4))
    assert found["newest"] == [0, 0, 1, 1, 0, 0]
    assert features(*sentences(replace(OLD, date=None)))["newest"] == [0, 0]


def test_news_is_what_is_new_and_near_is_what_is_about_the_question() -> None:
    chosen = [*sentences(OLD), *sentences(NEW)]
    cosines = np.full(4, 0.5, dtype=np.float32)
    words = content_words("Harlow Bridge")
    news, near = news_value(features_of(words, chosen, cosines, cosines)), nearness(words, chosen, cosines)
    assert news[2] > news[0]
    assert near[0] == near[2] < near[1]


def test_no_sentences_have_no_features() -> None:
    nothing = np.zeros(0, dtype=np.float32)
    assert features_of(set(), [], nothing, nothing).shape == (0, len(FEATURES))
