"""The sentences that say most about a question, each quoted: for open questions and abstentions.

Sentences are chosen one after another by maximal marginal relevance (Carbonell and Goldstein 1998): by how much
they say about the question, less what those chosen before have said already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Vectors
from qa.answering.citing import cite
from qa.answering.composing.relevance import Sentence, features_of, nearness, news_value
from qa.answering.retriever import HybridRetriever, Retriever, VectorCache, encoder_errors
from qa.english.content_words import content_words
from qa.english.sentences import split_sentences
from qa.library.base import Library
from qa.loaders.dates import date_field, is_whole_dateline
from qa.types import Article, Citation, Filters, Passage, RetrievedPassage

__all__ = ["Candidates", "DigestWriter", "choose"]

MOST_QUOTES = 7
PASSAGES = 40
"""Passages that are retrieved for a topic."""
NEAREST_PASSAGES = 3
"""Passages that the nearest sentences are chosen from."""
ARTICLES = 12
"""Articles that are considered: those with the best passages."""
LEAST_SHARE = 0.4
"""Of the best passage's score that the best one of an article must have: others are about something else."""
BEGINNING = 1000
"""Characters of an article in which its first sentences are."""
CACHED_SENTENCES = 4096
"""Sentences whose vectors are kept, 6 MB: readers who get no answer ask on about the same articles."""
SHORTEST = 3
"""Words of the shortest sentence that is quoted."""
NOVELTY = 0.3
"""How much of the relevance the likeness to a chosen sentence costs."""
SAME = 0.8
"""The cosine from which two sentences say the same, as those of two copies do."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sentences to choose from, with their vectors, of shape ``(n, dimension)``, and the features of each."""

    sentences: Sequence[Sentence]
    vectors: Vectors
    features: Vectors


class DigestWriter:
    """Chooses the sentences that say most about a question. Safe to use from many threads.

    :param hybrid: embeds sentences and questions.
    :param retriever: searches for passages; the hybrid one by default.
    """

    def __init__(self, library: Library, hybrid: HybridRetriever, retriever: Retriever | None = None) -> None:
        self._library = library
        self._hybrid = hybrid
        self._retriever = retriever or hybrid
        self._vectors = VectorCache[str](CACHED_SENTENCES)

    def digest(self, topic: str, filters: Filters | None = None) -> tuple[Citation, ...]:
        """Return the sentences of the library that are the news about a topic, the oldest article first.

        :raises ModelError: if the encoder cannot be used.
        """
        found = self.candidates(topic, filters)
        return _by_date(_cited(found.sentences, found.vectors, news_value(found.features), MOST_QUOTES))

    def nearest(self, question: str, passages: Sequence[RetrievedPassage], count: int) -> tuple[Citation, ...]:
        """Return up to ``count`` sentences of the first passages, the nearest to the question first.

        :param passages: what was retrieved for the question, best first.
        :raises ModelError: if the encoder cannot be used.
        """
        passages = passages[:NEAREST_PASSAGES]
        sentences = list(_sentences((one.passage for one in passages), self._considered(passages)))
        vectors, cosines = self._compared(question, sentences)
        return _cited(sentences, vectors, nearness(content_words(question), sentences, cosines), count)

    def search(self, question: str, filters: Filters | None) -> tuple[Citation, ...]:
        """Return the sentence of the library that is nearest to a question, if it has any.

        :raises ModelError: if the encoder cannot be used.
        """
        return self.nearest(question, self._retriever.retrieve(question, NEAREST_PASSAGES, filters), 1)

    def candidates(self, topic: str, filters: Filters | None = None) -> Candidates:
        """Return the sentences that a digest is chosen from: those found, and the beginnings of their articles.

        :raises ModelError: if the encoder cannot be used.
        """
        found = self._retriever.retrieve(topic, PASSAGES, filters)
        articles = self._considered(found)
        beginnings = [_beginning(article) for article, _ in articles.values()]
        sentences = list(_sentences([*beginnings, *(one.passage for one in found)], articles))
        vectors, cosines = self._compared(topic, sentences)
        titles = self._embed([sentence.article.title for sentence in sentences])
        features = features_of(content_words(topic), sentences, cosines, (vectors * titles).sum(axis=1))
        return Candidates(sentences, vectors, features)

    def _considered(self, passages: Sequence[RetrievedPassage]) -> Mapping[str, tuple[Article, float]]:
        """Return the articles that passages are of, by id, each with the score of its best passage."""
        scores: dict[str, float] = {}
        for passage in passages:
            if len(scores) < ARTICLES and passage.score >= LEAST_SHARE * passages[0].score:
                scores.setdefault(passage.passage.article_id, passage.score)
        return {id_: (article, scores[id_]) for id_, article in self._library.get_many(scores).items()}

    def _compared(self, question: str, sentences: Sequence[Sentence]) -> tuple[Vectors, Vectors]:
        """Return the vectors of sentences, and the cosine of each to the question."""
        vectors = self._embed([sentence.text for sentence in sentences])
        return vectors, vectors @ self._hybrid.vector_of(question)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, of shape ``(n, dimension)``."""
        vectors = self._vectors.get(texts)
        if new := [text for text in dict.fromkeys(texts) if text not in vectors]:
            with encoder_errors():
                embedded = dict(zip(new, self._hybrid.encoder.encode(new), strict=True))
            self._vectors.put(embedded)
            vectors |= embedded
        return np.array([vectors[text] for text in texts], dtype=np.float32).reshape(
            len(texts), self._hybrid.encoder.dimension
        )


def _cited(
    sentences: Sequence[Sentence], vectors: Vectors, relevance: Vectors, count: int
) -> tuple[Citation, ...]:
    """Return the citations of up to ``count`` sentences, in the order of their choice."""
    chosen = [sentences[number] for number in choose(relevance, vectors, count)]
    return tuple(cite(one.article, one.passage, one.start, one.end) for one in chosen)


def choose(relevance: Vectors, vectors: Vectors, count: int) -> list[int]:
    """Return the numbers of up to ``count`` rows, in the order of their choice.

    :param relevance: of each row, of shape ``(n,)``.
    :param vectors: unit vectors of the rows, of shape ``(n, dimension)``.
    """
    chosen: list[int] = []
    likeness = np.zeros(len(relevance), dtype=np.float32)
    while len(chosen) < min(count, len(relevance)):
        gains = np.where(likeness < SAME, relevance - NOVELTY * likeness, -np.inf)
        gains[chosen] = -np.inf
        best = int(gains.argmax())
        if gains[best] == -np.inf:
            break
        chosen.append(best)
        likeness = np.maximum(likeness, vectors @ vectors[best])
    return chosen


def _sentences(passages: Iterable[Passage], articles: Mapping[str, tuple[Article, float]]) -> Iterator[Sentence]:
    """Yield the sentences of passages, each once. Passages of articles that have changed are left out."""
    known: set[tuple[str, int]] = set()
    for passage in passages:
        article, score = articles.get(passage.article_id, (None, 0.0))
        if article is None or passage.end > len(article.text):
            continue
        for start, end in _quotable(article, passage):
            if (article.id, start) not in known:
                known.add((article.id, start))
                yield Sentence(article, passage, start, end, score)


def _beginning(article: Article) -> Passage:
    return Passage(article.id, date_field(article.text)[1], min(BEGINNING, len(article.text)))


def _quotable(article: Article, passage: Passage) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the sentences of a passage that say something: no headings, no datelines, no scraps."""
    for start, end in split_sentences(article.text[passage.start : passage.end]):
        first, last = passage.start + start, passage.start + end
        is_heading = any(heading.start < last and first < heading.end for heading in article.headings)
        sentence = article.text[first:last]
        if not is_heading and len(sentence.split()) >= SHORTEST and not is_whole_dateline(sentence):
            yield first, last


def _by_date(quotes: Sequence[Citation]) -> tuple[Citation, ...]:
    """Return quotes article by article, the oldest first; without a date, as they were found."""
    articles = list(dict.fromkeys(quote.article_id for quote in quotes))
    order = {article_id: number for number, article_id in enumerate(articles)}
    return tuple(
        sorted(quotes, key=lambda quote: (quote.date or dt.date.max, order[quote.article_id], quote.start))
    )
