"""Measure the verdicts on questions for yes or no, and fit their model.

    python -m benchmarks.verdicts boolq_dev_yesno.jsonl condaqa_dev_yesno.jsonl
    python -m benchmarks.verdicts boolq_dev_yesno.jsonl condaqa_dev_yesno.jsonl --save qa/models/verdicts.json

A line of a file has a ``question``, a ``context`` and ``yes_no``. A fifth of the contexts was not trained on: the
questions about these are asked (``qa/training/specialist/tasks.py`` draws them from the same files in the same
order). The sentence that decides is the one in which the reader finds its best span. Five models are fitted, each
without a fifth of these contexts, which it is then measured on: how many of the questions get a verdict as the
probability that it needs grows, and how many of these are right. The bundled model needs the lowest probability
from which 85% are right. Fit it again after a change of the bundled reader or specialist.

With `--readings`, what the reader finds is kept in a file, so that only the first run reads.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from benchmarks.kept_readings import KeepingReader
from qa.answering.composing.verdicts import VerdictModel, verdict_features
from qa.answering.confidence import Features
from qa.answering.readers import build_reader
from qa.english.sentences import sentence_at
from qa.reader import Reader
from qa.reader.specialist import Specialist
from qa.settings import Settings
from qa.training.specialist.tasks import Task, hold_out, load_tasks
from qa.training.specialist.teach import HELD_OUT
from qa.types import Reading

PARTS = 5
RIGHT = 0.85
FEWEST = 30
"""Verdicts that a probability is chosen on, at least."""
STRENGTH = 0.1
Floats = npt.NDArray[np.float64]


def main() -> None:
    """Print the figures; fit and save a model if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--save", type=Path, help="fit a model to all of these questions and write it to this file"
    )
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    reader: Reader = build_reader(settings)
    if arguments.readings:
        reader = KeepingReader(reader, arguments.readings)
    loaded = {file.stem: load_tasks(file) for file in arguments.files}
    tasks = hold_out([task for some in loaded.values() for task in some], HELD_OUT, seed=0)
    features = list(_features(tasks, reader, Specialist(dtype=settings.reader_dtype)))
    x = np.array([list(row.values()) for row in features])
    y = np.array([task.verdict == "yes" for task in tasks])
    probabilities = held_out(x, y, [task.text for task in tasks])
    sure, right = np.maximum(probabilities, 1 - probabilities), (probabilities >= 0.5) == y
    order = np.argsort(-sure)
    print(f"{len(tasks)} questions, {max(y.mean(), 1 - y.mean()):.1%} have the more frequent answer")
    for share in (0.02, 0.05, 0.1, 0.2, 0.4, 1.0):
        given = order[: round(share * len(order))]
        print(
            f"given to {share:4.0%}: {right[given].mean():.1%} right, from a probability of {sure[given[-1]]:.2f}"
        )
    least = lowest(sure[order], right[order])
    print(f"{RIGHT:.0%} right from {least:.2f}: given to {(sure >= least).mean():.1%}")
    for name, some in loaded.items():
        of_file = np.array([task in set(some) for task in tasks])
        sure_of_file = of_file & (sure >= least)
        share = sure_of_file.sum() / of_file.sum()
        print(f"{name}: given to {share:.1%}, {right[sure_of_file].mean():.1%} right of these")
    if arguments.save:
        weights, intercept = _fit(x, y)
        named = dict(zip(features[0], weights.tolist(), strict=True))
        VerdictModel(named, intercept, least).save(arguments.save)


def held_out(x: Floats, y: npt.NDArray[np.bool_], contexts: Sequence[str]) -> Floats:
    """Return the probability of yes for each question, by a model that saw no question about its context."""
    distinct = list(dict.fromkeys(contexts))
    random.Random(0).shuffle(distinct)
    part_of = {context: number % PARTS for number, context in enumerate(distinct)}
    parts = np.array([part_of[context] for context in contexts])
    probabilities = np.zeros(len(y))
    for part in range(PARTS):
        weights, intercept = _fit(x[parts != part], y[parts != part])
        probabilities[parts == part] = 1 / (1 + np.exp(-(x[parts == part] @ weights + intercept)))
    return probabilities


def lowest(sure: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Return the lowest probability from which enough verdicts are right; 1 if there is none.

    :param sure: the probabilities, the highest first; ``right`` in the same order.
    """
    shares = np.cumsum(right) / np.arange(1, len(right) + 1)
    enough = [n for n in range(FEWEST - 1, len(right)) if shares[n] >= RIGHT]
    return float(sure[enough[-1]]) if enough else 1.0


def _fit(x: Floats, y: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(scaler.transform(x), y)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _features(tasks: Sequence[Task], reader: Reader, specialist: Specialist) -> Iterator[Features]:
    with tqdm(total=len(tasks), unit="question", mininterval=5, disable=None) as bar:

        def advance(count: int) -> None:
            bar.update(count)

        readings = reader.read_pairs([(task.question, task.text) for task in tasks], advance)
    for task, reading in zip(tasks, readings, strict=True):
        yield from verdict_features([(task.question, _deciding(task.text, reading), task.text)], specialist)


def _deciding(context: str, reading: Reading) -> str:
    """Return the sentence of the best span; all of the text if there is none."""
    if not reading.spans:
        return context
    start, end = sentence_at(context, reading.spans[0].start, reading.spans[0].end)
    return context[start:end]


if __name__ == "__main__":
    main()
