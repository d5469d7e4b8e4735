"""Measures the whole assistant: every question is asked of all articles at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qa.answering.answers import find_answers
from qa.evaluation.corpus import OpenCorpus
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measure, Measures, mean_measure
from qa.evaluation.modes.end_to_end import (
    AskingMode,
    Trial,
    alternative,
    confidence_measures,
    latencies,
    na_scores,
)
from qa.evaluation.modes.squad_figures import compute_squad_metrics, squad_figures, squad_measures
from qa.evaluation.predictions import AlternativeAnswer, IsolatedAnswer, Prediction, gold_answers, score_answer
from qa.types import Reading, Reply, RetrievedPassage

__all__ = ["DEPTHS", "OpenMode"]

DEPTHS = (1, 2, 5, 10, 20)
"""The numbers of passages read in the simulation."""


@dataclass(frozen=True)
class OpenMode(AskingMode):
    """Measures answers and citations, and at which stage right answers are lost.

    Each question is asked as a user would ask it. Its gold passage is also read alone (``isolated``: what a
    perfect retriever would give), and the best answer is taken from its 1, 2, 5, 10 and 20 best passages
    (``simulated``). If every question has an answer in the library, the best answer counts whatever its
    confidence; otherwise abstaining counts, too.

    :param min_confidence: abstain below this confidence; from the settings by default.
    :param simulate: whether to read more than the assistant does.
    """

    min_confidence: float | None = None
    simulate: bool = True

    name: ClassVar[str] = "open"
    breakdown: ClassVar[Sequence[str]] = ("exact_match", "f1", "citation_accuracy", "recall_at_5")

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the mode's options and the assistant's settings."""
        settings = super().settings
        threshold = settings["min_confidence"] if self.min_confidence is None else self.min_confidence
        return {**settings, "min_confidence": threshold, "simulate": self.simulate}

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Ask one question after another, as users do; the simulation reads in large batches."""
        for opened, trials in self.trials(examples, seed, self.min_confidence):
            if self.simulate:
                _read_more(opened, trials)
            yield [line for line, _, _ in trials]

    @staticmethod
    def measures(lines: Sequence[Prediction]) -> Measures:
        """Return the measures: scores and citation accuracies 0 to 100, recall and calibration 0 to 1."""
        return {
            **squad_measures(lines, na_scores(lines)),
            **_ranked_measures(lines),
            **_citation_measures(lines),
            **_retrieval_measures(lines),
            **confidence_measures(lines),
        }

    @staticmethod
    def extras(lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the exact SQuAD figures, the confidence threshold with the best F1, and the latencies."""
        unsure = na_scores(lines)
        threshold = compute_squad_metrics(lines, unsure).best_f1_threshold
        # the confidence itself: 1 - threshold may differ from it in the last digit
        sure = min((line["confidence"] for line in lines if 1 - line["confidence"] <= threshold), default=1.0)
        return squad_figures(lines, unsure) | {"best_threshold": Figure(sure)} | latencies(lines)


def _ranked_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return the measures over the questions with an answer in the library, whatever the confidence."""

    def measure(key: str, pick: Any) -> dict[str, Measure]:
        answers = [pick(line) if gold_answers(line) else None for line in lines]
        if not any(answers):
            return {}
        return {
            f"{key}exact": mean_measure([answer and answer["exact_match"] for answer in answers], 100),
            f"{key}f1": mean_measure([answer and answer["f1"] for answer in answers], 100),
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
    """Return how often the first citation is inside the gold passage, and how often it overlaps a gold answer."""

    def flags(name: str) -> list[bool | None]:
        return [
            (bool(line["citation"][name]) if line["citation"][name] is not None else None)  # type: ignore[literal-required]
            if "citation" in line
            else False
            for line in lines
        ]

    answerable = [bool(gold_answers(line)) for line in lines]
    return {
        figure: mean_measure(
            [flag if has else None for flag, has in zip(flags(name), answerable, strict=True)], 100
        )
        for figure, name in (("citation_accuracy", "right"), ("citation_overlap", "overlaps"))
    }


def _retrieval_measures(lines: Sequence[Prediction]) -> dict[str, Measure]:
    """Return recall@k and MRR@10 of the gold article, over the questions with an answer in the library."""
    answerable = [bool(gold_answers(line)) for line in lines]
    ranks = [line["gold_rank"] for line in lines]

    def share(score: Any) -> Measure:
        scores = [score(rank) if rank else 0.0 for rank in ranks]
        return mean_measure([value if has else None for value, has in zip(scores, answerable, strict=True)])

    recalls = {f"recall_at_{k}": share(lambda rank, k=k: float(rank <= k)) for k in (1, 5, 20)}
    return recalls | {"mrr_at_10": share(lambda rank: 1 / rank if rank <= 10 else 0.0)}


def _read_more(opened: OpenCorpus, trials: Sequence[Trial]) -> None:
    """Add to each line the answer from the gold passage alone, and that from each number of best passages."""
    read_before = [_readings(reply) for _, reply, _ in trials]
    pairs: dict[tuple[str, str], None] = {}
    for (line, _, passages), known in zip(trials, read_before, strict=True):
        unread = [passage.text for passage in passages[: max(DEPTHS)] if passage.id not in known]
        pairs |= dict.fromkeys((line["question"], text) for text in [*unread, line["context"]])
    readings = dict(zip(pairs, opened.reader.read_pairs(list(pairs)), strict=True))
    for (line, reply, passages), known in zip(trials, read_before, strict=True):
        line["isolated"] = _isolated(line, readings[line["question"], line["context"]])
        if reply is not None:
            best = passages[: max(DEPTHS)]
            read = [known.get(passage.id) or readings[line["question"], passage.text] for passage in best]
            line["simulated"] = {str(k): _simulated(opened, line, reply, best[:k], read[:k]) for k in DEPTHS}


def _readings(reply: Reply | None) -> dict[int, Reading]:
    """Return the readings of a reply by passage id, without the passages that it left unread."""
    pairs = zip(reply.passages, reply.readings, strict=False) if reply is not None else ()
    return {passage.id: reading for passage, reading in pairs if reading.was_read}


def _isolated(line: Prediction, reading: Reading) -> IsolatedAnswer:
    text = line["context"][reading.spans[0].start : reading.spans[0].end] if reading.spans else ""
    score = score_answer(line, text)
    return IsolatedAnswer(text=text, exact_match=score.exact, f1=score.f1)


def _simulated(
    opened: OpenCorpus,
    line: Prediction,
    reply: Reply,
    passages: Sequence[RetrievedPassage],
    readings: Sequence[Reading],
) -> AlternativeAnswer:
    groups = find_answers(reply.question, passages, readings, opened.assistant.confidence) if passages else []
    if not groups:
        return alternative(line, "", 0.0)
    return alternative(line, groups[0].candidates[0].text, groups[0].confidence)
