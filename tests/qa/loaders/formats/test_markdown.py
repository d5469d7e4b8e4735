from __future__ import annotations

import datetime as dt

import pytest

from qa.loaders.base import File
from qa.loaders.in_process import load_here
from qa.types import Article


def read(text: str) -> Article:
    (article,) = load_here(File(text.encode(), "/notes.md", 1 << 20))
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("It sank[^1] and rose[^b].\n\n[^1]: 1911\n[^b]: in *June*", "It sank (1911) and rose (in June)."),
        ("One[^1], two[^1].\n\n[^1]: once\n[^2]: never", "One (once), two."),
        ("One^[a [link](http://x)].", "One (a link)."),
        (
            "One[^long].\n\nTwo.\n\n[^long]: First part.\n\n    Second part.",
            "One.\n\nFirst part.\n\nSecond part.\n\nTwo.",
        ),
        (f"- One[^1]\n- Two\n\n[^1]: {'word ' * 30}", f"• One\n• Two\n\n{('word ' * 30).strip()}"),
        ("A[^1]\n\n[^1]: note[^1] itself", "A (note itself)"),
        ("see [[Harbour]], [[Pier|the pier]] and [[Town#Sights]]", "see Harbour, the pier and Town > Sights"),
        ("![[map.png]]x ![[Note]] `[[code]]` [[1]](http://x)", "x Note [[code]] [1]"),
        ("> [!NOTE]\n> Bring boots.", "Note\nBring boots."),
        ("> [!tip]- Boots\n> Bring them.", "Boots\nBring them."),
        ('!!! warning "Ice"\n    The quay is slippery.\n\nAfter.', "Ice\n\nThe quay is slippery.\n\nAfter."),
        ("Fender\n: A cushion.\n\nPainter\n: A rope.", "Fender: A cushion.\nPainter: A rope."),
        ("# Title {#id .class}\n\ntext {x}", "Title\n\ntext {x}"),
        ("3. c\n4. d\n   1. e", "3. c\n4. d\n1. e"),
        ("[[not\nclosed]] [[a|b|c]] [[]]", "[[not closed]] b|c [[]]"),
    ],
)
def test_it_is_read_as_it_is_shown(source: str, text: str) -> None:
    assert read(source).text == text


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: >-\n  The\n  harbour\ndate: 2023-11-09\ntags: [a, b]\nby: Ada\nauthors:\n  - name: X\n---",
        "---yaml\ntitle: The harbour\npublished: 2023-11-09T10:00:00Z\ntags:\n- a\n- b\nby: Ada\n...",
        '+++\ntitle = "The harbour"\ndate = 2023-11-09\ntags = ["a", "b"]\nby = "Ada"\n[x]\ny = 1\n+++',
        '{"title": "The harbour", "date": "2023-11-09", "tags": ["a", "b"], "by": "Ada", "x": {"y": 1}}',
        ';;;\n{"title": "The harbour", "date": "2023-11-09", "tags": "a, b", "By": "Ada"}\n;;;',
    ],
)
def test_front_matter_of_any_kind(front: str) -> None:
    article = read(f"{front}\nText.")
    assert (article.text, article.title, article.date) == ("Text.", "The harbour", dt.date(2023, 11, 9))
    assert (article.tags, article.metadata["by"]) == (("a", "b"), "Ada")
    assert not {"x", "authors"} & article.metadata.keys()


def test_front_matter_that_is_not_quite_yaml() -> None:
    article = read("---\ntitle: Ferry: the end\ntags:\n  - [a\n---\nText.")
    assert (article.title, article.text) == ("Ferry: the end", "Text.")
    assert read("{not json}\n\nText.").text == "{not json}\n\nText."
    bomb = "a: &a [x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert read(f"---\n{bomb}title: T\n---\nText.").title == "T"
