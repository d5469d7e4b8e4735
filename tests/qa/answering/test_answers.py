from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.answers import answer_key, find_answers, has_content
from qa.answering.confidence import ConfidenceModel
from qa.types import Passage, Reading, RetrievedPassage, Span

MODEL = ConfidenceModel({"margin": 1.0, "retrieval": 5.0}, {"rank": 0.3, "gap": 0.2, "support": 0.5}, -1.0)


def found(article: str, start: int, text: str, score: float = 0.5) -> RetrievedPassage:
    passage = Passage(article, start, start + len(text))
    return RetrievedPassage(passage, hash((article, start)), text, "", score, 0.5, 1.0, 0.5)


def span(text: str, quote: str, score: float) -> Span:
    return Span(text.index(quote), text.index(quote) + len(quote), score)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the Kyiv", "Kyiv.", True),
        ("“reckless”", "reckless", True),
        ("more than 40", "40", False),
        ("2.4", "24", False),
        ("Ⅳ", "iv", True),
        ("$", "€", False),
        ("The", "the", True),
    ],
)
def test_what_counts_as_the_same_answer(one: str, other: str, same: bool) -> None:
    assert (answer_key(one) == answer_key(other)) == same


def test_the_same_answer_in_two_places_is_one_with_more_support() -> None:
    a, b = "It was Kyiv that he saw.", "In the Kyiv of today."
    passages = [found("a", 0, a), found("b", 100, b)]
    readings = [Reading((span(a, "Kyiv", 5.0),), 0.0), Reading((span(b, "the Kyiv", 4.0),), 0.0)]
    (answer,) = find_answers("Where?", passages, readings, MODEL)
    assert [(c.article_id, c.start, c.end) for c in answer.candidates] == [("a", 7, 11), ("b", 103, 111)]
    (alone,) = find_answers("Where?", passages[:1], readings[:1], MODEL)
    assert answer.confidence > alone.confidence


def test_overlapping_spans_are_one_place() -> None:
    text = "more than 40 Shahed drones came"
    spans = (
        span(text, "more than 40 Shahed drones", 6.0),
        span(text, "40", 5.0),
        span(text, "40 Shahed drones", 4.0),
    )
    (answer,) = find_answers("How many?", [found("a", 0, text)], [Reading(spans, 0.0)], MODEL)
    assert [candidate.text for candidate in answer.candidates] == ["more than 40 Shahed drones"]


@pytest.mark.parametrize(
    ("text", "quote", "whole"),
    [
        ("He saw more than 40 drones.", "40 drones", "more than 40 drones"),
        ("It cost at least $2.4 billion.", "$2.4 billion", "at least $2.4 billion"),
        ("No fewer than\nseven came.", "seven", "No fewer than\nseven"),
        ("He saw 40 drones.", "40", "40"),
        ("He is older than Anna.", "Anna", "Anna"),
        ("Nothing more than tea.", "tea", "tea"),
    ],
)
def test_a_number_is_quoted_with_what_bounds_it(text: str, quote: str, whole: str) -> None:
    (answer,) = find_answers("How many?", [found("a", 5, text)], [Reading((span(text, quote, 5.0),), 0.0)], MODEL)
    (candidate,) = answer.candidates
    assert candidate.text == whole == text[candidate.start - 5 : candidate.end - 5]


def test_overlapping_passages_give_one_place() -> None:
    text = "He came to Kyiv. Then he left."
    passages = [found("a", 0, text), found("a", 8, text[8:])]
    readings = [Reading((span(text, "Kyiv", 5.0),), 0.0), Reading((span(text[8:], "Kyiv", 4.0),), 0.0)]
    (answer,) = find_answers("Where?", passages, readings, MODEL)
    assert len(answer.candidates) == 1


def test_the_decision_is_taken_over_all_passages_together() -> None:
    """A passage that is sure it holds nothing does not drown the one that holds the answer."""
    text = "He came to Kyiv."
    passages = [found(str(i), 0, text, 0.2) for i in range(9)] + [found("gold", 0, text, 0.9)]
    readings = [Reading((Span(0, 2, -5.0),), 8.0)] * 9 + [Reading((span(text, "Kyiv", 6.0),), -2.0)]
    best = find_answers("Where?", passages, readings, MODEL)[0]
    assert best.candidates[0].text == "Kyiv"
    assert best.confidence > 0.9


def test_the_margin_counts_with_how_near_the_passage_is() -> None:
    passages = [found("a", 0, "none", 0.9), found("b", 0, "Holt", 0.1)]
    (answer,) = find_answers("Who?", passages, [Reading((), 0.0), Reading((Span(0, 4, 1.0),), 0.0)], MODEL)
    assert answer.features["margin_dense"] == 0.5


def test_the_retrievers_score_counts_by_how_many_passages_there_are() -> None:
    one, other = found("a", 0, "none", 0.25), found("b", 0, "Holt", 0.75)
    reading = Reading((Span(0, 4, 1.0),), 0.0)
    (alone,) = find_answers("Who?", [other], [reading], MODEL)
    (beside,) = find_answers("Who?", [one, other], [Reading((), 0.0), reading], MODEL)
    assert alone.features["retrieval_passages"] == 0
    assert beside.features["retrieval_passages"] == pytest.approx(other.score * math.log(2))


def test_nothing_read_gives_no_answers() -> None:
    assert find_answers("Where?", [], [], MODEL) == []
    assert find_answers("Where?", [found("a", 0, "x")], [Reading((), 1.0)], MODEL) == []


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[RetrievedPassage], list[Reading]]:
    text = draw(st.text(st.sampled_from("ab é👍\n"), min_size=1, max_size=20))
    passages, readings = [], []
    for start in draw(st.lists(st.integers(0, 30), max_size=5, unique=True)):
        passages.append(found(draw(st.sampled_from("xy")), start, text))
        bounds = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=4))
        spans = tuple(Span(min(b), max(b), draw(st.floats(-9, 9))) for b in bounds if b[0] != b[1])
        readings.append(Reading(spans, draw(st.floats(-9, 9))))
    return passages, readings


@given(cases())
def test_answers_are_ranked_distinct_and_slices(case: tuple[list[RetrievedPassage], list[Reading]]) -> None:
    answers = find_answers("q", *case, MODEL)
    assert [a.confidence for a in answers] == sorted((a.confidence for a in answers), reverse=True)
    keys = [answer_key(a.candidates[0].text) for a in answers]
    assert len(set(keys)) == len(keys)
    for answer in answers:
        for candidate in answer.candidates:
            offset = candidate.retrieved.passage.start
            assert candidate.retrieved.text[candidate.start - offset : candidate.end - offset] == candidate.text
            assert answer_key(candidate.text) == answer_key(answer.candidates[0].text)


def answers_of(text: str, *quotes: str, article: str = "a") -> list[list[str]]:
    """Return the texts of each answer to a question whose reader proposes these quotes, best first."""
    spans = tuple(span(text, quote, 9.0 - number) for number, quote in enumerate(quotes))
    groups = find_answers("Who?", [found(article, 0, text)], [Reading(spans, 0.0)], MODEL)
    return [[candidate.text for candidate in group.candidates] for group in groups]


def test_a_fragment_of_an_answer_in_its_own_sentence_is_no_alternative() -> None:
    text = "Ines Berg opened it, and later the Berg bridge. The bridge is long."
    assert answers_of(text, "the Berg bridge", "opened", "Berg") == [["the Berg bridge"], ["opened"]]
    assert answers_of(text, "the Berg bridge", "The bridge is") == [["the Berg bridge"], ["The bridge is"]]


def test_a_persons_names_in_one_article_are_one_answer() -> None:
    text = "Ines Berg opened it. Two years later Berg left. Then came Ida Holm."
    assert answers_of(text, "Ines Berg", "later Berg", "Holm") == [["Ines Berg"], ["later Berg"], ["Holm"]]
    spans = (span(text, "Ines Berg", 9.0), Span(text.rindex("Berg"), text.rindex("Berg") + 4, 8.0))
    (answer,) = find_answers("Who?", [found("a", 0, text)], [Reading(spans, 0.0)], MODEL)
    assert [candidate.text for candidate in answer.candidates] == ["Ines Berg", "Berg"]


@pytest.mark.parametrize("text", ["of the", "He", "there", "which"])
def test_an_answer_without_a_content_word_says_nothing(text: str) -> None:
    assert not has_content(text)


@pytest.mark.parametrize("text", ["The Who", "US", "both", "none", "in 1999", "€", "Kyiv", "by train"])
def test_names_quantities_and_content_words_say_something(text: str) -> None:
    assert has_content(text)


def test_an_answer_without_a_content_word_is_given_only_where_there_is_no_other() -> None:
    assert answers_of("He saw it in Kyiv.", "He", "Kyiv") == [["Kyiv"]]
    assert answers_of("He saw it.", "He") == [["He"]]


@pytest.mark.parametrize(
    ("text", "quote", "whole"),
    [
        ("It cost 3.5 million crowns.", "3.5", "3.5 million"),
        ("It cost more than 40 thousand crowns.", "40", "more than 40 thousand"),
        ("It rose by 12 per cent.", "12", "12 per cent"),
        ("It cost $ 2 billion.", "$ 2", "$ 2 billion"),
        ("In 2004 thousands came.", "2004", "2004"),
        ("Room 12 hundreds of people.", "Room", "Room"),
    ],
)
def test_a_number_keeps_its_magnitude(text: str, quote: str, whole: str) -> None:
    assert answers_of(text, quote) == [[whole]]


def test_a_dateline_answers_only_where_a_place_is_asked_for() -> None:
    text = "HARLAN FORK (PW) - A girl died on Wednesday, Carla Munoz said."
    passage = RetrievedPassage(Passage("a", 0, len(text)), 1, text, "", 0.5, 0.5, 0.5, 0.5)
    name = text.index("Carla Munoz")
    reading = Reading((Span(0, 11, 9.0), Span(name, name + 11, 5.0)), 0.0)
    model = ConfidenceModel({"margin": 1.0}, {"rank": 1.0}, 0.0)

    def best(question: str) -> str:
        return find_answers(question, [passage], [reading], model)[0].candidates[0].text

    assert best("Who spoke?") == "Carla Munoz"
    assert best("Where did the girl die?") == "HARLAN FORK"
