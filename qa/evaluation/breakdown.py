"""A run's questions in parts: by question word, length of the answer and of the passage, and source."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from qa.evaluation.metrics.figures import Integers
from qa.evaluation.predictions import Prediction, golds_of

__all__ = ["answer_length", "parts_of", "passage_length", "question_word"]

QUESTION_WORD = re.compile(r"\b(how (?:many|much)|how|who|what|when|where|which|why)\b|\bwhom\b|\bwhose\b")
OTHER, NONE = "other", "no answer"


def parts_of(lines: Sequence[Prediction]) -> dict[str, dict[str, Integers]]:
    """Return for each kind of breakdown its parts, each with the numbers of its lines; sources by their name."""
    return {kind: _parts([part(line) for line in lines], order) for kind, (part, order) in KINDS.items()}


def question_word(line: Prediction) -> str:
    """Return the first word that asks: ``who`` (also whom, whose), ``how many`` (also how much), ...; or other."""
    found = QUESTION_WORD.search(" ".join(line["question"].lower().split()))
    if not found:
        return OTHER
    return {"how much": "how many", "whom": "who", "whose": "who"}.get(found[0], found[0])


def answer_length(line: Prediction) -> str:
    """Return the words of the shortest expected answer, in steps; ``no answer`` where there is none."""
    golds = golds_of(line)
    return _step(min(len(gold.split()) for gold in golds), (1, 2, 5, 10)) if golds else NONE


def passage_length(line: Prediction) -> str:
    """Return the words of the gold passage, in steps."""
    return _step(line["passage_words"], (50, 100, 150, 200))


def source(line: Prediction) -> str:
    """Return the title, or the data set."""
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
    return {name: np.array(found) for name, found in rows.items() if found}


KINDS: dict[str, tuple[Callable[[Prediction], str], Sequence[str]]] = {
    "question_word": (
        question_word,
        ("who", "what", "when", "where", "which", "why", "how", "how many", OTHER),
    ),
    "answer_length": (answer_length, (*_steps((1, 2, 5, 10)), NONE)),
    "passage_length": (passage_length, _steps((50, 100, 150, 200))),
    "source": (source, ()),
}
