from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.breaks import (
    aligned_tables,
    answer_breaks,
    dateline_end,
    is_row,
    label_spans,
    line_breaks,
    row_spans,
)
from tests.qa.english.texts import TEXTS


def lines(text: str) -> list[str]:
    """Return the text cut at its line breaks."""
    edges = [-1, *line_breaks(text), len(text)]
    return [text[start + 1 : end] for start, end in pairwise(edges)]


@pytest.mark.parametrize(
    "text",
    [
        "Town bulletin\nhttp://bulletin.example\nOtto Lindqvist, Editor\nOct. 24 – closed\nOct. 31 – Lantern Walk",
        "1. Tie the bow line.\n2. Turn off the engine.\n3. Hang out the fenders.",
        "- milk\n- eggs\n- flour from the mill",
        "• milk\n• eggs",
        "(a) the first part\n(b) the second",
        "Team: Gulls;\tWins: 31.\nTeam: Terns;\tWins: 27.",
        "Contents\nThe harbour was rebuilt after the storm of 1931, which had sunk nearly all of the boats.",
        "Ines Bratt\nNils Holm-Karlsson",
    ],
)
def test_a_line_that_could_be_longer_ends_a_sentence(text: str) -> None:
    assert lines(text) == text.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "The harbour of Lumen was rebuilt after the storm by\nAnna Berg, who had come to the town in spring of\n"
        "1931 with her two sons and her brother, and who left it\nagain.",
        "It was opened by the Mayor of\nLumen.",
        "The visit was made on\nMonday.",
        "one clause a line\nand the next one,\nThen a third",
        "The ferry sank in\n1911. The other one did not.",
        "a single line",
        "",
    ],
)
def test_a_wrapped_line_does_not(text: str) -> None:
    assert line_breaks(text) == []


def test_rows_are_lines_with_tabs_between_cells() -> None:
    text = "Prose.\nA: 1;\tB: 2.\n\tindented\nC\t\n"
    assert [text[start:end] for start, end in row_spans(text)] == ["A: 1;\tB: 2."]
    assert is_row("a\tb") and not is_row("a b") and not is_row("\ta") and not is_row("a\tb\nc")


def test_the_labels_of_a_row() -> None:
    for row, labels in (
        ("Berth: C17;\tOpens: 8:45 am.", ["Berth: ", "Opens: "]),
        ("Berth wanted:\tC17.", ["Berth wanted:\t"]),
        ("C17;\t8:45 am.", []),
    ):
        assert [row[slice(*span)] for span in label_spans(row)] == labels


@given(TEXTS | st.text(st.sampled_from("aB1 .-•\t\n:"), max_size=80))
def test_breaks_are_white_space_inside_the_text(text: str) -> None:
    assert all(text[offset] == "\n" for offset in line_breaks(text))
    breaks = answer_breaks(text)
    assert breaks == sorted(set(breaks))
    assert all(text[offset].isspace() or text[offset] in "|│┃" for offset in breaks)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Team   Won\nGulls   31\nTerns    4", [["Team", "Won"], ["Gulls", "31"], ["Terns", "4"]]),
        ("Team   Won\n-----  ---\nGulls   31", [["Team", "Won"], ["Gulls", "31"]]),
        ("Port     Leaves\nSkerry   7:40", [["Port", "Leaves"], ["Skerry", "7:40"]]),
        ("+---+---+\n| A | B |\n+===+===+\n| 1 | 2 |\n+---+---+", [["A", "B"], ["1", "2"]]),
        (" a | b\n---+---\n 1 | 2\n(1 row)", [["a", "b"], ["1", "2"]]),
        ("│ A │ B │\n│ 1 │ 2 │", [["A", "B"], ["1", "2"]]),
        ("A title\n\nName:    Ada\nTown:    Oxley\nBerth:   C17", [["Name:", "Ada"], ["Town:", "Oxley"], ["Berth:", "C17"]]),  # noqa: E501
        ("| A | B | C |\n| 1 |   | 3 |", [["A", "B", "C"], ["1", "3"]]),
        ("It sank.  Nobody died.\nThey swam.  It was cold.\nIt was.  Late.", []),
        ("The  wall was built in  1911\nby the masons  of the town,\nwho were  many and poor.", []),
        ("one line    alone", []),
        ("", []),
    ],
)  # fmt: skip
def test_tables_of_aligned_columns(text: str, rows: list[list[str]]) -> None:
    found = [[text[start:end] for start, end in row] for table in aligned_tables(text) for row in table]
    assert found == rows
    for row in rows[:-1]:
        assert any(line.endswith(row[-1]) or row[-1] in line for line in lines(text))
    for start in (text.index(row[0]) for row in rows):
        assert start == 0 or text[start - 1] in "\n │|"


def test_a_row_of_aligned_columns_is_a_sentence() -> None:
    text = "Ferry to the old town   Leaves   Fare for grown-ups\n" + "\n".join(
        f"The harbour of Skerry   {hour:>6}   {fare:>18}" for hour, fare in (("7:40", "12"), ("8:15", "9"))
    )
    assert len(line_breaks(text)) == 2


def test_no_answer_crosses_the_spaces_between_aligned_columns() -> None:
    line = "Skerry      07:40       12 euros"
    assert answer_breaks(line) == [line.index("      "), line.index("       12")]


@pytest.mark.parametrize(
    "dateline",
    [
        "BRACKWELL - ",
        "BRACKWELL (MPA) - ",
        "HARLAN FORK (PW) — ",
        "PORT SKERROW, Wednesday (NIP) -- ",
        "WEXCOMBE, Jan 24 (MPA) – ",
        "PORT LENNA: ",
    ],
)
def test_a_dateline_ends_where_the_report_begins(dateline: str) -> None:
    assert dateline_end(f"{dateline}Four people have died.") == len(dateline)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Four people have died - two of them children.",
        "NATO has agreed - at last - on a budget.",
        "The Aldern: a river and its towns.",
        "OPEC, the group of oil exporters, met on Monday - for the first time.",
    ],
)
def test_most_texts_have_none(text: str) -> None:
    assert dateline_end(text) == 0
