"""The sentences that say most about a question, each quoted: for open questions and abstentions.

Sentences are chosen one after another by maximal marginal relevance (Carbonell and Goldstein 1998): by how much
they say about the question, less what those chosen before have said already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Vectors
from qa.answering.citing import cite
from qa.answering.retriever import HybridRetriever, Retriever, VectorCache, encoder_errors
from qa.english.sentences import split_sentences
from qa.library.base import Library
from qa.loaders.dates import date_field, is_whole_dateline
from qa.types import Article, Citation, Filters, Passage, RetrievedPassage

__all__ = ["DigestWriter"]

MOST_QUOTES = 7
PASSAGES = 40
"""Passages that are retrieved for a topic."""
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

# Chosen on the open questions of benchmarks/questions/news-tune.json.
LEADS = (0.4, 0.3)
"""What the first sentences of an article gain: news begins with what is new."""
ARTICLE_WEIGHT = 0.5
"""The weight of the score of the article's best passage."""
NOVELTY = 0.3
"""How much of the relevance the likeness to a chosen sentence costs."""
SAME = 0.8
"""The cosine from which two sentences say the same, as those of two copies do."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of an article, ``text[start:end]``; ``bonus`` is what it gains by its place."""

    passage: Passage
    start: int
    end: int
    text: str
    bonus: float


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

    def digest(self, topic: str, filters: Filters | None, count: int = MOST_QUOTES) -> tuple[Citation, ...]:
        """Return the sentences of the library that say most about a topic, article by article, the oldest first.

        :raises ModelError: if the encoder cannot be used.
        """
        return _by_date(self.quotes(topic, self._retriever.retrieve(topic, PASSAGES, filters), count))

    def quotes(self, question: str, passages: Sequence[RetrievedPassage], count: int) -> tuple[Citation, ...]:
        """Return up to ``count`` sentences of the passages and of the beginnings of their articles, best first.

        :param passages: what was retrieved for the question, best first.
        :raises ModelError: if the encoder cannot be used.
        """
        scores: dict[str, float] = {}
        for passage in passages:
            if len(scores) < ARTICLES and passage.score >= LEAST_SHARE * passages[0].score:
                scores.setdefault(passage.passage.article_id, passage.score)
        articles = self._library.get_many(scores)
        sentences = list(_sentences(passages, articles, scores))
        if not sentences:
            return ()
        vectors = self._embed([sentence.text for sentence in sentences])
        bonus = np.array([sentence.bonus for sentence in sentences], dtype=np.float32)
        relevance = vectors @ self._hybrid.vector_of(question) + bonus
        chosen = [sentences[number] for number in choose(relevance, vectors, count)]
        return tuple(cite(articles[s.passage.article_id], s.passage, s.start, s.end) for s in chosen)

    def _embed(self, sentences: Sequence[str]) -> Vectors:
        """Return the vectors of sentences, of shape ``(n, dimension)``."""
        vectors = self._vectors.get(sentences)
        if new := [sentence for sentence in dict.fromkeys(sentences) if sentence not in vectors]:
            with encoder_errors():
                embedded = dict(zip(new, self._hybrid.encoder.encode(new), strict=True))
            self._vectors.put(embedded)
            vectors |= embedded
        return np.stack([vectors[sentence] for sentence in sentences])


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


def _sentences(
    passages: Sequence[RetrievedPassage], articles: Mapping[str, Article], scores: Mapping[str, float]
) -> Iterator[_Sentence]:
    """Yield the sentences to choose from, each once. Passages of articles that have changed are left out."""
    known: set[tuple[str, int]] = set()
    leads = [(_beginning(article), LEADS) for article in articles.values()]
    for passage, bonuses in [*leads, *((passage.passage, ()) for passage in passages)]:
        article = articles.get(passage.article_id)
        if article is None or passage.end > len(article.text):
            continue
        for number, (start, end) in enumerate(_quotable(article, passage)):
            bonus = bonuses[number] if number < len(bonuses) else 0.0
            is_beginning = bool(bonuses)
            if (article.id, start) in known or (is_beginning and not bonus):
                continue
            known.add((article.id, start))
            score = bonus + ARTICLE_WEIGHT * scores[article.id]
            yield _Sentence(passage, start, end, article.text[start:end], score)


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
