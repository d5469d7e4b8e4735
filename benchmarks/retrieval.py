"""Measure retrieval with different weights of its scores: to tune them on one data set, and report on another.

    python -m benchmarks.retrieval DATA.json --questions 3000 --dense-weight 0.5 0.65 0.8 --sentence-weight 0 0.3

It runs `quotewell evaluate retrieval` for each pair of weights, but embeds passages and questions only once.
Without weights, it measures those of the settings.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from embeddings.encoder import SentenceEncoder, Vectors
from qa.evaluation import Corpus, RetrievalMode, evaluate, load_dataset
from qa.settings import Settings

FIGURES = ("recall_at_1", "recall_at_5", "recall_at_20", "mrr_at_10")


class CachingEncoder(SentenceEncoder):
    """An encoder that caches all vectors, so that another pair of weights costs only its searches."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Return the vectors; embed only the texts that are not in the cache."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._cache]:
            self._cache |= dict(zip(new, super().encode(new, progress), strict=True))
        return np.stack([self._cache[text] for text in texts])


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
    data, encoder = load_dataset(arguments.file), CachingEncoder()
    print("dense  sentence  R@1    R@5    R@20   MRR@10")
    with TemporaryDirectory() as folder:
        for dense, sentence in product(arguments.dense_weight, arguments.sentence_weight):
            weights = settings.replace(dense_weight=dense, sentence_weight=sentence)
            corpus = Corpus(weights, folder=Path(folder) / "library")
            corpus.encoder = encoder
            with tqdm(total=arguments.questions or len(data.examples), leave=False) as bar:
                mode = RetrievalMode(data, corpus)
                seeds = [arguments.seed]
                metrics = evaluate(mode, limit=arguments.questions, seeds=seeds, progress=bar.update).metrics
            assert metrics
            figures = "  ".join(f"{metrics[name]:.3f}" for name in FIGURES)
            print(f"{dense:<5}  {sentence:<8}  {figures}", flush=True)


if __name__ == "__main__":
    main()
