from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.plain_tables import STYLES, draw_table
from benchmarks.typesetting.stories import Table
from qa.answering.tables.aligned_tables import read_with_tables, write_rows
from qa.types import Reading, Span

FERRIES = Table(
    "Ferries",
    ("Ferry to", "Leaves", "Fare"),
    (("Old Skerry", "7:40", "12 euros"), ("Morwick", "10:15", "9 euros"), ("Oxley", "18:00", "27 euros")),
    (),
)


def reading_of(spans: dict[str, tuple[str, float, float]]) -> Callable[[Sequence[str]], list[Reading]]:
    """Return a reader that finds a quote, with its score and null score, in texts that hold some words."""

    def read(texts: Sequence[str]) -> list[Reading]:
        readings = []
        for text in texts:
            found = next((value for words, value in spans.items() if words in text), ("", 0.0, 8.0))
            quote, score, null = found
            start = text.find(quote)
            readings.append(Reading((Span(start, start + len(quote), score),) if quote else (), null))
        return readings

    return read


@pytest.mark.parametrize("style", STYLES)
def test_each_row_is_written_with_the_names_of_its_columns(style: str) -> None:
    passage = f"The boats are new.\n\n{draw_table(FERRIES, style)}\n\nBring your dog."
    assert [row.text for row in write_rows(passage)] == [
        "Ferry to: Old Skerry;\tLeaves: 7:40;\tFare: 12 euros.",
        "Ferry to: Morwick;\tLeaves: 10:15;\tFare: 9 euros.",
        "Ferry to: Oxley;\tLeaves: 18:00;\tFare: 27 euros.",
    ]


def test_a_row_with_an_empty_cell_keeps_the_names_of_the_others() -> None:
    passage = "Team    Won   Lost\nGulls    31      4\nTerns            9\nAuks     12     17"
    assert [row.text for row in write_rows(passage)][1] == "Team: Terns;\tLost: 9."


def test_a_form_has_labels_and_no_header() -> None:
    passage = "Name of boat:     Grey Petrel\nBerth wanted:     C17\nOwner:            Ines Bratt"
    rows = write_rows(passage)
    assert [row.text for row in rows][1] == "Berth wanted:\tC17."


@pytest.mark.parametrize("style", STYLES)
def test_what_is_found_in_a_row_is_quoted_from_the_passage(style: str) -> None:
    passage = f"The boats are new.\n\n{draw_table(FERRIES, style)}"
    read = reading_of({"The boats": ("7:40", 9.0, 0.0), "Ferry to: Oxley": ("18:00", 4.0, 1.0)})
    (reading,) = read_with_tables("When does the ferry to Oxley leave?", [passage], read)
    (span,) = reading.spans
    assert passage[span.start : span.end] == "18:00"
    assert (span.score, reading.null_score) == (4.0, 1.0)


def test_only_the_rows_that_are_asked_about_are_read() -> None:
    texts: list[str] = []

    def read(some: Sequence[str]) -> list[Reading]:
        texts.extend(some)
        return [Reading((), 0.0)] * len(some)

    passage = draw_table(FERRIES, "bars")
    read_with_tables("When does the ferry to Oxley leave?", [passage, "No table."], read)
    assert texts == [passage, "No table.", "Ferry to: Oxley;\tLeaves: 18:00;\tFare: 27 euros."]


def test_sentences_beside_a_table_are_read_as_ever() -> None:
    passage = f"The captain is Ines Bratt.\n\n{draw_table(FERRIES, 'rules')}"
    read = reading_of({"captain": ("Ines Bratt", 9.0, 2.0), "Leaves: 7:40": ("Old Skerry", 3.0, 1.0)})
    (reading,) = read_with_tables("Who is the captain?", [passage], read)
    assert [passage[span.start : span.end] for span in reading.spans] == ["Ines Bratt", "Old Skerry"]
    assert reading.margin == 7.0


@given(st.text(st.sampled_from("ab1: |\n-."), max_size=120), st.data())
def test_every_span_is_of_the_passage(passage: str, data: st.DataObject) -> None:
    for row in write_rows(passage):
        for (start, end), source in row.cells:
            assert row.text[start:end] == passage[source : source + end - start]
        start = data.draw(st.integers(0, len(row.text)))
        span = row.in_passage(Span(start, data.draw(st.integers(start, len(row.text))), 1.0))
        assert span is None or 0 <= span.start <= span.end <= len(passage)
