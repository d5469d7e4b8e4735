"""Dates in the paths of files: recognised where they are clear, and never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.dates import date_in_path

DAY = dt.date(2024, 1, 15)


@pytest.mark.parametrize(
    "path",
    [
        "/a/2024-01-15-ferry.txt",
        "/a/2024_01_15 ferry.txt",
        "/a/2024.01.15.txt",
        "/a/2024-1-15.txt",
        "/a/ferry_20240115.md",
        "/a/ferry-2024-01-15-final.docx",
        "/a/20240115.txt",
        "/a/20240115T103000Z.txt",
        "/a/IMG20240115_103000.pdf",
        "/a/20240115103000.txt",
        "/a/15-01-2024.txt",
        "/a/15 January 2024 ferry.txt",
        "/a/ferry-jan-15-2024.txt",
        "/a/minutes 15th of January 2024.docx",
        "/a/15jan2024.txt",
        "/a/2024-01-15.jsonl.gz",
        "/a/news.zip!/2024-01-15-ferry.txt",
        "/a/2024-01-15/ferry.txt",
        "/a/20240115/ferry.txt",
        "/a/2024/01/15/ferry.txt",
        "/a/2024/1/15/pages/ferry.txt",
        "/a/2024/01/15-ferry.txt",
        "/a/2024-01/15.txt",
        "/a/2020/03/03/2024/01/15/ferry.txt",
        "/a/2020/03/03/2024-01-15-ferry.txt",
        "C:\\news\\2024\\01\\15\\ferry.txt",
        "https://example.org/2024/01/15/ferry?date=2020-03-03#2020-03-03",
        "https://example.org/news/2024-01-15-ferry",
    ],
)
def test_a_clear_date_is_found(path: str) -> None:
    assert date_in_path(path) == DAY


@pytest.mark.parametrize(
    "path",
    [
        "/a/ferry.txt",
        "/a/2024/01/ferry.txt",
        "/a/report-2024.txt",
        "/a/03-04-2023.txt",
        "/a/v1.2.2023.txt",
        "/a/2024-02-30.txt",
        "/a/2024-13-45.txt",
        "/a/invoice-20231345.txt",
        "/a/12345678.txt",
        "/a/a20240115b3f9.txt",
        "/a/120240115.txt",
        "/a/1920x1080.txt",
        "/a/2024-01-01_2024-01-31.txt",
        "/a/backup-2024-01-15/ferry.txt",
        "https://example.org/ferry?date=2024-01-15",
        "",
    ],
)
def test_no_date_is_better_than_a_wrong_one(path: str) -> None:
    assert date_in_path(path) is None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d/x"]))
def test_every_date_comes_back(date: dt.date, form: str) -> None:
    assert date_in_path(f"/notes/{date.strftime(form)}.txt") == date


@given(st.text(st.sampled_from("0129-_./ jan15:?#!T\\"), max_size=40) | st.text())
def test_no_path_raises(path: str) -> None:
    date_in_path(path)
