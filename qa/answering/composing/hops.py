"""Answers in two steps: "Who keeps goal at the club that Sarl joined?".

What is described is asked for first, and its answer put in the place of the description. Both quotes are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from qa.english.descriptions import find_description
from qa.types import Answer, Citation

__all__ = ["Hops", "two_hops"]


@dataclass(frozen=True, slots=True)
class Hops:
    """The second question, its answer, and the quotes of both.

    The confidence of the answer is that both are right.
    """

    question: str
    answer: Answer
    quotes: tuple[Citation, Citation]


def two_hops(question: str, ask: Callable[[str], Answer | None]) -> Hops | None:
    """Answer a question in two steps, if it describes something and both steps have an answer.

    :param ask: returns the answer to a question, or None if it is not sure enough.
    """
    description = find_description(question)
    first = ask(description.question) if description else None
    if description is None or first is None:
        return None
    named = description.replaced(question, " ".join(first.text.split()))
    second = ask(named)
    if second is None:
        return None
    answer = replace(second, confidence=first.confidence * second.confidence)
    return Hops(named, answer, (first.citations[0], second.citations[0]))
