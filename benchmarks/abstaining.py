"""Measure what the assistant answers and what it refuses, by the kind of question.

    python -m benchmarks.abstaining benchmarks/questions/meaning-tune.json
    python -m benchmarks.abstaining dev-v2.0.json --questions 1000 --paragraphs 325
    python -m benchmarks.abstaining nomiracl.jsonl --own-passages

The paragraphs of a file are the library, and its questions are asked of it. In SQuAD's format, a question may have
a ``kind``; otherwise there are two: with and without an answer. ``--own-passages`` searches only the passages that
come with a question, in all of its lines.

For each kind: how many questions were asked; in how many the best answer is right; of all, how many got a right
answer, got a wrong one, and were refused, at the default threshold. Below: the share of the questions without an
answer that is answered at the threshold where 80% of those with one are, by the confidence and by the plain margin
of the same answers, and the AUROC of both.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from qa.evaluation import Corpus, Dataset, Example, gold_article_id, load_dataset, sample
from qa.evaluation.metrics.calibration import auroc, ece
from qa.evaluation.metrics.squad import is_correct
from qa.evaluation.modes.end_to_end import cited_span
from qa.settings import Settings
from qa.types import Filters, Reply

ANSWERED = 0.8
UNREAD = -100.0
HEAD = f"{'kind':<18}{'asked':>6}{'best right':>12}{'right':>8}{'wrong':>8}{'refused':>9}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: its best answer, right or wrong, and whether it was given."""

    kind: str
    answerable: bool
    right: bool
    given: bool
    confidence: float
    margin: float


def main() -> None:
    """Print a table for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--questions", type=int, help="draw this many questions of each file")
    parser.add_argument("--paragraphs", type=int, help="keep only the questions of this many paragraphs")
    parser.add_argument("--own-passages", action="store_true", help="search only the passages of the question")
    parser.add_argument("--library", type=Path, help="folder for the libraries, to use them again")
    arguments = parser.parse_args()
    for file in arguments.files:
        folder = arguments.library / file.stem if arguments.library else None
        outcomes = ask_all(file, arguments.questions, arguments.paragraphs, arguments.own_passages, folder)
        print(f"{file.name}\n{table(outcomes)}\n", flush=True)


def ask_all(
    file: Path,
    questions: int | None = None,
    paragraphs: int | None = None,
    own_passages: bool = False,
    folder: Path | None = None,
) -> list[Outcome]:
    """Ask the questions of a file."""
    data = load_dataset(file)
    examples = list(data.examples)
    if paragraphs:
        contexts = list(dict.fromkeys(example.context for example in examples))
        kept = set(np.random.default_rng(0).permutation(contexts)[:paragraphs].tolist())
        examples = [example for example in examples if example.context in kept]
        data = Dataset.of(examples, data.name, data.sha256)
    own: dict[str, set[str]] = {}
    for example in examples:
        own.setdefault(example.question, set()).add(gold_article_id(example))
    if own_passages:
        examples = list({example.question: example for example in examples}.values())
    drawn = sample(examples, questions or len(examples), 0)
    with Corpus(Settings.from_environment(), folder=folder).open(data) as opened:
        outcomes = []
        for example in tqdm(drawn, unit="question", mininterval=5, disable=None):
            filters = Filters(articles=tuple(own[example.question])) if own_passages else None
            reply = opened.assistant.ask(example.question, filters=filters)
            outcomes.append(outcome(example, reply))
    return outcomes


def outcome(example: Example, reply: Reply) -> Outcome:
    """Return what became of a question."""
    best = reply.answers[0] if reply.answers else None
    return Outcome(
        kind=example.kind or ("with an answer" if example.answers else "without an answer"),
        answerable=bool(example.answers),
        right=bool(best and example.answers and is_correct(best.short, example.answers)),
        given=reply.answer is not None,
        confidence=best.confidence if best else 0.0,
        margin=_margin(reply),
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the rows of all kinds, and the figures of the confidence."""
    lines = [HEAD]
    kinds = list(dict.fromkeys(outcome.kind for outcome in outcomes))
    for kind in [*sorted(kinds), *(["all"] if len(kinds) > 1 else [])]:
        of_kind = [outcome for outcome in outcomes if kind in {outcome.kind, "all"}]
        right = sum(outcome.given and outcome.right for outcome in of_kind)
        answers = sum(outcome.given for outcome in of_kind)
        best = sum(outcome.right for outcome in of_kind)
        shares = [best, right, answers - right, len(of_kind) - answers]
        cells = [f"{share / len(of_kind):.0%}" for share in shares]
        lines.append(f"{kind:<18}{len(of_kind):>6}{cells[0]:>12}{cells[1]:>8}{cells[2]:>8}{cells[3]:>9}")
    rights = [outcome.right for outcome in outcomes]
    confidences = [outcome.confidence for outcome in outcomes]
    given = [outcome.right for outcome in outcomes if outcome.given]
    lines.append(f"right of those given {np.mean(given):.1%}, ECE {ece(confidences, rights):.3f}")
    for name in ("confidence", "margin"):
        values = np.array([getattr(outcome, name) for outcome in outcomes])
        answerable = np.array([outcome.answerable for outcome in outcomes])
        if answerable.any() and not answerable.all():
            threshold = np.quantile(values[answerable], 1 - ANSWERED)
            wrongly = float((values[~answerable] >= threshold).mean())
            lines.append(
                f"by {name}: AUROC {auroc(_scaled(values), rights):.3f}, of those without an answer {wrongly:.1%}"
            )
    return "\n".join(lines)


def _scaled(values: np.ndarray) -> np.ndarray:
    """Return values between 0 and 1 in the same order."""
    return np.argsort(np.argsort(values)) / len(values) if values.max() > 1 or values.min() < 0 else values


def _margin(reply: Reply) -> float:
    """Return how far the best answer's span scores above the null of its passage."""
    cited = cited_span(reply)
    return cited[1].score - cited[0].null_score if cited else UNREAD


if __name__ == "__main__":
    main()
