"""What the figures of a run are called, and what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["HEADLINES", "Meaning", "headline", "meaning"]

SCORE, SHARE, WHOLE = 1, 3, 0  # decimals


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure's name for a reader, what it says, and with how many decimals it is written."""

    label: str
    text: str
    decimals: int = SHARE


FIGURES = {
    "n": Meaning("questions", "how many were asked, each seed's counted", WHOLE),
    "exact_match": Meaning(
        "EM", "answers equal to an expected one, up to case, articles and punctuation, %", SCORE
    ),
    "f1": Meaning(
        "F1", "words shared with the best expected answer, harmonic mean of precision and recall, %", SCORE
    ),
    "has_answer_exact": Meaning("HasAns EM", "EM of the questions with an answer", SCORE),
    "has_answer_f1": Meaning("HasAns F1", "F1 of the questions with an answer", SCORE),
    "no_answer_exact": Meaning("NoAns EM", "questions without an answer that were left unanswered, %", SCORE),
    "no_answer_f1": Meaning("NoAns F1", "the same", SCORE),
    "best_exact": Meaning("best EM", "EM with the best threshold for answering", SCORE),
    "best_f1": Meaning("best F1", "F1 with the best threshold for answering", SCORE),
    "best_threshold": Meaning("best threshold", "the threshold that gives the best F1"),
    "top_1_exact": Meaning("top-1 EM", "EM of the first answer, whether sure enough or not", SCORE),
    "top_1_f1": Meaning("top-1 F1", "F1 of the first answer, whether sure enough or not", SCORE),
    "top_5_exact": Meaning("top-5 EM", "the best EM among the five first answers", SCORE),
    "top_5_f1": Meaning("top-5 F1", "the best F1 among the five first answers", SCORE),
    "isolated_exact": Meaning("isolated EM", "EM of the reader on the gold passage: a perfect retriever", SCORE),
    "isolated_f1": Meaning("isolated F1", "F1 of the reader on the gold passage: a perfect retriever", SCORE),
    "citation_accuracy": Meaning("citation accuracy", "answers quoted from the gold passage, %", SCORE),
    "citation_overlap": Meaning("citation overlap", "answers quoted at a gold answer's place, %", SCORE),
    "right": Meaning("right", "share of all questions whose first answer is right (F1 of at least 0.5)"),
    "answerable": Meaning("answerable", "share of the questions with an answer in the library"),
    "least_ece": Meaning("least ECE", "ECE that chance alone would give so few answers"),
    "coverage": Meaning("coverage", "share of the questions that are answered at the threshold"),
    "accuracy": Meaning("accuracy", "share of the given answers that is right (F1 of at least 0.5)"),
    "ece": Meaning("ECE", "mean gap between confidence and accuracy over 15 bins; 0 is best"),
    "macro_ce": Meaning(
        "MacroCE", "mean error of the confidence, right and wrong answers counted alike; 0 is best"
    ),
    "brier": Meaning("Brier", "mean squared error of the confidence; 0 is best"),
    "auroc": Meaning("AUROC", "chance that a right answer is surer than a wrong one; 0.5 is guessing"),
    "aurc": Meaning("AURC", "mean risk over all coverages; 0 is best"),
}

PATTERNS = (
    (r"top_1_of_(\d+)_exact", "top-1 EM of {0}", "EM if only the {0} best passages were read", SCORE),
    (r"top_1_of_(\d+)_f1", "top-1 F1 of {0}", "F1 if only the {0} best passages were read", SCORE),
    (r"latency_p(\d+)_ms", "p{0}", "{0}% of the questions take at most so many milliseconds", WHOLE),
    (r"(\w+)_p50_ms", "{0} p50", "the same of a stage: half of them", WHOLE),
    (r"(\w+)_p95_ms", "{0} p95", "the same of a stage: 95% of them", WHOLE),
    (r"recall_at_(\d+)", "recall@{0}", "gold passages among the first {0} retrieved", SHARE),
    (r"mrr_at_(\d+)", "MRR@{0}", "mean of 1 / rank of the gold passage, 0 beyond {0}", SHARE),
    (r"ndcg_at_(\d+)", "nDCG@{0}", "discounted gain of the first {0}, as a share of the best possible", SHARE),
    (
        r"coverage_at_(\d+)",
        "coverage at {0}%",
        "share of questions answered where {0}% of the answers are to be right",
        SHARE,
    ),
    (
        r"answerable_coverage_at_(\d+)",
        "answerable: coverage at {0}%",
        "the same, of the questions with an answer",
        SHARE,
    ),
)

PREFIXES = ("softmax", "lexical", "dense", "fused")

HEADLINES = {
    "reader": ("f1", "exact_match", "best_f1", "has_answer_f1"),
    "retrieval": ("recall_at_1", "recall_at_5", "recall_at_20", "mrr_at_10"),
    "open": ("f1", "exact_match", "citation_accuracy", "recall_at_5", "coverage", "accuracy"),
    "confidence": ("aurc", "coverage_at_80", "coverage_at_90", "ece", "macro_ce", "auroc"),
}


def meaning(name: str) -> Meaning:
    """Return what a figure is called and says; one that is not known has its own name."""
    if known := FIGURES.get(name):
        return known
    for pattern, label, text, decimals in PATTERNS:
        if found := re.fullmatch(pattern, name):
            return Meaning(label.format(found[1]), text.format(found[1]), decimals)
    for prefix in PREFIXES:
        if name.startswith(f"{prefix}_"):
            rest = meaning(name.removeprefix(f"{prefix}_"))
            return Meaning(f"{prefix}: {rest.label}", rest.text, rest.decimals)
    return Meaning(name.replace("_", " "), "")


def headline(mode: str) -> tuple[str, ...]:
    """Return the names of the figures that a mode is about."""
    return HEADLINES.get(mode, ("f1", "exact_match"))
