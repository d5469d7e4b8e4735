"""The retriever alone: where each of its legs ranks what it should find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, ClassVar

import numpy as np

from embeddings.encoder import Vectors
from qa.answering.retriever import fuse
from qa.evaluation.corpus import Asked, Corpus
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measure, Measures, mean_of
from qa.evaluation.metrics.ranking import distinct, rank_of, ranking_scores
from qa.evaluation.modes.base import chunks
from qa.evaluation.modes.end_to_end import latencies, settings_of
from qa.evaluation.predictions import Prediction, about

__all__ = ["LEGS", "RetrievalMode"]

DEPTH = 100
FINAL = "final"
LEGS = ("lexical", "dense", "fused", FINAL)


@dataclass(frozen=True)
class RetrievalMode:
    """Recall, MRR@10 and nDCG@10 of the articles that each leg of the retriever finds.

    The legs are BM25 over words (``lexical``), cosine over vectors (``dense``), the two fused (``fused``), and
    that with the question's words in one sentence counted (``final``), which is what the reader gets. A leg ranks
    passages, of which the first of each article counts. Questions that nothing in the library answers are left
    out of the figures.
    """

    data: Dataset
    corpus: Corpus = field(default_factory=Corpus)

    name: ClassVar[str] = "retrieval"
    seeded: ClassVar[bool] = False
    breakdown: ClassVar[Sequence[str]] = ("recall_at_1", "recall_at_5", "mrr_at_10")

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the retriever's settings."""
        used = ("dense_weight", "sentence_weight", "candidates")
        settings = settings_of(self.corpus.settings)
        return {name: settings[name] for name in used} | {"library": self.corpus.library or ""}

    @property
    def models(self) -> Mapping[str, str]:
        """Return the encoder's fingerprint."""
        return {"encoder": self.corpus.encoder.fingerprint}

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Search with each leg; the questions are embedded many at a time."""
        with self.corpus.open(self.data) as asked:
            for some in chunks(examples):
                vectors = asked.encoder.encode([example.question for example in some])
                yield _lines(asked, some, vectors, seed, self)

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the figures of each leg, with its name before them but for the final one."""
        found: dict[str, Measure] = {}
        for leg in reversed(LEGS):
            scores = [line["retrieval"].get(leg, {}) for line in lines]
            names = next(filter(None, scores), {})
            of_leg = {name: mean_of([one.get(name) for one in scores]) for name in names}
            found |= {name if leg == FINAL else f"{leg}_{name}": one for name, one in of_leg.items()}
        return found

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the number of questions and how long retrieving takes."""
        return {"n": Figure(len(lines)), **latencies(lines)}


def _lines(
    asked: Asked, examples: Sequence[Example], vectors: Vectors, seed: int, mode: RetrievalMode
) -> list[Prediction]:
    golds = [asked.gold(example).relevant for example in examples]
    timed = [_rank(asked, example, vector, mode) for example, vector in zip(examples, vectors, strict=True)]
    scores = {leg: ranking_scores([rankings[leg] for rankings, _ in timed], golds) for leg in LEGS}
    lines = []
    for i, (example, relevant, (rankings, seconds)) in enumerate(zip(examples, golds, timed, strict=True)):
        line = about(example, seed, mode.data.name, in_library=bool(relevant) or example.is_impossible)
        line["ranks"] = {leg: rank_of(rankings[leg], relevant) for leg in LEGS} if relevant else {}
        line["retrieval"] = {leg: scores[leg][i] for leg in LEGS} if relevant else {}
        line["seconds"] = {"retrieve": seconds}
        lines.append(line)
    return lines


def _rank(
    asked: Asked, example: Example, vector: np.ndarray, mode: RetrievalMode
) -> tuple[dict[str, list[str]], float]:
    """Return the articles that each leg finds, and the seconds that retrieving what is read takes."""
    library, settings = asked.assistant.library, mode.corpus.settings
    depth = max(DEPTH, settings.candidates)
    lexical = dict(library.search_lexical(example.question, depth))
    dense = dict(library.search_dense(vector, depth))
    more = library.score_dense(vector, [id_ for id_ in lexical if id_ not in dense])
    fused = fuse(lexical, dense | more, settings.dense_weight)
    stored = library.passages(fused)

    def articles(scores: Mapping[int, float]) -> list[str]:
        ranked = sorted(scores, key=lambda id_: (-scores[id_], id_))
        return distinct(stored[id_].passage.article_id for id_ in ranked if id_ in stored)

    start = perf_counter()
    final = asked.assistant.retrieve(example.question, settings.passages)
    seconds = perf_counter() - start
    final = asked.assistant.retrieve(example.question, DEPTH)
    rankings = {"lexical": articles(lexical), "dense": articles(dense), "fused": articles(fused)}
    return rankings | {"final": distinct(found.passage.article_id for found in final)}, seconds
