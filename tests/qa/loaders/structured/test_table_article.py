from __future__ import annotations

import pytest

from qa.loaders.base import File
from qa.loaders.registry import load_file
from qa.loaders.structured import table_article
from qa.types import Article


def read(text: str, name: str = "/league-table.csv") -> list[Article]:
    items = list(load_file(File(text.encode(), name, 1 << 20)))
    assert all(isinstance(item, Article) for item in items)
    return [item for item in items if isinstance(item, Article)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("question,answer\nWhat does it cost?,4 pounds.\n", "question: What does it cost?;\tanswer: 4 pounds."),
        ("Gulls,31\nTerns,27\n", "Gulls:\t31.\nTerns:\t27."),
        ("Year;2023;2024\nWins;31;27\n", "Year: Wins;\t2023: 31;\t2024: 27."),
        (
            "League\n\nTeam,Wins,,\nGulls,31,,\nTerns,27,,\n",
            "League.\nTeam: Gulls;\tWins: 31.\nTeam: Terns;\tWins: 27.",
        ),
        ("Team,Wins\nGulls,31,surplus\n", "Team: Gulls;\tWins: 31;\tsurplus."),
        ("name\nAda\n", "name.\nAda."),
    ],
)
def test_rows_without_a_text_column_are_lines(data: str, text: str) -> None:
    (article,) = read(data)
    assert (article.text, article.title, article.source) == (text, "League table", "/league-table.csv")


def test_each_line_knows_its_row_in_the_file() -> None:
    wide = ",".join(["x" * 80] * 9)
    names = ",".join("abcdefghi")
    (article,) = read(f"{names}\n1,2,3,4,5,6,7,8,9\n\n{wide}\n9,8,7,6,5,4,3,2,1\n")
    lines = article.text.split("\n")
    offsets = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    places = [article.place_at(offset) for offset in offsets]
    assert places == ["row 2", *["row 4"] * (len(lines) - 2), "row 5"]
    assert len(lines) > 4


def test_a_large_table_is_several_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_article, "MAX_CHARACTERS", 200)
    first, *others = read("Team,Wins\n" + "".join(f"Team {number},{number}\n" for number in range(30)))
    assert first.source == "/league-table.csv" and len(others) == 3
    assert others[0].title.startswith("League table, rows ")
    texts = "\n".join(article.text for article in (first, *others)).split("\n")
    assert texts == [f"Team: Team {number};\tWins: {number}." for number in range(30)]
    for article in others:
        assert article.place_at(0) == f"row {article.source.partition('#row')[2]}"


def test_the_dates_in_a_table_are_not_its_own() -> None:
    assert read("Date,Event\n2023-01-02,Choir\n")[0].date is None
    assert str(read("Date,Event\n2023-01-02,Choir\n", "/2024-05-06-events.csv")[0].date) == "2024-05-06"
