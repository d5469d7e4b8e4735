from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa.evaluation import Example
from qa.reader.model import load_model
from qa.training.data.inputs import Featurizer, Inputs, shuffled_batches
from tests.qa.reader.models import save
from tests.qa.training.questions import examples


@pytest.fixture(scope="module", params=["bert", "roberta", "deberta"])
def tokenizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return load_model(save(request.param, tmp_path_factory.mktemp(request.param))).tokenizer


CONTEXT = "Super Bowl 50 was won by the Denver Broncos, who beat the Carolina Panthers in Santa Clara."
QUESTION = Example("1", "Who won?", CONTEXT, "", ("Denver Broncos", "the Denver Broncos"), (29, 25))


def answers_of(inputs: Inputs, row: int, tokenizer: Tokenizer) -> set[str]:
    """Return the letters of the answers of an input."""
    begin = int(inputs.sizes[:row].sum() + inputs.sizes[row, 0])
    spans = [(first, last) for first, last in inputs.targets[row].tolist() if first >= 0]
    texts = [
        tokenizer.decode(inputs.pieces[begin + first : begin + last + 1].tolist()).lower() for first, last in spans
    ]
    return {"".join(character for character in text if character in ascii_lowercase) for text in texts}


def test_the_targets_are_the_answers_pieces(tokenizer: Tokenizer) -> None:
    inputs = Featurizer(tokenizer, 117, 20).inputs([QUESTION])
    assert len(inputs) == 1
    assert answers_of(inputs, 0, tokenizer) == {"denverbroncos", "thedenverbroncos"}
    assert len(inputs.pieces) == inputs.sizes.sum()


def test_without_an_answer_there_is_no_target(tokenizer: Tokenizer) -> None:
    inputs = Featurizer(tokenizer, 117, 20).inputs([replace(QUESTION, answers=(), answer_starts=())])
    assert (inputs.targets == -1).all()


def test_a_long_passage_is_read_in_windows_that_share_pieces(tokenizer: Tokenizer) -> None:
    inputs = Featurizer(tokenizer, 25, 6).inputs([QUESTION])
    assert len(inputs) > 1
    assert inputs.sizes.sum(1).max() <= 25
    found = [answers_of(inputs, row, tokenizer) for row in range(len(inputs))]
    assert any(found)
    assert all(texts <= {"denverbroncos", "thedenverbroncos"} for texts in found)


def test_inputs_come_back_from_a_file(tokenizer: Tokenizer, tmp_path: Path) -> None:
    inputs = Featurizer(tokenizer, 117, 20).inputs([*examples(12), QUESTION])
    inputs.save(tmp_path / "inputs.npz")
    again = Inputs.load(tmp_path / "inputs.npz")
    for one, other in zip(
        (inputs.pieces, inputs.sizes, inputs.targets), (again.pieces, again.sizes, again.targets), strict=True
    ):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


@given(lengths=st.lists(st.integers(5, 90), max_size=200), tokens=st.integers(1, 500))
def test_batches_hold_every_input_once_within_the_tokens(lengths: list[int], tokens: int) -> None:
    sizes = np.asarray(lengths, dtype=np.int32)
    made = shuffled_batches(sizes, tokens, "seed")
    assert Counter(int(row) for batch in made for row in batch) == Counter(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * sizes[batch].max() <= tokens for batch in made)
    again = shuffled_batches(sizes, tokens, "seed")
    assert [batch.tolist() for batch in again] == [batch.tolist() for batch in made]


def test_batches_come_in_no_order() -> None:
    made = shuffled_batches(np.arange(5, 90, dtype=np.int32), 200, "seed")
    longest = [int(batch.max()) for batch in made]
    assert longest not in (sorted(longest), sorted(longest, reverse=True))


def test_every_town_has_its_answer(tokenizer: Tokenizer) -> None:
    inputs = Featurizer(tokenizer, 117, 20).inputs(examples(12))
    assert inputs.targets.shape == (12, 1, 2)
    assert (inputs.targets >= 0).all()
