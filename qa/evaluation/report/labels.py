"""The names of figures in a report, their meanings, and the tables they belong to."""

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
    """How a report labels and explains a figure, with how many decimals, and in which cell of which table.

    ``text`` explains the row. ``column`` is "" for the figure itself; otherwise it names the variant, such as the
    softmax score or a leg of the retriever.
    """

    label: str
    text: str
    decimals: int = SHARE
    table: str = OTHER
    row: str = ""
    column: str = ""


PARTS = {
    "kind": "kind of question",
    "question_word": "question word",
    "answer_length": "words of the answer",
    "passage_length": "words of the passage",
    "source": "source",
}
"""The names of the breakdowns."""

ANSWERED = {
    "": (
        "all questions",
        "EM: answers equal to an expected one, ignoring case, articles and punctuation; F1: word overlap with it",
    ),
    "has_answer": ("HasAns", "questions with an answer"),
    "no_answer": ("NoAns", "questions without an answer; leaving them unanswered is right"),
    "best": ("best", "with the answer threshold that is best for these questions"),
    "top_1": ("top-1", "the first answer, whatever its confidence"),
    "top_5": ("top-5", "the best of the first five answers"),
    "isolated": ("isolated", "the reader given only the gold passage, as from a perfect retriever"),
}

FIGURES = {
    "n": Meaning("questions", "number of questions asked, over all seeds", WHOLE),
    "best_threshold": Meaning(
        "best threshold",
        "the lowest confidence (in reader mode: margin over no answer) to answer at that gives the best F1",
    ),
    "citation_accuracy": Meaning(
        "citation accuracy", "first answers quoted from the gold passage", SCORE, CITATIONS
    ),
    "citation_overlap": Meaning(
        "citation overlap", "first answers whose quote overlaps a gold answer in its passage", SCORE, CITATIONS
    ),
}

CALIBRATION = {
    "right": ("right", "share of all questions whose first answer is right (F1 of at least 0.5)"),
    "answerable": ("answerable", "share of the questions with an answer in the library"),
    "coverage": ("coverage", "share of the questions answered at the threshold"),
    "accuracy": ("accuracy", "share of the given answers that are right"),
    "ece": ("ECE", "mean gap between confidence and accuracy over 15 bins; 0 is best"),
    "least_ece": ("least ECE", "the ECE expected by chance for this many answers, even with perfect calibration"),
    "macro_ce": (
        "MacroCE",
        "mean error of the confidence, with equal weight for right and wrong answers; 0 is best",
    ),
    "brier": ("Brier", "mean squared error of the confidence; 0 is best"),
    "auroc": (
        "AUROC",
        "probability that a right answer has a higher confidence than a wrong one; 0.5 is guessing",
    ),
    "aurc": ("AURC", "mean risk over all coverages; 0 is best"),
}
COVERAGE = "share of the questions{0} that can be answered with {1}% of the answers right"

LabelMaker = Callable[[re.Match[str]], Meaning]


def _answer(match: re.Match[str]) -> Meaning:
    part, depth, figure = match[1] or "", match[2], "F1" if match[3] == "f1" else "EM"
    if depth:
        read = "the best passage" if depth == "1" else f"the {depth} best passages"
        row, text = f"top-1 of {depth}", f"if the reader got only {read}"
        return Meaning(f"top-1 {figure} of {depth}", text, SCORE, ANSWERS, row, figure)
    row, text = ANSWERED[part]
    return Meaning(f"{row} {figure}" if part else figure, text, SCORE, ANSWERS, row, figure)


def _latency(match: re.Match[str]) -> Meaning:
    stage, percent = match[1], match[2]
    whole = stage == "latency"
    text = f"{'the whole question' if whole else 'this stage'}: half take at most p50, 95% at most p95"
    row = "whole question" if whole else stage
    label = f"{'latency' if whole else stage} p{percent}, ms"
    return Meaning(label, text, WHOLE, LATENCY, row, f"p{percent}")


def _coverage(match: re.Match[str]) -> Meaning:
    only_answerable = bool(match[1])
    label = f"{'answerable: ' * only_answerable}coverage at {match[2]}%"
    return Meaning(label, COVERAGE.format(" with an answer" * only_answerable, match[2]), SHARE, CONFIDENCE)


def _ranking(label: str, text: str) -> LabelMaker:
    return lambda match: Meaning(label.format(match[1]), text.format(match[1]), SHARE, RETRIEVAL)


PATTERNS: tuple[tuple[str, LabelMaker], ...] = (
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
    """Return the label and the explanation of a figure; an unknown figure is labelled with its own name."""
    label = _find(name) or Meaning(name.replace("_", " "), "")
    return label if label.row else replace(label, row=label.label)


def headline(mode: str) -> tuple[str, ...]:
    """Return the names of the main figures of a mode."""
    return HEADLINES.get(mode, ("f1", "exact_match"))


def _find(name: str) -> Meaning | None:
    if name in FIGURES:
        return FIGURES[name]
    if words := CALIBRATION.get(name):
        return Meaning(*words, SHARE, CONFIDENCE)
    for pattern, make in PATTERNS:
        if match := re.fullmatch(pattern, name):
            return make(match)
    for prefix in PREFIXES:
        if name.startswith(f"{prefix}_") and (rest := _find(name.removeprefix(f"{prefix}_"))):
            column = prefix.replace("_", " ")
            return replace(rest, label=f"{column}: {rest.label}", row=rest.row or rest.label, column=column)
    return None
