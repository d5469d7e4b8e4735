"""The wrong answers of a run: the kind of each error, and what a person needs to understand it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from qa.evaluation.breakdown import question_word
from qa.evaluation.predictions import Prediction, gold_answers

__all__ = ["EXPLANATIONS", "RANKED", "ErrorKind", "error_kind", "final_rank", "wrong_answers"]

ErrorKind = Literal[
    "not retrieved", "wrong passage", "wrong span", "boundary", "should have abstained", "should have answered"
]

EXPLANATIONS: Mapping[ErrorKind, str] = {
    "not retrieved": "the reader did not get the gold passage",
    "wrong passage": "the reader got the gold passage, but quoted another one",
    "wrong span": "the right passage, but a quote that does not overlap the answer",
    "boundary": "the right place, but too much or too little of it; with an F1 of at least 0.5 it counts as right",
    "should have abstained": "answered, although nothing in the library answers the question",
    "should have answered": "not answered, although the answer is in the library",
}

MAX_SHOWN = 200  # of each kind
CONTEXT = 400  # characters shown around the marks
RANKED = 5  # the lowest rank at which the gold passage counts as found, in mode retrieval

FINAL = "final"
PLAIN, QUOTED, EXPECTED = 0, 1, 2  # a mark may be both: 3
Piece = tuple[str, int]
Stretch = Sequence[int]


def error_kind(line: Prediction, passages_read: int | None = None) -> ErrorKind | None:
    """Return what is wrong with an answer, or None if it is right.

    :param passages_read: how many of the retrieved passages the reader got, if that is known.
    """
    if "answer" not in line:
        rank = final_rank(line)
        return "not retrieved" if gold_answers(line) and (rank is None or rank > RANKED) else None
    has_answer = bool(gold_answers(line))
    if not line["answered"]:
        return "should have answered" if has_answer else None
    if not has_answer:
        return "should have abstained" if line["answer"] else None
    return None if line["exact_match"] else _answer_error(line, passages_read)


def final_rank(line: Prediction) -> int | None:
    """Return the rank of the gold passage in the ranking that the reader gets, or None if it is not in it."""
    return line["ranks"].get(FINAL) if "ranks" in line else line.get("gold_rank")


def wrong_answers(
    lines: Iterable[Prediction], passages_read: int | None = None, most: int = MAX_SHOWN
) -> tuple[list[dict[str, Any]], Counter[ErrorKind]]:
    """Return the wrong answers, the most confident first, and how many there are of each kind.

    At most ``most`` of each kind are returned: the most confident. All values are plain, ready for JSON. Passages
    are cut into pieces, each with its mark (1: quoted, 2: expected, 3: both), so that the page needs no offsets.
    """
    wrong = [(kind, line) for line in lines if (kind := error_kind(line, passages_read))]
    wrong.sort(key=lambda error: -(_confidence(error[1]) or 0.0))
    counts: Counter[ErrorKind] = Counter()
    shown = []
    for kind, line in wrong:
        counts[kind] += 1
        if counts[kind] <= most:
            shown.append(_shown(kind, line))
    return shown, counts


def _answer_error(line: Prediction, passages_read: int | None) -> ErrorKind:
    citation = line.get("citation")
    if line["correct"] or (citation["overlaps"] if citation else line["f1"] > 0):
        return "boundary"
    if citation is None or citation["right"]:
        return "wrong span"
    rank = line.get("gold_rank")
    missed = rank is None or (passages_read is not None and rank > passages_read)
    return "not retrieved" if missed else "wrong passage"


def _confidence(line: Prediction) -> float | None:
    return line.get("confidence", line.get("softmax"))


def _shown(kind: ErrorKind, line: Prediction) -> dict[str, Any]:
    record: dict[str, Any] = {
        "kind": kind,
        "id": line["id"],
        "question": line["question"],
        "word": question_word(line),
        "source": line["source"],
        "gold": list(dict.fromkeys(line["gold"])),
        "in_library": line.get("in_library", True),
        "rank": final_rank(line),
    }
    if "answer" in line:
        record |= {
            "answer": line["answer"],
            "answered": line["answered"],
            "sure": _confidence(line),
            "score": "sure" if "confidence" in line else "softmax score",
            "f1": round(line["f1"], 3),
            "others": [[answer["text"], answer["confidence"]] for answer in line.get("alternatives", [])[1:]],
        }
    return record | _passages(line)


def _passages(line: Prediction) -> dict[str, Any]:
    """Return the quoted passage and the one that holds the answer, as one if they are the same."""
    context, citation, expected = line.get("context", ""), line.get("citation"), line.get("gold_spans", [])
    if citation is None:
        return (
            {"gold_passage": _pieces(context, _place(context, line.get("answer", "")), expected)}
            if context
            else {}
        )
    text, offset = citation["passage"]["text"], citation["passage"]["start"]
    quoted = [[citation["start"] - offset, citation["end"] - offset]]
    cited = {"title": citation["title"], "start": citation["start"], "end": citation["end"]}
    if text == context:
        return {"cited": cited | {"passage": _pieces(text, quoted, expected)}}
    both = {"cited": cited | {"passage": _pieces(text, quoted, [])}}
    return both | ({"gold_passage": _pieces(context, [], expected)} if context else {})


def _place(context: str, answer: str) -> list[Stretch]:
    """Return the first place of an answer of which only the text is known."""
    start = context.find(answer) if answer else -1
    return [] if start < 0 else [[start, start + len(answer)]]


def _pieces(text: str, quoted: Sequence[Stretch], expected: Sequence[Stretch]) -> list[Piece]:
    if not text:
        return []
    marked = [(stretch, QUOTED) for stretch in quoted] + [(stretch, EXPECTED) for stretch in expected]
    offsets = [offset for (start, end), _ in marked for offset in (start, end)]
    low, high = max(0, min(offsets, default=0) - CONTEXT), min(len(text), max(offsets, default=CONTEXT) + CONTEXT)
    edges = sorted({low, high, *(offset for offset in offsets if low < offset < high)})
    pieces = [(text[start:end], _mark(start, end, marked)) for start, end in pairwise(edges) if start < end]
    before, after = [("… ", PLAIN)] * (low > 0), [(" …", PLAIN)] * (high < len(text))
    return [*before, *pieces, *after]


def _mark(start: int, end: int, marked: Iterable[tuple[Stretch, int]]) -> int:
    mark = PLAIN
    for (first, last), kind in marked:
        mark |= kind if first <= start and end <= last else PLAIN
    return mark
