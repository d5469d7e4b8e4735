from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.structured.dialects import Dialect, find_dialect, read_rows


def found(text: str, delimiters: str = ",;\t|") -> tuple[Dialect, list[object]]:
    dialect = find_dialect(text, delimiters, lambda row: "text" in row)
    return dialect, list(read_rows(text, dialect))


ROWS = [["Team", "Wins", "Notes"], ["Gulls", "31", "good, really; yes"], ["Terns", "27", "It's a\tgood | one"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("quote", "escape"), [('"', None), ("'", None), ('"', "\\"), ("'", "\\")])
def test_dialects(delimiter: str, quote: str, escape: str | None) -> None:
    rows = [*ROWS, ["Auks", "3", f"the {quote}Skerry{quote} team"]]
    stream = io.StringIO()
    writer = csv.writer(
        stream,
        delimiter=delimiter,
        quotechar=quote,
        escapechar=escape,
        doublequote=escape is None,
        quoting=csv.QUOTE_ALL,
    )
    writer.writerows(rows)
    dialect, read = found(stream.getvalue())
    assert read == rows
    assert (dialect.delimiter, dialect.quote, dialect.escape) == (delimiter, quote, escape)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sep=;\r\na;b,c\r\n1;2,3\r\n", [["a", "b,c"], ["1", "2,3"]]),
        ('\ufeff"sep=|"\na|b\n', [["a", "b"]]),
        ("a,b,,\n1,2,,\n", [["a", "b", "", ""], ["1", "2", "", ""]]),
        ('path,size\n"C:\\dir\\",3\n"C:\\x\\",4\n', [["path", "size"], ["C:\\dir\\", "3"], ["C:\\x\\", "4"]]),
        ("text\nOne; two; three\nFour, five\n", [["text"], ["One; two; three"], ["Four, five"]]),
        ('a, "b, c", d\n1,  "2, 3", 4\n', [["a", "b, c", "d"], ["1", "2, 3", "4"]]),
        ("Sum;1,5\nTotal;2,5\n", [["Sum", "1,5"], ["Total", "2,5"]]),
        ("name\nAda\n", [["name"], ["Ada"]]),
        ("", []),
    ],
)
def test_other_ways_to_write_rows(text: str, rows: list[list[str]]) -> None:
    assert found(text)[1] == rows


@given(st.text(st.sampled_from("ab,;\t|\"'\\\n\r =x1"), max_size=80))
def test_any_text_has_rows(text: str) -> None:
    dialect, rows = found(text)
    assert dialect.quote in "\"'"
    assert all(isinstance(row, list | csv.Error) for row in rows)
