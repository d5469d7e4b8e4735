"""What the figures of a run are called, what they mean, and where in a report they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

__all__ = ["ANSWERS", "CONFIDENCE", "LATENCY", "PARTS", "RETRIEVAL", "Meaning", "headline", "meaning"]

SCORE, SHARE, WHOLE = 1, 3, 0  # decimals

ANSWERS, CITATIONS, RETRIEVAL = "Answers, 0 to 100", "Citations, %", "Retrieval, 0 to 1"
CONFIDENCE, LATENCY, OTHER = "Confidence, 0 to 1", "Latency, ms", "Other"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure's name for a reader, what it says, with how many decimals it is written, and its place.

    It stands in the ``table`` in the row that ``text`` explains and in the ``column``, which is "" for the figure
    itself and names what it is put beside otherwise: the softmax score, a leg of the retriever.
    """

    label: str
    text: str
    decimals: int = SHARE
    table: str = OTHER
    row: str = ""
    column: str = ""


PARTS = {
    "question_word": "question word",
    "answer_length": "words of the answer",
    "passage_length": "words of the passage",
    "source": "source",
}
"""What the kinds of a breakdown are called."""

ANSWERED = {
    "": (
        "all questions",
        "EM: answers equal to an expected one, up to case, articles and punctuation; F1: words shared with it",
    ),
    "has_answer": ("HasAns", "the questions with an answer"),
    "no_answer": ("NoAns", "the questions without one, which are right when left unanswered"),
    "best": ("best", "with the threshold for answering that suits these questions best"),
    "top_1": ("top-1", "the first answer, whether sure enough or not"),
    "top_5": ("top-5", "the best of the first five answers"),
    "isolated": ("isolated", "the reader on the gold passage alone: what a perfect retriever would give"),
}

FIGURES = {
    "n": Meaning("questions", "how many were asked, each seed's counted", WHOLE),
    "best_threshold": Meaning(
        "best threshold",
        "the least confidence (in reader mode: margin over no answer) to answer at for the best F1",
    ),
    "citation_accuracy": Meaning(
        "citation accuracy", "first answers quoted from the gold passage", SCORE, CITATIONS
    ),
    "citation_overlap": Meaning(
        "citation overlap", "first answers quoted at the very place of a gold answer", SCORE, CITATIONS
    ),
}

CALIBRATION = {
    "right": ("right", "share of all questions whose first answer is right (F1 of at least 0.5)"),
    "answerable": ("answerable", "share of the questions with an answer in the library"),
    "coverage": ("coverage", "share of the questions that are answered at the threshold"),
    "accuracy": ("accuracy", "share of the given answers that is right"),
    "ece": ("ECE", "mean gap between confidence and accuracy over 15 bins; 0 is best"),
    "least_ece": ("least ECE", "the ECE that chance alone would give so few answers"),
    "macro_ce": ("MacroCE", "mean error of the confidence, right and wrong answers counted alike; 0 is best"),
    "brier": ("Brier", "mean squared error of the confidence; 0 is best"),
    "auroc": ("AUROC", "chance that a right answer is surer than a wrong one; 0.5 is guessing"),
    "aurc": ("AURC", "mean risk over all coverages; 0 is best"),
}
COVERAGE = "share of the questions{0} that can be answered with {1}% of the answers right"

Maker = Callable[[re.Match[str]], Meaning]


def _answer(found: re.Match[str]) -> Meaning:
    part, depth, figure = found[1] or "", found[2], "F1" if found[3] == "f1" else "EM"
    if depth:
        read = "the best passage was" if depth == "1" else f"the {depth} best passages were"
        row, text = f"top-1 of {depth}", f"if only {read} read"
        return Meaning(f"top-1 {figure} of {depth}", text, SCORE, ANSWERS, row, figure)
    row, text = ANSWERED[part]
    return Meaning(f"{row} {figure}" if part else figure, text, SCORE, ANSWERS, row, figure)


def _latency(found: re.Match[str]) -> Meaning:
    stage, percent = found[1], found[2]
    whole = stage == "latency"
    text = f"{'the whole question' if whole else 'this stage of it'}, half within p50 and 95% within p95"
    row = "whole question" if whole else stage
    label = f"{'latency' if whole else stage} p{percent}, ms"
    return Meaning(label, text, WHOLE, LATENCY, row, f"p{percent}")


def _coverage(found: re.Match[str]) -> Meaning:
    some = bool(found[1])
    label = f"{'answerable: ' * some}coverage at {found[2]}%"
    return Meaning(label, COVERAGE.format(" with an answer" * some, found[2]), SHARE, CONFIDENCE)


def _ranking(label: str, text: str) -> Maker:
    return lambda found: Meaning(label.format(found[1]), text.format(found[1]), SHARE, RETRIEVAL)


PATTERNS: tuple[tuple[str, Maker], ...] = (
    (rf"(?:({'|'.join(filter(None, ANSWERED))})_)?(?:top_1_of_(\d+)_)?(exact_match|exact|f1)", _answer),
    (r"(\w+)_p(\d+)_ms", _latency),
    (r"(answerable_)?coverage_at_(\d+)", _coverage),
    (r"recall_at_(\d+)", _ranking("recall@{0}", "share of gold passages among the first {0} retrieved")),
    (r"mrr_at_(\d+)", _ranking("MRR@{0}", "mean of 1 / rank of the gold passage, 0 beyond {0}")),
    (r"ndcg_at_(\d+)", _ranking("nDCG@{0}", "discounted gain of the first {0}, as a share of the best order's")),
)

PREFIXES = ("softmax_alone", "softmax", "lexical", "dense", "fused")

HEADLINES = {
    "reader": ("f1", "exact_match", "best_f1", "has_answer_f1", "no_answer_f1"),
    "retrieval": ("recall_at_1", "recall_at_5", "recall_at_20", "mrr_at_10"),
    "open": ("f1", "exact_match", "citation_accuracy", "recall_at_5", "coverage", "accuracy"),
    "confidence": ("coverage_at_80", "coverage_at_90", "aurc", "ece", "macro_ce", "auroc"),
}


def meaning(name: str) -> Meaning:
    """Return what a figure is called and says; one that is not known has its own name."""
    found = _known(name) or Meaning(name.replace("_", " "), "")
    return found if found.row else replace(found, row=found.label)


def headline(mode: str) -> tuple[str, ...]:
    """Return the names of the figures that a mode is about."""
    return HEADLINES.get(mode, ("f1", "exact_match"))


def _known(name: str) -> Meaning | None:
    if told := FIGURES.get(name):
        return told
    if words := CALIBRATION.get(name):
        return Meaning(*words, SHARE, CONFIDENCE)
    for pattern, make in PATTERNS:
        if found := re.fullmatch(pattern, name):
            return make(found)
    for prefix in PREFIXES:
        if name.startswith(f"{prefix}_") and (rest := _known(name.removeprefix(f"{prefix}_"))):
            column = prefix.replace("_", " ")
            return replace(rest, label=f"{column}: {rest.label}", row=rest.row or rest.label, column=column)
    return None
