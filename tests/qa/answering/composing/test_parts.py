from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from qa.answering.answers import AnswerGroup, Candidate
from qa.answering.composing.parts import find_parts
from qa.reader.specialist import Specialist
from qa.types import Span
from tests.qa.answering.test_answers import found

BANKS = "Funds were set up by the Savings Bank, the diocese of Hallam and the Football Club."
PAIR = "Osk was flooded on Monday. So was Vela, the county said."


def group(text: str, quote: str, rank: float = 1.0, article: str = "a") -> AnswerGroup:
    start = 10 + text.index(quote)
    candidate = Candidate(article, start, start + len(quote), quote, found(article, 10, text), {}, rank)
    return AnswerGroup((candidate,), {}, 0.8)


def names(question: str, *groups: AnswerGroup) -> list[str]:
    return [part.text for part in find_parts(question, groups)]


@pytest.mark.parametrize("quote", ["the Savings Bank", "the diocese of Hallam", "the Football Club"])
def test_a_sentence_that_names_three_gives_all_three(quote: str) -> None:
    expected = ["the Savings Bank", "the diocese of Hallam", "the Football Club"]
    assert names("Who set up funds?", group(BANKS, quote)) == expected


def test_parts_are_slices_of_their_passage() -> None:
    for part in find_parts("Who set up funds?", [group(BANKS, "the Savings Bank")]):
        assert BANKS[part.start - 10 : part.end - 10] == part.text


def test_a_question_for_one_thing_has_no_parts() -> None:
    assert names("Who is the mayor?", group(BANKS, "the Savings Bank")) == []
    assert names("When was it?", group(BANKS, "the Savings Bank")) == []
    assert names("Who set up funds?") == []


def test_further_spans_count_only_if_several_are_asked_for() -> None:
    spans = group(PAIR, "Vela", 2.0), group(PAIR, "Osk", 1.5)
    assert names("Which towns were flooded?", *spans) == ["Osk", "Vela"]
    assert names("Who was flooded?", *spans) == []


def test_a_series_is_not_extended_by_further_spans() -> None:
    spans = group("Vela and Osk were flooded.", "Vela", 2.0), group("Rain fell on Lumen.", "Lumen", 1.9, "b")
    assert names("Which towns were flooded?", *spans) == ["Vela", "Osk"]
    assert names("Which three towns were flooded?", *spans) == ["Vela", "Osk", "Lumen"]


def test_spans_far_below_the_best_do_not_count() -> None:
    assert names("Which towns were flooded?", group(PAIR, "Vela", 9.0), group(PAIR, "Osk", 1.0)) == []


def test_the_same_thing_in_two_articles_is_one_part() -> None:
    other = "The flood reached the town of Vela."
    spans = group(PAIR, "Vela", 2.0), group(other, "the town of Vela", 1.9, "b"), group(PAIR, "Osk", 1.8)
    assert names("Which towns were flooded?", *spans) == ["Osk", "Vela"]


def test_no_more_parts_than_asked_for() -> None:
    assert len(names("Which two bodies set up funds?", group(BANKS, "the Savings Bank"))) == 2


class Tagger(Specialist):
    """Tags every town."""

    def tag(self, question: str, passages: Sequence[str]) -> list[tuple[Span, ...]]:
        towns = re.compile("Osk|Vela|Lumen")
        return [tuple(Span(*match.span(), 1.0) for match in towns.finditer(text)) for text in passages]


def tagged(question: str, *groups: AnswerGroup) -> list[str]:
    return [part.text for part in find_parts(question, groups, Tagger())]


def test_what_the_specialist_tags_are_the_parts() -> None:
    text = "Vela saw the flood come. Later it was Osk, too, and in the end Lumen."
    assert tagged("Which towns were flooded?", group(text, "Vela")) == ["Vela", "Osk", "Lumen"]
    assert tagged("How many towns were flooded?", group(text, "Vela")) == []


def test_what_the_question_names_is_no_part() -> None:
    text = "The flood came to Vela. Later it reached Osk. It stopped at Lumen."
    assert tagged("Which towns besides Vela were flooded?", group(text, "Osk")) == ["Osk", "Lumen"]


def test_the_passages_of_answers_nearly_as_good_are_tagged_too() -> None:
    near, far = group("Rain fell on Lumen.", "Lumen", 1.9, "b"), group("Snow fell on Osk.", "Osk", -5.0, "c")
    assert tagged("Which towns were flooded?", group("Vela was flooded.", "Vela", 2.0), near, far) == [
        "Vela",
        "Lumen",
    ]


def test_where_it_tags_one_thing_the_series_counts() -> None:
    assert len(tagged("Who set up funds?", group(BANKS, "the Savings Bank"))) == 3
