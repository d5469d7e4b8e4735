"""Measures the retriever alone: where each of its legs ranks the relevant articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, ClassVar

import numpy as np

from embeddings.encoder import Vectors
from qa.answering.retriever import fuse
from qa.evaluation.corpus import Corpus, OpenCorpus
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measure, Measures, mean_measure
from qa.evaluation.metrics.ranking import distinct, first_rank, ranking_scores
from qa.evaluation.modes.base import chunks
from qa.evaluation.modes.end_to_end import answer_settings, latencies
from qa.evaluation.predictions import Prediction, new_prediction

__all__ = ["LEGS", "RetrievalMode"]

DEPTH = 100
FINAL = "final"
LEGS = ("lexical", "dense", "fused", FINAL)


@dataclass(frozen=True)
class RetrievalMode:
    """Recall, MRR@10 and nDCG@10 of the articles that each leg of the retriever finds.

    The legs are BM25 over words (``lexical``), cosine similarity of vectors (``dense``), both fused (``fused``),
    and the fused ranking after counting question words per sentence (``final``), which the reader gets. A leg
    ranks passages; the first of each article counts. Questions that nothing in the library answers are left out.
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
        settings = answer_settings(self.corpus.settings)
        return {name: settings[name] for name in used} | {"library": self.corpus.library or ""}

    @property
    def models(self) -> Mapping[str, str]:
        """Return the encoder's fingerprint."""
        return {"encoder": self.corpus.encoder.fingerprint}

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Search with each leg; the questions are embedded in batches."""
        with self.corpus.open(self.data) as opened:
            for chunk in chunks(examples):
                vectors = opened.encoder.encode([example.question for example in chunk])
                yield _lines(opened, chunk, vectors, seed, self)

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the measures of each leg, with its name as a prefix, except for the final leg."""
        measures: dict[str, Measure] = {}
        for leg in reversed(LEGS):
            scores = [line["retrieval"].get(leg, {}) for line in lines]
            names = next(filter(None, scores), {})
            prefix = "" if leg == FINAL else f"{leg}_"
            measures |= {f"{prefix}{name}": mean_measure([row.get(name) for row in scores]) for name in names}
        return measures

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the number of questions, and the latency of retrieval."""
        return {"n": Figure(len(lines)), **latencies(lines)}


def _lines(
    opened: OpenCorpus, examples: Sequence[Example], vectors: Vectors, seed: int, mode: RetrievalMode
) -> list[Prediction]:
    golds = [opened.gold(example).relevant for example in examples]
    timed = [_rank(opened, example, vector, mode) for example, vector in zip(examples, vectors, strict=True)]
    scores = {leg: ranking_scores([rankings[leg] for rankings, _ in timed], golds) for leg in LEGS}
    lines = []
    for i, (example, relevant, (rankings, seconds)) in enumerate(zip(examples, golds, timed, strict=True)):
        line = new_prediction(example, seed, mode.data.name, in_library=bool(relevant) or example.is_impossible)
        line["ranks"] = {leg: first_rank(rankings[leg], relevant) for leg in LEGS} if relevant else {}
        line["retrieval"] = {leg: scores[leg][i] for leg in LEGS} if relevant else {}
        line["seconds"] = {"retrieve": seconds}
        lines.append(line)
    return lines


def _rank(
    opened: OpenCorpus, example: Example, vector: np.ndarray, mode: RetrievalMode
) -> tuple[dict[str, list[str]], float]:
    """Return the articles that each leg finds, and the seconds that it takes to retrieve the passages to read."""
    library, settings = opened.assistant.library, mode.corpus.settings
    depth = max(DEPTH, settings.candidates)
    lexical = dict(library.search_lexical(example.question, depth))
    dense = dict(library.search_dense(vector, depth))
    lexical_only = library.score_dense(vector, [id_ for id_ in lexical if id_ not in dense])
    fused = fuse(lexical, dense | lexical_only, settings.dense_weight)
    stored = library.passages(fused)

    def articles(scores: Mapping[int, float]) -> list[str]:
        ranked = sorted(scores, key=lambda id_: (-scores[id_], id_))
        return distinct(stored[id_].passage.article_id for id_ in ranked if id_ in stored)

    start = perf_counter()
    final = opened.assistant.retrieve(example.question, settings.passages)
    seconds = perf_counter() - start
    final = opened.assistant.retrieve(example.question, DEPTH)
    rankings = {"lexical": articles(lexical), "dense": articles(dense), "fused": articles(fused)}
    return rankings | {"final": distinct(retrieved.passage.article_id for retrieved in final)}, seconds
