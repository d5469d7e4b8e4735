import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation import Prediction
from qa.evaluation.breakdown import answer_length, break_down, passage_length, question_word


def line(
    question: str = "Who?",
    gold: tuple[str, ...] = ("x",),
    words: int = 10,
    source: str = "s",
    *,
    held: bool = True,
) -> Prediction:
    return Prediction(
        id="a",
        seed=0,
        question=question,
        source=source,
        gold=list(gold),
        answerable=bool(gold),
        in_library=held,
        passage_words=words,
    )


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Who built it?", "who"),
        ("To whom was it sold, and why?", "who"),
        ("In which year did it burn?", "which"),
        ("How  many were there?", "how many"),
        ("For how much was it sold?", "how many"),
        ("How old is she?", "how"),
        ("What time is it?", "what"),
        ("Whatever happened?", "other"),
        ("Name the founder.", "other"),
        ("", "other"),
    ],
)
def test_the_word_that_asks(question: str, word: str) -> None:
    assert question_word(line(question)) == word


@pytest.mark.parametrize(
    ("gold", "held", "length"),
    [
        (("the old mill", "mill"), True, "1"),
        (("old mill",), True, "2"),
        (("a b c",), True, "3 to 5"),
        (("a b c d e f",), True, "6 to 10"),
        (("a " * 11,), True, "over 10"),
        ((), True, "no answer"),
        (("mill",), False, "no answer"),
    ],
)
def test_the_length_of_the_answer(gold: tuple[str, ...], held: bool, length: str) -> None:
    assert answer_length(line(gold=gold, held=held)) == length


def test_the_length_of_the_passage() -> None:
    lengths = [passage_length(line(words=words)) for words in (0, 50, 51, 200, 201)]
    assert lengths == ["1 to 50", "1 to 50", "51 to 100", "151 to 200", "over 200"]


def test_parts_stand_in_a_fixed_order_and_empty_ones_are_left_out() -> None:
    parts = break_down([line("When?", source="b"), line("Who?", source="a"), line("Whose?", source="b")])
    assert {word: rows.tolist() for word, rows in parts["question_word"].items()} == {"who": [1, 2], "when": [0]}
    assert list(parts["question_word"]) == ["who", "when"]
    assert list(parts["source"]) == ["a", "b"]


def test_kinds_are_told_apart_where_the_data_names_them() -> None:
    named = line() | Prediction(kind="near-time")  # type: ignore[typeddict-item]
    assert list(break_down([named, line()])["kind"]) == ["", "near-time"]
    assert "kind" not in break_down([line(), line()])


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 300)), min_size=1, max_size=10))
def test_each_question_is_in_one_part_of_each_kind(asked: list[tuple[str, int]]) -> None:
    lines = [line(question, words=words, source=question[:1]) for question, words in asked]
    for parts in break_down(lines).values():
        assert sorted(row for rows in parts.values() for row in rows.tolist()) == list(range(len(lines)))
