"""Where an article's date comes from: what the document declares, then its head, then its path."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qa.loaders import load
from qa.types import Article

BODY = "The council of Morwick met, and decided to repaint the lighthouse."


@pytest.mark.parametrize(
    ("name", "content", "date"),
    [
        ("2024-01-15-ferry.txt", BODY, dt.date(2024, 1, 15)),
        ("2024/01/15/ferry.txt", BODY, dt.date(2024, 1, 15)),
        ("2024-01-15-ferry.txt", f"3 March 2023. {BODY}", dt.date(2023, 3, 3)),
        ("2024-01-15-ferry.md", f"---\ndate: 2022-02-02\n---\n3 March 2023\n\n{BODY}", dt.date(2022, 2, 2)),
        ("2024-01-15-ferry.md", f"# Ferry\n\n*3 March 2023*\n\n{BODY}", dt.date(2023, 3, 3)),
        (
            "2024-01-15-ferry.html",
            f"<head><meta name='date' content='2022-02-02'></head><body><p>3 March 2023</p><p>{BODY}</p></body>",
            dt.date(2022, 2, 2),
        ),
        ("03-04-2023.txt", BODY, None),
        ("ferry.txt", f"03/04/2023\n{BODY}", None),
        ("ferry.txt", f"03/04/2023\n{BODY} It met again on 25/04/2023.", dt.date(2023, 4, 3)),
    ],
)
def test_what_the_document_declares_wins_over_its_head_and_its_path(
    tmp_path: Path, name: str, content: str, date: dt.date | None
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    (article,) = load(file)
    assert isinstance(article, Article)
    assert article.date == date
