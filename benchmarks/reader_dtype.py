"""Measure how much F1 int8 costs and how much faster it is.

    python -m benchmarks.reader_dtype DATA.json --questions 2000

Speed is that of one question on ten passages, the usual load. The two alternate, so that other work on the machine
affects both alike, and the best of the rounds counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa.evaluation import Example, evaluate_reader, load_examples, sample
from qa.reader import ExtractiveReader

DTYPES = ("float32", "int8")
PASSAGES = 10


def main() -> None:
    """Print the EM, the F1 and the milliseconds per question of each dtype."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--model", default="")
    arguments = parser.parse_args()
    examples = [example for example in load_examples(arguments.file) if example.answers]
    examples = sample(examples, arguments.questions, 0)
    readers = {dtype: ExtractiveReader(arguments.model, dtype=dtype) for dtype in DTYPES}
    seconds = measure_speed(readers, examples, arguments.rounds)
    print("dtype      EM     F1   ms a question")
    for dtype in DTYPES:
        metrics = evaluate_reader(readers[dtype], examples)
        print(f"{dtype:8}{metrics.exact_match:6.2f} {metrics.f1:6.2f}   {seconds[dtype] * 1000:8.1f}")


def measure_speed(
    readers: Mapping[str, ExtractiveReader], examples: Sequence[Example], rounds: int
) -> dict[str, float]:
    """Return the fewest seconds that each reader took for a question on ten passages."""
    passages = list(dict.fromkeys(example.context for example in examples))[:PASSAGES]
    best = dict.fromkeys(readers, float("inf"))
    for reader in readers.values():
        reader.warm_up()
    for example in examples[:rounds]:
        for dtype, reader in readers.items():
            start = time.perf_counter()
            reader.read(example.question, passages)
            best[dtype] = min(best[dtype], time.perf_counter() - start)
    return best


if __name__ == "__main__":
    main()
