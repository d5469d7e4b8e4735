from __future__ import annotations

from dataclasses import replace

from qa.training.data.negatives import NearPassages, without_answer
from tests.qa.training.questions import examples


def test_near_passages_are_like_the_question_and_lack_its_answer() -> None:
    questions = examples(24)
    near = NearPassages([one.context for one in questions]).find(questions)
    for one, passages in zip(questions, near, strict=True):
        assert passages
        assert one.title in passages[0]  # the same town, of another story
        assert all(one.answers[0] not in passage for passage in passages if passage != one.context)


def test_a_question_like_nothing_has_no_near_passages() -> None:
    questions = examples(6)
    strange = replace(questions[0], question="Zyzzyva?")
    assert NearPassages([one.context for one in questions]).find([strange]) == [[]]


def test_the_sentence_of_the_answer_is_cut_out() -> None:
    even, odd = examples(2)
    assert (cut := without_answer(even))
    assert cut.context == "Lumen lies on the Alder river. Its market is on Tuesday."
    assert cut.is_impossible
    assert (cut := without_answer(odd))
    assert "Birch" not in cut.context


def test_no_cut_where_the_rest_may_answer() -> None:
    one = examples(1)[0]
    again = replace(one, context=f"{one.context} The year 1500 was cold.")
    assert without_answer(again) is None
    assert without_answer(replace(one, context="In 1500, all at once.", answer_starts=(3,))) is None
