import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.formats.office.cell_values import is_date_code, shown_number


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("1234.5", "General", "1234.5"),
        ("42", "General", "42"),
        ("0.30000000000000004", "General", "0.3"),
        ("0.125", "0%", "12%"),
        ("0.125", "0.0%", "12.5%"),
        ("1234567", "#,##0", "1,234,567"),
        ("-1234.5", "#,##0.00;(#,##0.00)", "(1,234.50)"),
        ("-5", "0", "-5"),
        ("12.5", '"€" #,##0.00', "€ 12.50"),
        ("12.5", "#,##0.00 [$€-407]", "12.50 €"),
        ("1500000", '0.0,,"M"', "1.5M"),
        ("0", '0;-0;"none"', "0"),
        ("3.10", "0.##", "3.1"),
        ("3", "0.##", "3"),
        ("12345", "0.00E+00", "1.23E+04"),
        ("0.5", "# ?/?", "0.5"),
        ("45356", "yyyy-mm-dd", "2024-03-05"),
        ("45356", "d mmmm yyyy", "5 March 2024"),
        ("45356", "mmm-yy", "March 2024"),
        ("45356.604166666", "mm/dd/yy h:mm", "2024-03-05 14:30"),
        ("0.604166666", "h:mm AM/PM", "14:30"),
        ("1.5", "[h]:mm:ss", "36:00:00"),
        ("text", "0.00", "text"),
        ("1e999", "0.00", "1e999"),
        ("-3", "yyyy", "-3"),
    ],
)
def test_numbers_are_shown_as_their_codes_say(number: str, code: str, shown: str) -> None:
    assert shown_number(number, code) == shown


def test_days_may_be_counted_from_1904() -> None:
    assert shown_number("0", "yyyy-mm-dd", is_1904=True) == "1904-01-01"


@pytest.mark.parametrize(
    ("code", "is_date"),
    [("General", False), ("0.00", False), ('0 "days"', False), ("[Red]0", False), ("d-mmm", True),
     ("[h]:mm", True), ("mm:ss.0", True), ("@", False), ("#,##0 [$€-407]", False)],
)  # fmt: skip
def test_codes_of_dates(code: str, is_date: bool) -> None:
    assert is_date_code(code) == is_date


@given(st.floats(), st.text(st.sampled_from('0#?.,%E+;"\\[]()$dmyhs/: ABGeneral@_*-'), max_size=20))
def test_no_code_is_an_error(number: float, code: str) -> None:
    assert isinstance(shown_number(str(number), code), str)


@given(st.dates(dt.date(1900, 3, 1)))
def test_all_days_are_shown(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    assert shown_number(str(serial), "mm-dd-yy") == day.isoformat()
