"""Tunes the weight of the dense score in the fused retrieval score.

    python -m benchmarks.fusion DATA.jsonl --questions 3000

Every distinct paragraph of the file becomes an article; recall counts a question's own paragraph.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant
from qa.evaluation import articles_of, gold_article_id, load_examples, sample
from qa.evaluation.retrieval import distinct, mrr_at_k, recall_at_k
from qa.retriever import fuse

WEIGHTS = [i / 20 for i in range(21)]
CANDIDATES = 100


def main() -> None:
    """Print recall@1, 5 and 20 and MRR@10 by weight."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--questions", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    every = load_examples(arguments.file)
    examples = sample(every, arguments.questions, arguments.seed)
    rankings: dict[float, list[list[str]]] = {weight: [] for weight in WEIGHTS}
    with Assistant.in_memory(seed=False) as assistant:
        assistant.add(*articles_of(every))
        library = assistant.library
        vectors = SentenceEncoder().encode([example.question for example in examples])
        for example, vector in zip(tqdm(examples), vectors, strict=True):
            lexical = dict(library.search_lexical(example.question, CANDIDATES))
            dense = dict(library.search_dense(vector, CANDIDATES))
            dense |= library.score_dense(vector, [id_ for id_ in lexical if id_ not in dense])
            passages = library.passages(dense)
            for weight in WEIGHTS:
                fused = fuse(lexical, dense, weight)
                best = sorted(fused, key=lambda id_: (-fused[id_], id_))
                rankings[weight].append(list(distinct(passages[id_].passage.article_id for id_ in best)))
    golds = [{gold_article_id(example)} for example in examples]
    print("weight  R@1    R@5    R@20   MRR@10")
    for weight, ranked in rankings.items():
        recalls = "  ".join(f"{recall_at_k(ranked, golds, k):.3f}" for k in (1, 5, 20))
        print(f"{weight:.2f}    {recalls}  {mrr_at_k(ranked, golds, 10):.3f}")


if __name__ == "__main__":
    main()
