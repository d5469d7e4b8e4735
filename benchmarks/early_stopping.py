"""Measure early stopping: how many passages it leaves unread, and how much F1 that costs.

    python -m benchmarks.early_stopping DATA.json [--library LIBRARY] [--questions 1000] [--reach 5.19 4]

The reader reads all of the best passages of each question once. Then the rule of qa/answering/early_stopping.py is
applied to these readings with each limit. So all limits are compared on the same answers, however busy the
machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from qa.answering.answers import find_answers
from qa.answering.confidence import ConfidenceModel
from qa.answering.early_stopping import CONFIDENCE_MARGIN, read_with_early_stopping
from qa.evaluation import Corpus, Example, load_dataset, sample
from qa.evaluation.metrics.squad import is_correct, score_v1
from qa.settings import Settings
from qa.types import Reading, Reply, RetrievedPassage

HEAD = " reach  surer     F1  answered  right of these  passages read: mean, median, of all read"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The F1 of the best answer to a question, its confidence, and the number of passages that were read."""

    f1: float
    right: bool
    confidence: float
    read: int


def ask_all(
    path: Path, library: str | None, questions: int, seed: int, left_out: float
) -> list[tuple[Example, Reply]]:
    """Return a sample of the questions, each with a reply for which the reader read all passages."""
    corpus = Corpus(Settings(early_stopping=False), library)
    data = load_dataset(path)
    answerable = [example for example in data.examples if example.answers]
    with corpus.open(data, left_out, seed) as asked:
        examples = tqdm(sample(answerable, questions, seed), unit="question", mininterval=5)
        return [(example, asked.assistant.ask(example.question)) for example in examples]


def outcome(example: Example, reply: Reply, model: ConfidenceModel, surer: float) -> Outcome:
    """Return the outcome of a question, had the model's reach and this margin decided what to read."""
    cached = {id(passage): reading for passage, reading in zip(reply.passages, reply.readings, strict=True)}

    def read(some: Sequence[RetrievedPassage]) -> list[Reading]:
        return [cached[id(passage)] for passage in some]

    sure = reply.min_confidence + surer - CONFIDENCE_MARGIN
    readings = read_with_early_stopping(example.question, reply.passages, read, model, sure)
    answers = find_answers(example.question, reply.passages, readings, model)
    count = sum(reading.was_read for reading in readings)
    if not answers:
        return Outcome(0.0, False, 0.0, count)
    text = answers[0].candidates[0].text
    right = is_correct(text, example.answers)
    return Outcome(score_v1(text, example.answers).f1, right, answers[0].confidence, count)


def row(outcomes: Sequence[Outcome], threshold: float) -> str:
    """Return the figures of a pair of limits as a row of the table."""
    answered = [one for one in outcomes if one.confidence >= threshold]
    read = np.array([one.read for one in outcomes])
    right = np.mean([one.right for one in answered]) if answered else np.nan
    f1, share = 100 * np.mean([one.f1 for one in outcomes]), len(answered) / len(outcomes)
    return (
        f"{f1:7.2f}  {share:8.1%}  {right:14.1%}  "
        f"{read.mean():13.2f}  {np.median(read):7.0f}  {(read == read.max()).mean():12.0%}"
    )


def main() -> None:
    """Print a row without early stopping, and one for each pair of limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--library", help="the library to ask; by default the paragraphs of the data")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--left-out", type=float, default=0.0, help="the share of the articles that is left out")
    parser.add_argument("--reach", type=float, nargs="+", default=[])
    parser.add_argument("--surer", type=float, nargs="+", default=[CONFIDENCE_MARGIN])
    arguments = parser.parse_args()
    replies = ask_all(arguments.file, arguments.library, arguments.questions, arguments.seed, arguments.left_out)
    model = ConfidenceModel.load()
    threshold = replies[0][1].min_confidence
    everything = [outcome(*asked, replace(model, reach=None), CONFIDENCE_MARGIN) for asked in replies]
    print(HEAD, f"   all       {row(everything, threshold)}", sep="\n")
    for reach in arguments.reach or [model.reach]:
        for surer in arguments.surer:
            outcomes = [outcome(*asked, replace(model, reach=reach), surer) for asked in replies]
            print(f"{reach:6.2f}  {surer:5.2f}{row(outcomes, threshold)}")


if __name__ == "__main__":
    main()
