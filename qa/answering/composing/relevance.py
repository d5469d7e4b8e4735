"""How much sentences say about a topic, and which of them are news.

A sentence is about a topic by its meaning, its words and its article. Of the sentences about it, the news is what
stands early in its article or says what its headline says, gives figures, or is in the newest of the articles.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Vectors
from qa.english.content_words import shared_words
from qa.types import Article, Passage

__all__ = ["FEATURES", "Sentence", "features_of", "nearness", "news_value"]

FEATURES = ("cosine", "coverage", "score", "position", "newest", "headline", "numbers")
NEWS = {
    "cosine": 1.7,
    "coverage": 0.85,
    "score": 2.61,
    "position": -2.63,
    "newest": 1.26,
    "headline": 0.69,
    "numbers": 0.29,
}
"""Weights of what makes a sentence the news about a topic, fitted by ``python -m benchmarks.fit_digest``."""
NEAR = (1.0, 0.3, 0.3)
"""Weights of what makes a sentence near to a question: its cosine, its coverage and its score."""
LEAST_NEWEST = 0.6
"""Of the best article's score that the newest one has at least: another one is hardly about the topic."""
NUMBER = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article, ``article.text[start:end]``, in a passage.

    ``score`` is that of the article's best passage.
    """

    article: Article
    passage: Passage
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The words of the sentence."""
        return self.article.text[self.start : self.end]


def features_of(
    words: AbstractSet[str],
    sentences: Sequence[Sentence],
    cosines: Vectors,
    headline_cosines: Vectors,
) -> Vectors:
    """Return the features of sentences, of shape ``(n, len(FEATURES))``.

    :param words: the content words of the topic.
    :param cosines: of each sentence to the topic, of shape ``(n,)``.
    :param headline_cosines: of each sentence to the title of its article, of shape ``(n,)``.
    """
    newest = _newest(sentences)
    most = _most_by_article(sentences, headline_cosines)
    rows = [
        (
            cosine,
            _coverage(words, sentence),
            sentence.score,
            sentence.start / len(sentence.article.text),
            sentence.article.date is not None and sentence.article.date == newest,
            bool(sentence.article.title) and like_headline >= most[sentence.article.id],
            len(NUMBER.findall(sentence.text)),
        )
        for sentence, cosine, like_headline in zip(sentences, cosines, headline_cosines, strict=True)
    ]
    return np.array(rows, dtype=np.float32).reshape(len(rows), len(FEATURES))


def news_value(features: Vectors) -> Vectors:
    """Return how likely sentences are the news about a topic, as logits of shape ``(n,)``."""
    return _weighted(features, [NEWS[name] for name in FEATURES])


def nearness(words: AbstractSet[str], sentences: Sequence[Sentence], cosines: Vectors) -> Vectors:
    """Return how near sentences are to a question, of shape ``(n,)``. Whether they are news does not matter.

    :param words: the content words of the question.
    :param cosines: of each sentence to the question, of shape ``(n,)``.
    """
    rows = [
        (one, _coverage(words, sentence), sentence.score) for one, sentence in zip(cosines, sentences, strict=True)
    ]
    return _weighted(np.array(rows, dtype=np.float32).reshape(len(rows), 3), NEAR)


def _coverage(words: AbstractSet[str], sentence: Sentence) -> float:
    """Return the share of the words that a sentence has."""
    return len(shared_words(words, sentence.text)) / max(1, len(words))


def _weighted(features: Vectors, weights: Sequence[float]) -> Vectors:
    weighted: Vectors = features @ np.array(weights, dtype=np.float32)
    return weighted


def _newest(sentences: Sequence[Sentence]) -> dt.date | None:
    """Return the date of the newest article that is surely about the topic; None if no such article has one."""
    best = max((sentence.score for sentence in sentences), default=0.0)
    dates = [one.article.date for one in sentences if one.score >= LEAST_NEWEST * best]
    return max((date for date in dates if date), default=None)


def _most_by_article(sentences: Sequence[Sentence], values: Vectors) -> dict[str, float]:
    """Return the largest value of a sentence of each article, by its id."""
    most: dict[str, float] = {}
    for sentence, value in zip(sentences, values, strict=True):
        most[sentence.article.id] = max(float(value), most.get(sentence.article.id, -1.0))
    return most
