"""Turns answerable questions into unanswerable ones, so that the reader learns to abstain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from qa.english.sentences import split_sentences
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.squad import normalize

__all__ = ["NearPassages", "lacks_answer", "without_answer"]

CHUNK = 2000


class NearPassages:
    """Finds the passages most similar to a question that do not contain its answer, by BM25.

    BM25 as in Robertson and Zaragoza 2009, with k1 = 1.2 and b = 0.75, over word counts.
    """

    def __init__(self, passages: Sequence[str], k1: float = 1.2, b: float = 0.75) -> None:
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        self._passages = passages
        self._normalized = [normalize(passage) for passage in passages]
        self._vectorizer = CountVectorizer(token_pattern=r"\w+")  # noqa: S106
        counts = self._vectorizer.fit_transform(passages).tocoo()
        frequency = np.bincount(counts.col, minlength=counts.shape[1])
        idf = np.log1p((len(passages) - frequency + 0.5) / (frequency + 0.5))
        length = np.bincount(counts.row, weights=counts.data, minlength=len(passages))
        norm = k1 * (1 - b + b * length / length.mean())
        scores = idf[counts.col] * counts.data * (k1 + 1) / (counts.data + norm[counts.row])
        common = frequency > len(passages) * 0.1  # words like "the" are slow and uninformative
        scores[common[counts.col]] = 0
        self._matrix = csr_matrix((scores, (counts.col, counts.row)), shape=counts.shape[::-1], dtype=np.float32)
        self._matrix.eliminate_zeros()

    def find(self, examples: Sequence[Example], count: int = 3, depth: int = 12) -> list[list[str]]:
        """Return up to ``count`` passages for each example: of the ``depth`` nearest, those without its answer."""
        near: list[list[str]] = []
        for first in range(0, len(examples), CHUNK):
            chunk = examples[first : first + CHUNK]
            queries = self._vectorizer.transform([example.question for example in chunk])
            scores = (queries @ self._matrix).tocsr()
            for row, example in enumerate(chunk):
                columns = slice(scores.indptr[row], scores.indptr[row + 1])
                order = np.argsort(-scores.data[columns], kind="stable")[:depth]
                near.append(self._without_answer(example, scores.indices[columns][order], count))
        return near

    def _without_answer(self, example: Example, candidates: Sequence[int], count: int) -> list[str]:
        answers = [normalize(answer) for answer in example.answers]
        return [
            self._passages[i]
            for i in candidates
            if self._passages[i] != example.context and not _contains_any(self._normalized[i], answers)
        ][:count]


def lacks_answer(passage: str, example: Example) -> bool:
    """Whether a passage differs from the example's and contains none of its answers word for word."""
    return passage != example.context and not _contains_any(normalize(passage), map(normalize, example.answers))


def without_answer(example: Example) -> Example | None:
    """Return the example without the sentences of its answers, or None if that is not possible.

    It is not if an answer also occurs in another sentence, or if fewer than two sentences remain.
    """
    spans = [(s, s + len(t)) for s, t in zip(example.answer_starts, example.answers, strict=True)]
    kept = [
        example.context[start:end]
        for start, end in split_sentences(example.context)
        if not any(start < last and first < end for first, last in spans)
    ]
    rest = " ".join(kept)
    if len(kept) < 2 or _contains_any(normalize(rest), map(normalize, example.answers)):
        return None
    return replace(example, context=rest, answers=(), answer_starts=())


def _contains_any(text: str, answers: Iterable[str]) -> bool:
    """Whether a text contains one of the answers, all normalised; every text contains an empty answer."""
    return any(not answer or re.search(rf"\b{re.escape(answer)}\b", text) for answer in answers)
