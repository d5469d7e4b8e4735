"""Measures retrieval by the weights of its scores, to tune them on one data set and to report them on another.

    python -m benchmarks.retrieval DATA.json --questions 3000 --dense-weight 0.5 0.65 0.8 --sentence-weight 0 0.3

Every distinct paragraph of the file becomes an article; a question's own paragraph is the one to find. Without
weights, those of the settings are measured.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from embeddings.encoder import SentenceEncoder, Vectors
from qa.assistant import Assistant
from qa.evaluation import articles_of, gold_article_id, load_examples, sample
from qa.evaluation.retrieval import distinct, mrr_at_k, recall_at_k
from qa.retriever import HybridRetriever
from qa.settings import Settings

DEPTH = 50


class Memory(SentenceEncoder):
    """An encoder that has all the questions' vectors ready, so that each weight costs only its search."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        distinct_texts = list(dict.fromkeys(texts))
        self._ready = dict(zip(distinct_texts, super().encode(distinct_texts), strict=True))

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:  # noqa: ARG002
        """Return the vectors that are ready."""
        return np.stack([self._ready[text] for text in texts])


def main() -> None:
    """Print recall@1, 5 and 20 and MRR@10 for each pair of weights."""
    settings = Settings()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--questions", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dense-weight", type=float, nargs="+", default=[settings.dense_weight])
    parser.add_argument("--sentence-weight", type=float, nargs="+", default=[settings.sentence_weight])
    arguments = parser.parse_args()
    every = load_examples(arguments.file)
    examples = sample(every, arguments.questions, arguments.seed)
    golds = [{gold_article_id(example)} for example in examples]
    encoder = Memory([example.question for example in examples])
    print("dense  sentence  R@1    R@5    R@20   MRR@10")
    with Assistant.in_memory(seed=False) as assistant:
        assistant.add(*articles_of(every))
        for dense, sentence in product(arguments.dense_weight, arguments.sentence_weight):
            retriever = HybridRetriever(
                assistant.library,
                encoder,
                dense_weight=dense,
                sentence_weight=sentence,
                candidates=settings.candidates,
            )
            ranked = [
                distinct(found.passage.article_id for found in retriever.retrieve(example.question, DEPTH))
                for example in tqdm(examples, leave=False)
            ]
            recalls = "  ".join(f"{recall_at_k(ranked, golds, k):.3f}" for k in (1, 5, 20))
            print(f"{dense:<5}  {sentence:<8}  {recalls}  {mrr_at_k(ranked, golds, 10):.3f}", flush=True)


if __name__ == "__main__":
    main()
