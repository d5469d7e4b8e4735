"""Judge replies to dated news that are composed of several quotes: lists, verdicts, reasons and digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.evaluation.metrics.several_spans import exact_scores, overlap_scores
from qa.evaluation.metrics.squad import is_correct, normalize
from qa.types import Reply

__all__ = ["composed_figures", "finds_evidence", "gives_verdict", "is_whole_reason", "names_all_parts", "says"]

Fields = Mapping[str, Any]
Asked = tuple[Fields, Reply]
ENOUGH = 0.5
"""The share of the evidence that a digest must quote to count as right; the exact share is reported, too."""


def names_all_parts(fields: Fields, reply: Reply) -> bool:
    """Whether the parts of the best answer are those expected: all of them, and nothing else."""
    scores = exact_scores([_parts(reply)], [fields["parts"]])
    return scores.precision == scores.recall == 100


def gives_verdict(fields: Fields, reply: Reply) -> bool:
    """Whether the reply says yes or no, and rightly."""
    verdict = reply.answer.verdict if reply.answer else ""
    return verdict != "" and verdict == fields["verdict"]


def is_whole_reason(fields: Fields, reply: Reply) -> bool:
    """Whether the best answer is right and complete: it holds all that a complete one must contain."""
    text = normalize(reply.answers[0].text) if reply.answers else ""
    is_right = is_correct(text, fields["answers"]) or any(normalize(one) in text for one in fields["answers"])
    return is_right and all(normalize(words) in text for words in fields["contains"])


def finds_evidence(fields: Fields, reply: Reply) -> bool:
    """Whether the reply quotes enough of the evidence."""
    found, expected = _evidence(fields, reply)
    return found >= ENOUGH * expected


def composed_figures(asked: Sequence[Asked]) -> Iterator[str]:
    """Yield the figures of each kind of composed reply, a line each.

    :param asked: the fields of the questions, and the replies.
    """
    by_kind: dict[str, list[Asked]] = {}
    for one in asked:
        by_kind.setdefault(one[0]["kind"], []).append(one)
    if lists := by_kind.get("list"):
        parts = [_parts(reply) for _, reply in lists], [fields["parts"] for fields, _ in lists]
        exact, overlap = exact_scores(*parts), overlap_scores(*parts)
        yield f"lists: exact-match F1 {exact.f1:.1f}, overlap F1 {overlap.f1:.1f}"
    if verdicts := by_kind.get("yes_no"):
        given = [one for one in verdicts if one[1].answer and one[1].answer.verdict]
        right = sum(gives_verdict(*one) for one in given)
        quoted = sum(_quotes_evidence(*one) for one in verdicts if one[0]["evidence"])
        decided = sum(bool(one[0]["evidence"]) for one in verdicts)
        yield (
            f"verdicts: given to {len(given)} of {len(verdicts)}, right in {right} of those; "
            f"deciding sentence quoted in {quoted} of {decided}"
        )
    for kind, what in (("open", "open questions"), ("two_hop", "two hops")):
        if some := by_kind.get(kind):
            found, expected = map(sum, zip(*(_evidence(*one) for one in some), strict=True))
            yield f"{what}: {found / expected:.1%} of {expected} evidence sentences quoted"


def _parts(reply: Reply) -> list[str]:
    """Return the parts that the best answer names, whether it is sure enough or not."""
    if not reply.answers:
        return [quote.quote for quote in reply.quotes] if reply.answered_by_quotes else []
    best = reply.answers[0]
    return [part.quote for part in best.parts] or [best.short]


def _evidence(fields: Fields, reply: Reply) -> tuple[int, int]:
    """Return how many of the evidence sentences the reply quotes, and how many there are."""
    citations = [*reply.quotes, *(reply.answers[0].citations if reply.answers else ())]
    quoted = [citation.sentence for citation in citations]
    found = sum(any(says(quote, sentence) for quote in quoted) for sentence in fields["evidence"])
    return found, len(fields["evidence"])


def says(quote: str, sentence: str) -> bool:
    """Whether a quote is a sentence of the evidence, or one holds the other."""
    one, other = normalize(quote), normalize(sentence)
    return one != "" and (one in other or other in one)


def _quotes_evidence(fields: Fields, reply: Reply) -> bool:
    return _evidence(fields, reply)[0] > 0
