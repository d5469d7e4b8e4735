"""Splits the questions of a run by kind, question word, answer length, passage length, and source."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from qa.evaluation.metrics.figures import Integers
from qa.evaluation.predictions import Prediction, gold_answers

__all__ = ["answer_length", "break_down", "kind", "passage_length", "question_word"]

QUESTION_WORD = re.compile(r"\b(how (?:many|much)|how|who|what|when|where|which|why)\b|\bwhom\b|\bwhose\b")
OTHER, NONE = "other", "no answer"
NO_KIND = ""


def break_down(lines: Sequence[Prediction]) -> dict[str, dict[str, Integers]]:
    """Return the parts of each breakdown, each with the indices of its lines; kinds and sources sorted by name.

    There is no breakdown by kind if the data names none.
    """
    parts = {name: _parts([part(line) for line in lines], order) for name, (part, order) in BREAKDOWNS.items()}
    return {name: of_name for name, of_name in parts.items() if set(of_name) != {NO_KIND}}


def kind(line: Prediction) -> str:
    """Return what the question tests, as its data says."""
    return line.get("kind", NO_KIND)


def question_word(line: Prediction) -> str:
    """Return the first question word: ``who`` (or whom, whose), ``how many`` (or how much), ..., or ``other``."""
    match = QUESTION_WORD.search(" ".join(line["question"].lower().split()))
    if not match:
        return OTHER
    return {"how much": "how many", "whom": "who", "whose": "who"}.get(match[0], match[0])


def answer_length(line: Prediction) -> str:
    """Return the range of the number of words of the shortest gold answer; ``no answer`` if there is none."""
    golds = gold_answers(line)
    return _step(min(len(gold.split()) for gold in golds), (1, 2, 5, 10)) if golds else NONE


def passage_length(line: Prediction) -> str:
    """Return the range of the number of words of the gold passage."""
    return _step(line["passage_words"], (50, 100, 150, 200))


def source(line: Prediction) -> str:
    """Return the title or, without one, the name of the data set."""
    return line["source"]


def _step(number: int, ends: Sequence[int]) -> str:
    low = 0
    for end in ends:
        if number <= end:
            return str(end) if end - low == 1 else f"{low + 1} to {end}"
        low = end
    return f"over {low}"


def _steps(ends: Sequence[int]) -> list[str]:
    return [_step(end, ends) for end in (*ends, ends[-1] + 1)]


def _parts(names: Sequence[str], order: Sequence[str]) -> dict[str, Integers]:
    rows: dict[str, list[int]] = {name: [] for name in order} or {name: [] for name in sorted(set(names))}
    for row, name in enumerate(names):
        rows[name].append(row)
    return {name: np.array(numbers) for name, numbers in rows.items() if numbers}


BREAKDOWNS: dict[str, tuple[Callable[[Prediction], str], Sequence[str]]] = {
    "kind": (kind, ()),
    "question_word": (
        question_word,
        ("who", "what", "when", "where", "which", "why", "how", "how many", OTHER),
    ),
    "answer_length": (answer_length, (*_steps((1, 2, 5, 10)), NONE)),
    "passage_length": (passage_length, _steps((50, 100, 150, 200))),
    "source": (source, ()),
}
