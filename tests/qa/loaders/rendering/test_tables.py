from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.rendering.plain_text import PARAGRAPH, TextBuilder
from qa.loaders.rendering.tables import MAX_LINE, Cell, looks_like_header, row_lines, write_table


def written(rows: list[list[Cell | str]], header_rows: int | None = None) -> list[str]:
    return [line.text for line in write_table(rows, header_rows)]


def head(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell(text, True, columns, rows)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["Team", "Wins"], ["Gulls", "31"]], ["Team: Gulls;\tWins: 31."]),
        ([["Founded", "1911"], ["Coach", "Ines Bratt"]], ["Founded:\t1911.", "Coach:\tInes Bratt."]),
        ([["Coach", "Ines Bratt"], ["Ground", "Skerry Park"]], ["Coach:\tInes Bratt.", "Ground:\tSkerry Park."]),
        ([["Revenue", "2023", "2024"], ["Ships", "1", "2"]], ["Revenue: Ships;\t2023: 1;\t2024: 2."]),
        ([["2019", "A", "B"], ["2020", "C", "D"]], ["2019;\tA;\tB.", "2020;\tC;\tD."]),
        (
            [["Results"], ["Team", "Coach", "City"], ["Gulls", "", "Hamn"]],
            ["Results.", "Team: Gulls;\tCity: Hamn."],
        ),
        ([[head("Coach:"), "A", "B"]], ["Coach:\tA;\tB."]),
        (
            [[head("A"), head("B")], [head("x"), "1"], [head("C"), head("D")], ["y", "2"]],
            ["A: x;\tB: 1.", "C: y;\tD: 2."],
        ),
        ([[head("A"), head("B")], [head("North", 2)], ["x", "1"]], ["North.", "A: x;\tB: 1."]),
        ([["Question?", "Answer"], ["Why?", "1 reason."]], ["Question? Why?;\tAnswer: 1 reason."]),
        ([[head("A"), head("B")]], ["A:\tB."]),
        ([["a "], [""], [], ["\n"], ["b\tc"]], ["a.", "b c."]),
        ([], []),
    ],
)
def test_each_cell_has_the_name_of_its_column(rows: list[list[Cell | str]], lines: list[str]) -> None:
    assert written(rows) == lines


def test_merged_cells_count_for_each_row_and_column_that_they_span() -> None:
    rows: list[list[Cell | str]] = [
        [head("Team", rows=2), head("2023", 2)],
        [head("Won"), head("Lost")],
        [Cell("Gulls", rows=2), "1", Cell("2", rows=9)],
        ["3"],
    ]
    assert written(rows) == [
        "Team: Gulls;\t2023 Won: 1;\t2023 Lost: 2.",
        "Team: Gulls;\t2023 Won: 3;\t2023 Lost: 2.",
    ]


def test_how_many_rows_name_the_columns_can_be_given() -> None:
    rows: list[list[Cell | str]] = [["1", "2"], ["a", "b"], ["c", "d"]]
    assert written(rows, 0) == ["1:\t2.", "a:\tb.", "c:\td."]
    assert written(rows, 2) == ["1 a: c;\t2 b: d."]


def test_each_line_of_a_long_row_begins_with_its_first_cell() -> None:
    header = ["Team", *(f"Season {number}" for number in range(60))]
    lines = row_lines(["Gulls", *(f"{number} wins" for number in range(60))], header)
    assert len(lines) > 2
    assert all(line.startswith("Team: Gulls;\tSeason") and len(line) <= MAX_LINE + 9 for line in lines)
    assert [cell for line in lines for cell in line.removesuffix(".").split(";\t")[1:]] == [
        f"Season {number}: {number} wins" for number in range(60)
    ]


def test_long_headers_are_written_once() -> None:
    name = "The number of boats that were seen in the harbour on the first day of each month of " + "the year"
    assert written([[head("Town"), head(name)], ["Hamn", "3"], ["Oster", "4"]]) == [
        f"{name}.",
        "Town: Hamn;\t3.",
        "Town: Oster;\t4.",
    ]


def test_a_first_row_of_values_is_no_header() -> None:
    assert looks_like_header(["Team", "Wins"], [["Gulls", "31"]])
    assert not looks_like_header(["Gulls", "31"], [["Terns", "27"]])
    assert not looks_like_header(["Team", "Wins"], [])
    assert not looks_like_header(["same", "same", "x"], [["a", "b", "1"]])


CELLS = st.builds(
    Cell, st.text(st.sampled_from("ab1 \n."), max_size=6), st.booleans(), st.integers(-1, 1500), st.integers(-1, 9)
)


@given(st.lists(st.lists(CELLS | st.text(st.sampled_from("ab1 \t"), max_size=5), max_size=5), max_size=6))
def test_every_cell_is_written(rows: list[list[Cell | str]]) -> None:
    builder = TextBuilder()
    builder.add("before")
    builder.end(PARAGRAPH)
    places = builder.table(rows)
    text = builder.text
    for row in rows:
        for cell in row:
            assert " ".join((cell if isinstance(cell, str) else cell.text).split()) in text
    assert all(0 <= row < len(rows) and text[start - 1] == "\n" for row, start in places)
    assert [row for row, _ in places] == sorted(row for row, _ in places)


def test_wide_spans_cost_little() -> None:
    rows = [[Cell(str(number), rows=65_534, columns=1000)] for number in range(300)]
    assert sum(map(len, written(rows))) < 400_000  # type: ignore[arg-type]
