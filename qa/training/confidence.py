"""Fits the ranker and the calibrator on questions that the reader was not trained on.

    python -m qa.training.confidence DATA.jsonl ... --questions 600 --output confidence.json

Each question is asked three ways, so that the model meets libraries large and small, with the answer and without:
of a library that holds half of the paragraphs of its file; of a few articles, its own among them; and of a few
others. What counts as correct is ``qa.evaluation.squad.is_correct``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.answers import find_answers, rank_candidates
from qa.assistant import Assistant
from qa.confidence import ConfidenceModel, Features
from qa.evaluation import Example, articles_of, gold_article_id, leave_out, load_examples, sample
from qa.evaluation.squad import is_correct
from qa.types import Filters, Reading, RetrievedPassage

__all__ = ["Trial", "collect", "fit_calibrator", "fit_ranker"]

RANKER = ("margin", "score", "retrieval", "dense", "coverage", "words", "names", "length")
CALIBRATOR = (
    *(
        "margin",
        "score",
        "dense",
        "coverage",
        "words",
        "names",
        "length",
        "rank",
        "gap",
        "alone",
        "support",
        "share",
    ),
    "passages",
)
FEW_ARTICLES = (1, 2, 3, 5, 10, 20)
ANSWERS_PER_QUESTION = 2
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """A question, what was retrieved and read for it, and the right answers: none when they were left out."""

    question: str
    passages: Sequence[RetrievedPassage]
    readings: Sequence[Reading]
    golds: tuple[str, ...]
    domain: str


def collect(examples: Sequence[Example], domain: str, seed: int, progress: Any = None) -> Iterator[Trial]:
    """Ask each question the three ways and yield the trials."""
    random_ = random.Random(seed)  # noqa: S311
    articles = articles_of(examples)
    titles = {article.id: article.title for article in articles}
    kept, _ = leave_out(articles, 0.5, seed)
    half = Filters(articles=tuple(article.id for article in kept))
    with Assistant.in_memory(seed=False) as assistant:
        assistant.add(*articles)
        for example in examples:
            gold = gold_article_id(example)
            others = _others(gold, titles, random_)
            size = random_.choice(FEW_ARTICLES)
            for filters in (
                half,
                Filters(articles=(gold, *others[: size - 1])),
                Filters(articles=tuple(others[:size])),
            ):
                passages = assistant.retrieve(example.question, assistant.settings.passages, filters)
                readings = assistant.read(example.question, passages)
                golds = example.answers if gold in filters.articles else ()
                yield Trial(example.question, passages, readings, golds, domain)
            if progress:
                progress(1)


def _others(gold: str, titles: dict[str, str], random_: random.Random) -> list[str]:
    """Return other articles in random order; every other time those of the same title come first."""
    others = [id_ for id_ in titles if id_ != gold]
    random_.shuffle(others)
    if random_.random() < 0.5:
        others.sort(key=lambda id_: titles[id_] != titles[gold])
    return others


def fit_ranker(trials: Sequence[Trial], l2: float = 1e-4) -> dict[str, float]:
    """Fit weights that put correct spans first.

    Maximises the log of the softmax mass on correct spans, over questions that have some (marginal likelihood,
    Clark and Gardner 2018, arXiv 1710.10723), with an L2 penalty on the standardised weights.
    """
    import torch

    blank = ConfidenceModel(dict.fromkeys(RANKER, 0.0), {}, 0.0)
    rows: list[list[float]] = []
    marks: list[bool] = []
    owners: list[int] = []
    for trial in trials:
        candidates = rank_candidates(trial.question, trial.passages, trial.readings, blank) if trial.golds else []
        correct = [is_correct(candidate.text, trial.golds) for candidate in candidates]
        if any(correct) and not all(correct):
            owner = owners[-1] + 1 if owners else 0
            rows += [[candidate.features[name] for name in RANKER] for candidate in candidates]
            marks += correct
            owners += [owner] * len(candidates)
    x = torch.tensor(rows, dtype=torch.float64)
    scale = x.std(0).clamp_min(1e-9)
    mark, owner_of = torch.tensor(marks), torch.tensor(owners)
    weights = torch.zeros(len(RANKER), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        scores = (x / scale) @ weights
        every = _group_logsumexp(scores, owner_of)
        right = _group_logsumexp(scores.masked_fill(~mark, -1e9), owner_of)
        loss = (every - right).mean() + l2 * weights.square().sum()
        loss.backward()
        return float(loss.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    fitted = (weights / scale).detach().tolist()
    return dict(zip(RANKER, fitted, strict=True))


def _group_logsumexp(scores: Any, owner_of: Any) -> Any:
    import torch

    groups = int(owner_of[-1]) + 1
    highest = torch.full((groups,), -torch.inf, dtype=scores.dtype)
    highest = highest.scatter_reduce(0, owner_of, scores.detach(), "amax")
    sums = torch.zeros(groups, dtype=scores.dtype).index_add(0, owner_of, (scores - highest[owner_of]).exp())
    return sums.log() + highest


def fit_calibrator(trials: Sequence[Trial], ranker: dict[str, float]) -> ConfidenceModel:
    """Fit P(correct) by logistic regression on the best answers of each trial."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, correct = calibration_data(trials, ConfidenceModel(ranker, {}, 0.0), ANSWERS_PER_QUESTION)
    x = np.array([[row[name] for name in CALIBRATOR] for row in features])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    pipeline.fit(x, correct)
    scaler, regression = pipeline[0], pipeline[1]
    weights: Floats = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    calibrator = dict(zip(CALIBRATOR, weights.tolist(), strict=True))
    return ConfidenceModel(ranker, calibrator, intercept)


def calibration_data(
    trials: Sequence[Trial], model: ConfidenceModel, answers: int
) -> tuple[list[Features], list[bool]]:
    """Return the features of the best answers of each trial and whether each is correct."""
    features, correct = [], []
    for trial in trials:
        for group in find_answers(trial.question, trial.passages, trial.readings, model)[:answers]:
            features.append(group.features)
            correct.append(bool(trial.golds) and is_correct(group.candidates[0].text, trial.golds))
    return features, correct


def main() -> None:
    """Fit both models on the files named and write them to one JSON file."""
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="questions that the reader was not trained on")
    parser.add_argument("--questions", type=int, default=600, help="so many of each file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    trials: list[Trial] = []
    for file in arguments.files:
        examples = sample(load_examples(file), arguments.questions, arguments.seed)
        with tqdm(total=len(examples), desc=file.stem, disable=None) as bar:
            trials += collect(examples, file.stem, arguments.seed, bar.update)
    fit_calibrator(trials, fit_ranker(trials)).save(arguments.output)


if __name__ == "__main__":
    main()
