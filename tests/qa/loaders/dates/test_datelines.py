"""Dates at the head of a text: those of the text itself, not those that it speaks of."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.dates import date_in_head

DAY = dt.date(2023, 3, 3)
BODY = "The council of Morwick met on 2 May 2020, and decided to repaint the lighthouse."


@pytest.mark.parametrize(
    "head",
    [
        "3 March 2023\n",
        "3 March 2023. ",
        "3. March 2023\n",
        "The Lighthouse\n\nFriday, 3 March 2023\n\n",
        "# The Lighthouse\n*March 3rd, 2023*\n\n",
        "(3 March 2023)\n",
        "Morwick, the 3rd of March, 2023\n\nDear Sir,\n",
        "BERLIN, March 3, 2023 -- ",
        "BERLIN March 3, 2023 -- ",
        "Berlin, 3 March 2023 – ",
        "LONDON (Reuters) - March 3, 2023 - ",
        "WASHINGTON, 3 March 2023 (AP) — ",
        "Published: 3 March 2023\nUpdated: 5 March 2023\n",
        "Updated: 5 March 2023\nFirst published 3 March 2023\n",
        "Last updated on 3 March 2023\n",
        "Posted by Ines Bratt on March 3, 2023\n",
        "Posted on March 3, 2023 by admin\n",
        "The Lighthouse\nBy Ines Bratt\n3 March 2023\n",
        "By Ines Bratt | 3 March 2023 | 3 min read\n",
        "By Ines Bratt, published 3 March 2023 at 10:30 GMT\n",
        "Date: Fri, 03 Mar 2023 10:00:00 GMT\n",
        "Mar. 3, 2023, 10:30 a.m. EST\n",
        "date: 2023-03-03\n",
        "2023/03/03\n",
        "03.03.2023\n",
        "03/03/2023\n",
    ],
)
def test_a_dateline_is_the_date_of_the_text(head: str) -> None:
    assert date_in_head(head + BODY) == DAY
    assert date_in_head((head + BODY).replace("\n", "\r\n")) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        "On 3 March 2023 the council met.",
        "3 March 2023 was a cold day.",
        "Deadline: 3 March 2023\n" + BODY,
        "Born 3 March 1970\n" + BODY,
        "In force since 3 March 2023\n" + BODY,
        "3–5 March 2023\n" + BODY,
        "3 March 2023 – 5 April 2023\n" + BODY,
        "Morwick\n\nFounded\n3 March 1911\n" + BODY,
        "The Morwick census\nDate taken\n3 March 1911\n" + BODY,
        "31 June 2023\n" + BODY,
        "2023-02-30\n" + BODY,
        "3 March 3023\n" + BODY,
        "March 2023\n" + BODY,
        "3 March 2023\nWe sailed.\n4 March 2023\nWe rested.",
        "3 March 1911. The ferry sinks.\n16 May 1912. A new one is built.",
        "\n".join([BODY] * 9) + "\n3 March 2023\n",
    ],
)
def test_no_date_is_better_than_a_wrong_one(text: str) -> None:
    assert date_in_head(text) is None


@pytest.mark.parametrize(
    ("others", "date"),
    [
        ("", None),
        ("On 25/04/2023 it closed.", dt.date(2023, 4, 3)),
        ("On 04/25/2023 it closed.", dt.date(2023, 3, 4)),
        ("On 25/04/2023 it closed, on 04/26/2023 it opened.", None),
        ("On 05/06/2023 it closed.", None),
    ],
)
def test_days_and_months_are_told_apart_only_by_the_text(others: str, date: dt.date | None) -> None:
    assert date_in_head(f"03/04/2023\n{BODY} {others}") == date


@given(st.text(st.sampled_from("3 March 2023-/.,|\nBERLIN(AP):"), max_size=80) | st.text())
def test_no_text_raises(text: str) -> None:
    date_in_head(text)
