from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.reader.model import BUNDLED, checksum
from qa.reader.specialist import TAGS, Specialist, tagged_spans

TEXT = "Funds were set up by the Savings Bank, the diocese of Hallam and the Football Club."


@pytest.fixture(scope="module")
def specialist() -> Specialist:
    return Specialist()


def tagged(text: str, tags: str) -> list[str]:
    """Return the items of a text whose words have these tags, by their first letters."""
    words = text.split()
    starts = np.cumsum([0, *(len(word) + 1 for word in words[:-1])])
    offsets = [(int(start), int(start) + len(word)) for start, word in zip(starts, words, strict=True)]
    shares = np.full((len(words), len(TAGS)), 0.1, dtype=np.float32)
    for row, letter in enumerate(tags):
        shares[row, "obi".index(letter)] = 0.8
    return [text[span.start : span.end] for span in tagged_spans(shares, offsets, text)]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("obioi", ["Savings Bank", "Hallam"]),
        ("ooooo", []),
        ("iioob", ["The Savings", "Hallam"]),
        ("obboo", ["Savings Bank"]),  # nothing separates them
    ],
)
def test_items_are_what_is_tagged(tags: str, expected: list[str]) -> None:
    assert tagged("The Savings Bank of Hallam", tags) == expected


@given(
    st.lists(st.sampled_from("obi"), min_size=1, max_size=12), st.sampled_from(["Osk", "a,b", "(x)", ",", "é’s"])
)
def test_items_are_slices_in_the_order_of_the_text(tags: list[str], word: str) -> None:
    text = " ".join([word] * len(tags))
    words = text.split()
    shares = np.full((len(words), len(TAGS)), 0.1, dtype=np.float32)
    shares[np.arange(len(tags)), ["obi".index(tag) for tag in tags]] = 0.8
    offsets = [(n * (len(word) + 1), n * (len(word) + 1) + len(word)) for n in range(len(words))]
    spans = list(tagged_spans(shares, offsets, text))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(0 <= span.score <= 1 for span in spans)


def test_a_question_for_several_things_gets_all_of_them(specialist: Specialist) -> None:
    (spans,) = specialist.tag("Which bodies set up funds?", [TEXT])
    names = [TEXT[span.start : span.end] for span in spans]
    assert len(names) == 3
    assert all(
        name.endswith(end) for name, end in zip(names, ("Savings Bank", "Hallam", "Football Club"), strict=True)
    )


def test_a_long_passage_is_tagged_in_parts(specialist: Specialist) -> None:
    text = f"{'The mill stands by the river. ' * 90}{TEXT}"
    (spans,) = specialist.tag("Which bodies set up funds?", [text])
    assert any("Savings Bank" in text[span.start : span.end] for span in spans)


@pytest.mark.parametrize(
    ("sentence", "is_yes"),
    [
        ("The union agreed to the offer on Monday.", True),
        ("The union did not agree to the offer.", False),
        ("The union rejected the offer on Monday.", False),
    ],
)
def test_yes_is_told_from_no(specialist: Specialist, sentence: str, is_yes: bool) -> None:
    (yes,) = specialist.yes([("Did the union agree to the offer?", sentence)])
    assert (yes > 0.5) == is_yes


def test_what_is_said_does_not_depend_on_the_other_texts(specialist: Specialist) -> None:
    pair = ("Is the mill old?", "The mill was built in 1702.")
    alone, *_ = specialist.yes([pair])
    beside, *_ = specialist.yes([pair, ("Is Osk a town?", TEXT * 5)])
    assert beside == pytest.approx(alone, abs=1e-5)


def test_nothing_is_tagged_in_nothing(specialist: Specialist) -> None:
    assert specialist.tag("Who?", []) == []
    assert specialist.tag("Who?", [""]) == [()]
    assert specialist.yes([]) == []


def test_it_is_for_one_reader(specialist: Specialist) -> None:
    assert specialist.is_for(f"renamed:{checksum(BUNDLED)}")
    assert not specialist.is_for("toy:other")


def test_a_damaged_or_foreign_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not hold a specialist"):
        Specialist(tmp_path).is_for("x:y")
    (tmp_path / "config.json").write_text(json.dumps({"reader": "0123"}), "utf-8")
    with pytest.raises(ModelError, match="does not hold a specialist"):
        Specialist(tmp_path).tag("Who?", [TEXT])
    (tmp_path / "model.safetensors").write_bytes(
        (BUNDLED.parent / "specialist" / "model.safetensors").read_bytes()
    )
    with pytest.raises(ModelError, match="for another reader"):
        Specialist(tmp_path).tag("Who?", [TEXT])
