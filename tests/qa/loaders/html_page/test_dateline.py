"""The date that a page shows for its article, and no other."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.loaders.base import File
from qa.loaders.in_process import load_here
from qa.types import Article
from tests.qa.loaders.documents import page

DAY = dt.date(2021, 3, 4)
HEADING = "<h1>Harbour wall to be raised</h1>"
TEXT = (
    "<p>The council of Skelby will raise the harbour wall by two metres before next winter.</p>"
    "<p>The engineer Ada Crane expects the work to take nine months and cost four million.</p>"
)
WHOLE = f"<article>{HEADING}{TEXT}</article>"
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/s'>Sport, 9 March 2021</a></li></ul></nav>"


def load(body: str) -> Article:
    (article,) = load_here(File(page(MENU + body).encode(), "/a.html", 1 << 20))
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{HEADING}<div class='entry-meta'>Ines Bratt | <span>4 March 2021</span></div>{TEXT}</article>",
        f"<article><p class='topline'>4. März 2021</p>{HEADING}{TEXT}</article>",
        f"<article><header><span class='date'>04.03.2021 | 13:10 Uhr</span>{HEADING}</header>{TEXT}</article>",
        f"{WHOLE}<p class='postmetadata'>Erstellt am Do. 4. März 2021, 8:30</p>",
        f"<article>{HEADING}{TEXT}<p>Skelby, 4 March 2021</p></article>",
        f"<article>{HEADING}<small>Updated: 6 March 2021</small><small>4 March 2021</small>{TEXT}</article>",
        f"<article>{HEADING}<time class='updated' datetime='2021-03-06'>Saturday</time>"
        f"<time class='published' datetime='2021-03-04'>Thursday</time>{TEXT}</article>",
        f"<article>{HEADING}<p>Last updated on 4 March 2021</p>{TEXT}</article>",
        f"<article>{HEADING}<p>Deadline: 9 March 2021</p><p class='date'>4 March 2021</p>{TEXT}</article>",
        f"<article>{HEADING}<div class='footer'><time datetime='2021-03-04'>Thursday</time></div>{TEXT}</article>",
    ],
)
def test_the_date_beside_the_article_is_its_date(body: str) -> None:
    assert load(body).date == DAY


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{HEADING}{TEXT}<p>The wall was built on 4 March 2021.</p></article>",
        f"{WHOLE}<ul class='comments'><li><time>4 March 2021</time> Fine.</li></ul>",
        f"{WHOLE}<div class='related'><a href='/'>Mayor</a><p class='date'>4.3.2021</p></div>",
        f"<article>{HEADING}{TEXT * 4}<blockquote class='tweet'><a>March 4, 2021</a></blockquote></article>",
        f"<article>{HEADING}<p>Meeting from 2 – 4 March 2021</p>{TEXT}</article>",
        f"<article>{HEADING}<dl class='profile'><dd class='profile-joined'>4 March 2021</dd></dl>{TEXT}</article>",
        f"<article>{HEADING}<p class='date'>Deadline: 4 March 2021</p>{TEXT}</article>",
    ],
)
def test_no_other_date_is(body: str) -> None:
    assert load(body).date is None


def test_the_language_of_the_page_says_whether_days_come_first() -> None:
    body = f"<article>{HEADING}<p class='date'>04/03/2021</p>{TEXT}</article>"
    assert load(body).date is None
    french = page(body).replace("lang='en'", "lang='fr'").replace('lang="en"', 'lang="fr"')
    (article,) = load_here(File(french.encode(), "/a.html", 1 << 20))
    assert isinstance(article, Article)
    assert article.date == DAY


@pytest.mark.parametrize(
    ("declared", "date"),
    [
        ("2021-03-05T02:25:00+00:00", DAY),
        ("2021-03-05T02:25:00Z", DAY),
        ("2021-03-05T02:25:00+01:00", dt.date(2021, 3, 5)),
        ("2021-03-06T02:25:00Z", dt.date(2021, 3, 6)),
    ],
)
def test_the_address_says_which_day_a_time_in_utc_was(declared: str, date: dt.date) -> None:
    head = (
        f'<meta property="article:published_time" content="{declared}">'
        '<link rel="canonical" href="https://example.org/2021/03/04/wall/">'
    )
    (article,) = load_here(File(page(HEADING + TEXT, head).encode(), "/a.html", 1 << 20))
    assert isinstance(article, Article)
    assert article.date == date
