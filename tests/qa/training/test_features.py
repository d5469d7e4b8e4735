from __future__ import annotations

from collections import Counter
from dataclasses import replace
from string import ascii_lowercase

import numpy as np
import pytest

from qa.evaluation import Example
from qa.reader.model import SpanModel, load_model
from qa.training.features import Feature, Featurizer, collate, shuffled_batches
from tests.qa.reader.models import save
from tests.qa.training.questions import examples


@pytest.fixture(scope="module", params=["bert", "roberta", "deberta"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SpanModel:
    return load_model(save(request.param, tmp_path_factory.mktemp(request.param)))


CONTEXT = "Super Bowl 50 was won by the Denver Broncos, who beat the Carolina Panthers in Santa Clara."
QUESTION = Example("1", "Who won?", CONTEXT, "", ("Denver Broncos", "the Denver Broncos"), (29, 25))


def text_of(feature: Feature, span: tuple[int, int], model: SpanModel) -> str:
    text = model.tokenizer.decode(feature.ids[span[0] : span[1] + 1].tolist()).lower()
    return "".join(character for character in text if character in ascii_lowercase)


def test_the_targets_are_the_answers_tokens(model: SpanModel) -> None:
    (feature,) = Featurizer(model, 120, 20).features([QUESTION])
    texts = {text_of(feature, target, model) for target in feature.targets}
    assert texts == {"denverbroncos", "thedenverbroncos"}


def test_without_an_answer_the_target_is_the_null_position(model: SpanModel) -> None:
    (feature,) = Featurizer(model, 120, 20).features([replace(QUESTION, answers=(), answer_starts=())])
    null = model.template.null_index
    assert feature.targets == ((null, null),)


def test_a_long_passage_is_read_in_windows_that_share_tokens(model: SpanModel) -> None:
    features = Featurizer(model, 28, 6).features([QUESTION])
    null = model.template.null_index
    assert len(features) > 1
    assert max(map(len, features)) <= 28
    found = [feature for feature in features if feature.targets != ((null, null),)]
    assert found
    for feature in found:
        first, last = feature.passage
        assert all(first <= start <= end < last for start, end in feature.targets)


def test_a_batch_spreads_probability_over_the_answers(model: SpanModel) -> None:
    features = Featurizer(model, 120, 20).features([QUESTION, replace(QUESTION, answers=(), answer_starts=())])
    batch = collate(features, model)
    assert batch.ids.shape == batch.starts.shape == (2, len(features[0]))
    assert np.allclose(batch.starts.sum(1), 1)
    assert np.allclose(batch.ends.sum(1), 1)
    assert bool((batch.starts[~batch.allowed] == 0).all())
    assert batch.starts.max(1).values.tolist() == [0.5, 1.0]


def test_batches_hold_every_input_once_within_the_tokens() -> None:
    features = [
        Feature(np.zeros(size, dtype=np.int32), np.zeros(1, dtype=np.int32), (0, 1), ()) for size in range(5, 90)
    ]
    made = shuffled_batches(features, 200, "seed")
    assert Counter(len(one) for batch in made for one in batch) == Counter(range(5, 90))
    assert all(len(batch) * max(map(len, batch)) <= 200 for batch in made)
    again = shuffled_batches(features, 200, "seed")
    assert [[len(one) for one in batch] for batch in again] == [[len(one) for one in batch] for batch in made]
    assert sorted(made, key=len) != made


def test_every_town_has_its_answer(model: SpanModel) -> None:
    features = Featurizer(model, 120, 20).features(examples(12))
    assert {len(feature.targets) for feature in features} == {1}
