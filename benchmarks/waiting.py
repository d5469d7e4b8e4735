"""Measures answering while vectors are still to come, by how many passages are embedded for a question.

    python -m benchmarks.waiting DATA.json [--questions 500] [--embedded 10 20 40 80]

DATA's paragraphs are the library, and all of them are pending: asking stores no vectors.
Prints recall, and the seconds that so many passages take to embed.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from tqdm import tqdm

from benchmarks.retrieval import Memory
from embeddings.encoder import SentenceEncoder
from qa.answering import retriever
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.evaluation import gold_article_id, load_dataset, sample
from qa.library.sqlite.library import SqliteLibrary
from qa.settings import Settings

DEPTHS = (1, 5, 10)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--embedded", type=int, nargs="+", default=[10, 20, 40, 80])
    arguments = parser.parse_args()
    data, encoder, settings = load_dataset(arguments.file), Memory(), Settings()
    texts = [article.text for article in data.articles]
    examples = sample(data.examples, arguments.questions, seed=0)
    library = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(library, encoder, build_reader(settings), settings) as assistant:
        assistant.add(*data.articles, embed="later")
        print("embedded  " + "  ".join(f"R@{depth:<3}" for depth in DEPTHS) + "  seconds")
        for count in arguments.embedded:
            retriever.EMBEDDED = count
            ranks = []
            for example in tqdm(examples, leave=False):
                found = [one.passage.article_id for one in assistant.retrieve(example.question, DEPTHS[-1])]
                gold = gold_article_id(example)
                ranks.append(found.index(gold) if gold in found else np.inf)
            recalls = "  ".join(f"{np.mean([rank < depth for rank in ranks]):.3f}" for depth in DEPTHS)
            print(f"{count:<8}  {recalls}  {_seconds(texts, count):.2f}", flush=True)


def _seconds(texts: Sequence[str], count: int) -> float:
    """Return the median seconds that it takes to embed so many."""
    encoder, chance, times = SentenceEncoder(), random.Random(0), []
    encoder.encode(texts[:2])
    for _ in range(5):
        some = chance.sample(list(texts), count)
        start = perf_counter()
        encoder.encode(some)
        times.append(perf_counter() - start)
    return float(np.median(times))


if __name__ == "__main__":
    main()
