from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.coordination import item_spans, series_around

BANKS = "the Brackwell Savings Bank, the diocese of Hallam and the Valley Football Club"


def items(text: str) -> list[str]:
    return [text[start:end] for start, end in item_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BANKS, ["the Brackwell Savings Bank", "the diocese of Hallam", "the Valley Football Club"]),
        ("Norway and Sweden", ["Norway", "Sweden"]),
        ("both the mayor and the judge", ["the mayor", "the judge"]),
        ("music, sport and arts", ["music", "sport", "arts"]),
        ("food and drink, toys, and books", ["food and drink", "toys", "books"]),
        (
            "a new axle, which a dealer will fit, and their money",
            ["a new axle, which a dealer will fit", "their money"],
        ),
        ("Marlow's, the market leader", ["Marlow's, the market leader"]),
        ("14,648 votes", ["14,648 votes"]),
        ("May 13, 2024", ["May 13, 2024"]),
        ("Reeve & Daughter", ["Reeve & Daughter"]),
        ("names (first, middle and last) and addresses", ["names (first, middle and last)", "addresses"]),
        ("Anna Berg", ["Anna Berg"]),
        ("soldiers laid it, but a baker, Wilhelm Foss", ["soldiers laid it, but a baker, Wilhelm Foss"]),
        ("Jon Munro, his son Callum, 22, and Rey Dizon", ["Jon Munro", "his son Callum, 22", "Rey Dizon"]),
        ("Norway, Sweden, not Denmark", ["Norway, Sweden, not Denmark"]),
    ],
)
def test_a_series_has_its_items(text: str, expected: list[str]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("sentence", "part", "series"),
    [
        (f"Funds were set up by {BANKS}.", "the Brackwell Savings Bank", BANKS),
        (f"Funds were set up by {BANKS}.", "the diocese of Hallam", BANKS),
        (f"Funds were set up by {BANKS}.", "the Valley Football Club", BANKS),
        ("Vela, Osk and Lumen were flooded in May.", "Vela", "Vela, Osk and Lumen"),
        ("Vela, Osk and Lumen were flooded in May.", "Lumen", "Vela, Osk and Lumen"),
        ("It held a flask, a map and her purse.", "a flask", "a flask, a map and her purse"),
        (
            "It allows nights off, a ban on noise until 2026, a crèche at Gate Two, and talks on pay.",
            "nights off",
            "nights off, a ban on noise until 2026, a crèche at Gate Two, and talks on pay",
        ),
        ("Hal and Poins reveal a joke.", "Hal", "Hal and Poins"),
        ("Anna Berg, who was born in Osk, rebuilt it.", "Anna Berg", "Anna Berg"),
        ("The mayor of Osk resigned, and the judge agreed.", "The mayor of Osk", "The mayor of Osk"),
    ],
)
def test_a_part_is_extended_to_its_series(sentence: str, part: str, series: str) -> None:
    start = sentence.index(part)
    first, last = series_around(sentence, start, start + len(part))
    assert sentence[first:last] == series


TEXTS = st.lists(
    st.sampled_from(["Osk", "the", "bank", ",", " and ", " or ", "; ", ", ", "(", ")", '"', "2024", " "])
).map("".join)


@given(TEXTS | st.text(max_size=40))
def test_items_are_ordered_slices_without_overlap(text: str) -> None:
    spans = item_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert spans
    assert 0 <= edges[0] <= edges[-1] <= len(text)


@given(TEXTS, st.data())
def test_a_series_holds_its_part(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    first, last = series_around(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)
