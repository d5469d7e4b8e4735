"""A run in words: how many questions were answered right, how many refused, and which kinds fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.evaluation.breakdown import break_down
from qa.evaluation.metrics.figures import Integers
from qa.evaluation.predictions import Prediction, gold_answers

__all__ = ["summarize"]

DEPTHS = (1, 5, 20)
FOUND = 5
"""In retrieval mode, a question fails unless a relevant article is among so many."""
LEAST_QUESTIONS = 3
"""A kind with fewer questions is not named: one failure says nothing about a kind."""
MOST_KINDS = 3


def summarize(lines: Sequence[Prediction]) -> list[str]:
    """Return four lines of text: three counts of what became of the questions, and the kinds that fail most.

    :param lines: those of a run.
    """
    if not lines:
        return ["No question was asked"]
    if "ranks" in lines[0]:
        findable = [line for line in lines if line["ranks"]]
        return [
            *(_found_text(findable, depth) for depth in DEPTHS),
            _weak_text(findable, [_is_found(line) for line in findable]),
        ]
    return [*_answer_texts(lines), _weak_text(lines, [_is_success(line) for line in lines])]


def _answer_texts(lines: Sequence[Prediction]) -> list[str]:
    with_answer = [line for line in lines if gold_answers(line)]
    without = [line for line in lines if not gold_answers(line)]
    given = [line for line in lines if line["answered"]]
    right = sum(map(_is_success, with_answer))
    refused = sum(not line["answered"] for line in with_answer)
    rightly = sum(map(_is_success, without))
    wrong = len(with_answer) - right - refused
    return [
        f"Answered right: {_share(right, with_answer)} of the questions that the articles answer; "
        f"{wrong:,} wrong, {refused:,} refused"
        if with_answer
        else "Answered right: no question, as the articles answer none of them",
        f"Refused rightly: {_share(rightly, without)} of the questions that they do not answer"
        if without
        else "Refused rightly: no question, as the articles answer all of them",
        f"Right when it answers: {_share(right, given)} of the answers"
        if given
        else "Right when it answers: it answered no question",
    ]


def _found_text(lines: Sequence[Prediction], depth: int) -> str:
    """Return for how many questions that some article answers the retriever found such an article."""
    where = "first" if depth == 1 else f"among the first {depth}"
    if not lines:
        return f"Found {where}: no question, as the articles answer none of them"
    found = sum(_is_found(line, depth) for line in lines)
    return f"Found {where}: {_share(found, lines)} of the questions that the articles answer"


def _weak_text(lines: Sequence[Prediction], successes: Sequence[bool]) -> str:
    """Return the kinds of questions with the largest shares of failures, or the question words without kinds."""
    if all(successes):
        return f"Fails most on: nothing{', all is right' if lines else ''}"
    breakdowns = break_down(lines)
    kinds = breakdowns.get("kind", breakdowns["question_word"])
    weak = sorted(_failures(kinds, successes).items(), key=lambda item: -item[1][0] / item[1][1])
    named = ", ".join(f"{kind} ({failed:,} of {asked:,})" for kind, (failed, asked) in weak[:MOST_KINDS])
    return f"Fails most on: {named or 'no kind of question in particular'}"


def _failures(kinds: Mapping[str, Integers], successes: Sequence[bool]) -> dict[str, tuple[int, int]]:
    """Return the failures and the questions of each kind that has failures, and enough questions."""
    counted = {kind: (sum(not successes[row] for row in rows), len(rows)) for kind, rows in kinds.items() if kind}
    return {
        kind: (failed, asked) for kind, (failed, asked) in counted.items() if failed and asked >= LEAST_QUESTIONS
    }


def _is_success(line: Prediction) -> bool:
    """Whether a question was answered right, or refused because nothing answers it."""
    return line["answered"] and line["correct"] if gold_answers(line) else not line["answered"]


def _is_found(line: Prediction, depth: int = FOUND) -> bool:
    rank = line["ranks"].get("final")
    return rank is not None and rank <= depth


def _share(number: int, items: Sequence[object]) -> str:
    """Return a number of items with its percentage: "75% (3 of 4)"."""
    return f"{number / len(items):.0%} ({number:,} of {len(items):,})"
