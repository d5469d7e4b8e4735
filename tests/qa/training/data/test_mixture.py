from __future__ import annotations

from collections import Counter

import pytest

from qa.training.data.mixture import Mixture
from qa.training.data.synonyms import Synonyms
from qa.training.recipe import Recipe, Source, Stage
from tests.qa.training.questions import examples


def mixture(*stages: Stage, **source: float) -> Mixture:
    recipe = Recipe({"a": Source("MIT", **source)}, stages or (Stage(),))  # type: ignore[arg-type]
    return Mixture({"a": examples(40)}, recipe)


def test_an_epoch_holds_every_question_once() -> None:
    drawn = mixture().draw(0)
    assert sorted(one.id for one in drawn) == sorted(one.id for one in examples(40))
    assert drawn != examples(40)


def test_parts_of_a_source_follow_one_another_over_the_epochs() -> None:
    mixed = mixture(Stage(3), Stage(1, {"a": 0.75}), weight=0.25)
    epochs = [[one.id for one in mixed.draw(epoch)] for epoch in range(4)]
    assert [len(ids) for ids in epochs] == [10, 10, 10, 30]
    counts = Counter(id_ for ids in epochs for id_ in ids)
    assert len(counts) == 40
    assert set(counts.values()) == {1, 2}


def test_a_weight_above_one_brings_questions_again() -> None:
    assert set(Counter(one.id for one in mixture(weight=2.0).draw(0)).values()) == {2}


def test_negatives_come_in_their_shares_and_have_no_answers() -> None:
    drawn = mixture(near=1.0, emptied=1.0, altered=1.0).draw(0)
    negatives = [one for one in drawn if one.is_impossible]
    contexts = {one.id: one.context for one in examples(40)}
    questions = {one.id: one.question for one in examples(40)}
    altered = [one for one in negatives if one.question != questions[one.id]]
    assert all(one.context == contexts[one.id] for one in altered)
    assert len(altered) > 30
    near = [one for one in negatives if one not in altered and one.context in contexts.values()]
    assert len(near) == 40
    assert all(one.context != contexts[one.id] for one in near)
    emptied = [one for one in negatives if one not in altered and one not in near]
    assert len(emptied) == 40


def test_far_negatives_have_a_passage_that_lacks_the_answer() -> None:
    drawn = mixture(far=1.0).draw(0)
    by_id = {one.id: one for one in examples(40)}
    far = [one for one in drawn if one.is_impossible]
    assert 30 < len(far) <= 40
    assert all(one.context != by_id[one.id].context for one in far)
    assert not any(by_id[one.id].answers[0] in one.context for one in far)


def test_an_epoch_is_the_same_whenever_it_is_asked_for() -> None:
    one, other = mixture(Stage(2), near=0.5, altered=0.5), mixture(Stage(2), near=0.5, altered=0.5)
    assert one.draw(1) == other.draw(1) == one.draw(1)
    assert one.draw(0) != one.draw(1)


def test_questions_are_reworded_in_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.training.data.mixture.Synonyms.load", lambda: Synonyms({"noun": {}}, {}))
    monkeypatch.setattr("qa.training.data.rewording.reword", lambda question, *_: f"reworded: {question}")
    drawn = mixture(reworded=0.5, near=1.0).draw(0)
    reworded = [one for one in drawn if one.question.startswith("reworded: ")]
    assert len(drawn) * 0.3 < len(reworded) < len(drawn) * 0.7
    assert {one.is_impossible for one in reworded} == {True, False}
