from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.structured.spaced_rows import spaced_rows
from tests.qa.loaders.reading import read, read_all

ALIGNED = """\
Table of wins

Team      won  lost
--------- ---  ----
Gulls      31     2

Owls             40
Red Hawks   7     9
"""


def test_columns_of_a_fixed_width() -> None:
    rows = spaced_rows(ALIGNED)
    assert rows == [
        ["Table of wins"],
        [],
        ["Team", "won", "lost"],
        [],
        ["Gulls", "31", "2"],
        [],
        ["Owls", "", "40"],
        ["Red Hawks", "7", "9"],
        [],
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "Pos Team        Conf\n  1 Ohio St     B10\n  2 Oregon      P12\n 13 Texas       B12\n",
            [["Pos", "Team", "Conf"], ["1", "Ohio St", "B10"], ["2", "Oregon", "P12"], ["13", "Texas", "B12"]],
        ),
        ("Team won\nGulls 31\nOwls 5\n", [["Team", "won"], ["Gulls", "31"], ["Owls", "5"]]),
        (
            '"Team" "won"\n"1" "Red Hawks" 31\n"2" "Owls" 5\n',
            [["", "Team", "won"], ["1", "Red Hawks", "31"], ["2", "Owls", "5"]],
        ),
    ],
)
def test_other_rows(text: str, rows: list[list[str]]) -> None:
    assert spaced_rows(text) == [*rows, []]


@pytest.mark.parametrize(
    "text",
    [
        "Name\nAda Lovelace\nAlan Turing\nKurt Mahler\n",
        "Name\nAda Love\nIan Turi\nTom Mahl\n",
        "The cat sat.  It is a mat.\nA dog came.\nIt was a good mat for a cat.\nThe end is near.\n",
        "one 1\ntwo 2\n",
        "",
    ],
)
def test_words_are_no_cells(text: str) -> None:
    assert spaced_rows(text) is None


@given(st.text(st.sampled_from('ab1 \n\r"'), max_size=80))
def test_no_word_is_lost(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for row, line in zip(spaced_rows(text) or [], lines, strict=False):
        assert "".join("".join(row).split()).replace('"', "") == "".join(line.split()).replace('"', "")


def test_a_csv_file_with_aligned_columns() -> None:
    article = read(ALIGNED.encode(), "/wins.csv")
    assert article.text == (
        "Table of wins.\nTeam: Gulls;\twon: 31;\tlost: 2.\nTeam: Owls;\tlost: 40.\n"
        "Team: Red Hawks;\twon: 7;\tlost: 9."
    )
    assert [article.place_at(article.text.index(word)) for word in ("Gulls", "Red")] == ["row 5", "row 8"]


def test_a_text_column_between_spaces() -> None:
    articles, failures = read_all(b'id text\n1 "The ferry sank."\n2 "It rose."\n3 "Bye."\n', "/a.tsv")
    assert [article.text for article in articles] == ["The ferry sank.", "It rose.", "Bye."] and not failures
