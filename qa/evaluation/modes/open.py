"""The whole assistant, end to end: every question asked of all the articles at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qa.answering.answers import find_answers
from qa.evaluation.corpus import Asked
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measure, Measures, mean_of
from qa.evaluation.modes.end_to_end import (
    AskingMode,
    Trial,
    alternative,
    confidence_measures,
    latencies,
    na_scores,
)
from qa.evaluation.modes.squad_figures import squad_figures, squad_measures, squad_metrics_of
from qa.evaluation.predictions import AlternativeAnswer, IsolatedAnswer, Prediction, golds_of, scored
from qa.types import Reading, Reply, RetrievedPassage

__all__ = ["DEPTHS", "OpenMode"]

DEPTHS = (1, 2, 5, 10, 20)
"""How many passages are read, in the simulation."""


@dataclass(frozen=True)
class OpenMode(AskingMode):
    """How good the assistant's answers and citations are, and where what is missing is lost.

    Each question is asked as a user does. Its gold passage is also read alone (``isolated``: what a perfect
    retriever would give), and the best answer is taken of its 1, 2, 5, 10 and 20 best passages, each read once
    (``simulated``). When every question has an answer in the library, the best answer counts whatever its
    confidence; otherwise abstaining counts, too.

    :param min_confidence: answer only when at least this sure; the settings' value by default.
    :param simulate: whether more is read than the assistant reads.
    """

    min_confidence: float | None = None
    simulate: bool = True

    name: ClassVar[str] = "open"
    breakdown: ClassVar[Sequence[str]] = ("exact_match", "f1", "citation_accuracy", "recall_at_5")

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the mode's options and the assistant's settings."""
        settings = super().settings
        wanted = settings["min_confidence"] if self.min_confidence is None else self.min_confidence
        return {**settings, "min_confidence": wanted, "simulate": self.simulate}

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Ask one question after the other, as users do; what is read beyond that is read in large batches."""
        for asked, trials in self.trials(examples, seed, self.min_confidence):
            if self.simulate:
                _read_on(asked, trials)
            yield [line for line, _, _ in trials]

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the figures: scores and citation accuracies 0 to 100, recalls and all about confidence 0 to 1."""
        return {
            **squad_measures(lines, na_scores(lines)),
            **_ranked_measures(lines),
            **_citation_measures(lines),
            **_retrieval_measures(lines),
            **confidence_measures(lines),
        }

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the figures of SQuAD to the last digit, the confidence that gives the best F1, and latencies."""
        unsure = na_scores(lines)
        threshold = squad_metrics_of(lines, unsure).best_f1_threshold
        # the very confidence that the threshold was set at; 1 - threshold may be off in the last digit
        sure = min((line["confidence"] for line in lines if 1 - line["confidence"] <= threshold), default=1.0)
        return squad_figures(lines, unsure) | {"best_threshold": Figure(sure)} | latencies(lines)


def _ranked_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return the figures of the questions with an answer in the library, whatever the confidence."""

    def measure(key: str, pick: Any) -> dict[str, Measure]:
        found = [pick(line) if golds_of(line) else None for line in lines]
        if not any(found):
            return {}
        return {
            f"{key}exact": mean_of([one and one["exact_match"] for one in found], 100),
            f"{key}f1": mean_of([one and one["f1"] for one in found], 100),
        }

    def best(line: Prediction) -> Mapping[str, float]:
        answers: Sequence[Any] = line["alternatives"] or [line]
        return {name: max(answer[name] for answer in answers) for name in ("exact_match", "f1")}

    figures = measure("top_1_", lambda line: line) | measure("top_5_", best)
    figures |= measure("isolated_", lambda line: line.get("isolated"))
    for depth in DEPTHS:
        figures |= measure(f"top_1_of_{depth}_", lambda line, k=str(depth): line.get("simulated", {}).get(k))
    return figures


def _citation_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return how often the first citation is in the gold passage, and how often at a gold answer there."""

    def flags(name: str) -> list[bool | None]:
        return [
            (bool(line["citation"][name]) if line["citation"][name] is not None else None)  # type: ignore[literal-required]
            if "citation" in line
            else False
            for line in lines
        ]

    held = [bool(golds_of(line)) for line in lines]
    return {
        figure: mean_of([flag if has else None for flag, has in zip(flags(name), held, strict=True)], 100)
        for figure, name in (("citation_accuracy", "right"), ("citation_overlap", "overlaps"))
    }


def _retrieval_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return recall@k and MRR@10 of the gold article, over the questions with an answer in the library."""
    held = [bool(golds_of(line)) for line in lines]
    ranks = [line["gold_rank"] for line in lines]

    def share(score: Any) -> Measure:
        found = [score(rank) if rank else 0.0 for rank in ranks]
        return mean_of([one if has else None for one, has in zip(found, held, strict=True)])

    recalls = {f"recall_at_{k}": share(lambda rank, k=k: float(rank <= k)) for k in (1, 5, 20)}
    return recalls | {"mrr_at_10": share(lambda rank: 1 / rank if rank <= 10 else 0.0)}


def _read_on(asked: Asked, trials: Sequence[Trial]) -> None:
    """Add to each line what the gold passage alone gives, and what so many of the best passages would give."""
    read = [_known(reply) for _, reply, _ in trials]
    pairs: dict[tuple[str, str], None] = {}
    for (line, _, found), known in zip(trials, read, strict=True):
        wanted = [one.text for one in found[: max(DEPTHS)] if one.id not in known]
        pairs |= dict.fromkeys((line["question"], text) for text in [*wanted, line["context"]])
    readings = dict(zip(pairs, asked.reader.read_pairs(list(pairs)), strict=True))
    for (line, reply, found), known in zip(trials, read, strict=True):
        line["isolated"] = _isolated(line, readings[line["question"], line["context"]])
        if reply:
            some = found[: max(DEPTHS)]
            of_each = [known.get(one.id) or readings[line["question"], one.text] for one in some]
            line["simulated"] = {str(k): _simulated(asked, line, reply, some[:k], of_each[:k]) for k in DEPTHS}


def _known(reply: Reply | None) -> dict[int, Reading]:
    """Return the readings that a reply has already, by passage, without those that it left unread."""
    pairs = zip(reply.passages, reply.readings, strict=False) if reply else ()
    return {found.id: one for found, one in pairs if one.was_read}


def _isolated(line: Prediction, reading: Reading) -> IsolatedAnswer:
    text = line["context"][reading.spans[0].start : reading.spans[0].end] if reading.spans else ""
    given = scored(line, text)
    return IsolatedAnswer(text=text, exact_match=given.exact, f1=given.f1)


def _simulated(
    asked: Asked, line: Prediction, reply: Reply, passages: Sequence[RetrievedPassage], readings: Sequence[Reading]
) -> AlternativeAnswer:
    groups = find_answers(reply.question, passages, readings, asked.assistant.confidence) if passages else []
    if not groups:
        return alternative(line, "", 0.0)
    return alternative(line, groups[0].candidates[0].text, groups[0].confidence)
