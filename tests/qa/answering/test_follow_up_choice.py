from __future__ import annotations

from collections.abc import Sequence

from qa.answering.confidence import ConfidenceModel
from qa.answering.follow_up_choice import choose_reading
from qa.follow_ups import FollowUp
from qa.types import Passage, Reading, RetrievedPassage, Span

MODEL = ConfidenceModel({"margin": 1.0}, {"margin": 1.0}, 0.0)
TEXT = "Anna Berg was born in 1970."
IN_CONTEXT = "When was she born (Who rows? Anna Berg)?"
FOLLOW_UP = FollowUp("When was Karst born?", "a", IN_CONTEXT, "Anna Berg")


def choose(margins: dict[str, float], spans: dict[str, str] | None = None, *, found: bool = True) -> str:
    """Return how the follow-up question is read, if the reader is as sure as ``margins`` say of each way."""

    def retrieve(question: str) -> list[RetrievedPassage]:
        passage = Passage("a", 0, len(TEXT))
        return [RetrievedPassage(passage, 1, TEXT, "", 1.0, 1.0, 1.0, 1.0)] if found else []

    def read(question: str, passages: Sequence[RetrievedPassage]) -> list[Reading]:
        answer = (spans or {}).get(question, "1970")
        start = TEXT.index(answer)
        return [Reading((Span(start, start + len(answer), margins.get(question, 0.0)),), 0.0) for _ in passages]

    return choose_reading(FOLLOW_UP, retrieve, read, MODEL).read_as


def test_the_surest_way_to_read_a_question_is_chosen() -> None:
    assert choose({IN_CONTEXT: 2.0}) == IN_CONTEXT


def test_the_rewritten_question_is_chosen_if_no_other_is_clearly_surer() -> None:
    assert choose({}) == FOLLOW_UP.read_as
    assert choose({IN_CONTEXT: 0.2}) == FOLLOW_UP.read_as


def test_the_answer_before_does_not_count() -> None:
    assert choose({IN_CONTEXT: 5.0}, {IN_CONTEXT: "Anna Berg"}) == FOLLOW_UP.read_as


def test_without_passages_the_rewritten_question_is_read() -> None:
    assert choose({IN_CONTEXT: 5.0}, found=False) == FOLLOW_UP.read_as
