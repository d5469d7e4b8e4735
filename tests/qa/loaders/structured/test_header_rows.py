"""The names of the columns of a CSV file, and what stands above them."""

from __future__ import annotations

import pytest

from qa.loaders.structured.header_rows import find_head, is_remark

BODY = ["Gulls,2023,31,4", "Terns,2022,27,9", "Ravens,2021,12,8"]


def head(*lines: str) -> tuple[int, int, list[str]]:
    return find_head([line.split(",") for line in lines])


@pytest.mark.parametrize(
    ("lines", "titles", "headers", "labels"),
    [
        (["Team,Season,Won,Lost"], 0, 1, ["Team", "Season", "Won", "Lost"]),
        ([",Season,Won,Lost"], 0, 1, ["", "Season", "Won", "Lost"]),
        (["Oct-13,Season,Won,Lost"], 0, 1, ["Oct-13", "Season", "Won", "Lost"]),
        (
            ["Team,Season,2022 - 23 Won,2022 - 23 Lost"],
            0,
            1,
            ["Team", "Season", "2022 - 23 Won", "2022 - 23 Lost"],
        ),
        (["League of the coast,,,", "Team,Season,Won,Lost"], 1, 1, ["Team", "Season", "Won", "Lost"]),
        (["Created,by Ines,on,Saturday,May 9", "Team,Season,Won,Lost"], 1, 1, ["Team", "Season", "Won", "Lost"]),
        (["Team,Season,Matches,", ",,Won,Lost"], 0, 2, ["Team", "Season", "Matches Won", "Matches Lost"]),
        ([], 0, 0, []),
        (["12 wins,Season,Won,Lost"], 0, 0, []),
    ],
)
def test_the_head_of_a_table(lines: list[str], titles: int, headers: int, labels: list[str]) -> None:
    assert head(*lines, *BODY) == (titles, headers, labels)


def test_a_header_without_rows_and_a_single_row() -> None:
    assert head("Team,Won") == (0, 0, [])
    assert find_head([]) == (0, 0, [])


def test_a_row_of_words_below_a_full_header_is_no_header() -> None:
    assert head("Name,Colour,Size", "Apple,red,small", "Plum,blue,tiny") == (0, 1, ["Name", "Colour", "Size"])


def test_a_remark_is_the_first_cell_alone() -> None:
    assert is_remark(["Source: the ministry", "", ""], 3)
    assert not is_remark(["", "x", ""], 3)
    assert not is_remark(["x", ""], 2)
