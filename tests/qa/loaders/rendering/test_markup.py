import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import page


def read(text: str | bytes, name: str = "/a-page.html"):
    data = text if isinstance(text, bytes) else text.encode()
    (article,) = load_file(File(data, name, 1 << 20))
    return article


def headings(article):
    return [(article.text[h.start : h.end], h.level) for h in article.headings]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One\n  two</p><p>three</p>", "One two\n\nthree"),
        ("one<br>two", "one\ntwo"),
        ("a<b>b</b> <i>c</i>", "ab c"),
        ("3 m<sup>2</sup>, 10<sup><i>-6</i></sup>, 1<sup>st</sup>, H<sub>2</sub>O", "3 m², 10⁻⁶, 1st, H2O"),
        (
            '5 pounds<sup class="reference"><a href="#note1">[1]</a></sup><sup><a href="p#2">2</a></sup>.',
            "5 pounds.",
        ),
        ('5 pounds<sup><a href="#a">1</a>, <a href="#b">[b]</a></sup><sup class="fnref">*</sup>.', "5 pounds."),
        ('<ol><li><b><a href="#ref-1">^</a></b> A note. <a href="#ref-1">↩</a></ol>', "1. A note."),
        ('E=mc<sup><a href="/powers">2</a></sup>, the <a href="#n">2</a>', "E=mc², the 2"),
        ("<p>x&amp;y &lt;b&gt; caf&eacute; so&shy;ft</p>", "x&y <b> café soft"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("<ul><li>a<li><p>b</p><ul><li>c</ul></ul>d", "• a\n• b\n• c\n\nd"),
        (
            "<ol start=3 type=i><li>a<li value=9>b<li><p>c</p><p>d</p><ol type=A><li>e</ol></ol>",
            "iii. a\nix. b\nx. c\nd\nA. e",
        ),
        ("<ol reversed><li>a<li>b<li></ol>e", "3. a\n2. b\n\ne"),
        (
            "<dl><dt>a</dt><dd>b</dd><dd>c</dd><dt>d</dt><dt>e?</dt><dd><p>f</p></dd><dt>g</dt></dl>h",
            "a: b\na: c\nd, e? f\ng\n\nh",
        ),
        ("<p>a</p><pre>\nx\n\n  y  z\n</pre><p>b", "a\n\nx\n\n  y  z\n\nb"),
        (
            "<table><caption>T</caption><thead><tr><th>A<th>B<tbody><tr><td>1<td><p>2</p>3</table>e",
            "T\n\nA: 1;\tB: 2 3.\n\ne",
        ),
        ("<table><tr><td></td><td> </td></tr><tr><td><td>x</tr></table>", "x."),
        (
            "<table><tr><th>Founded<td>1911<tr><th>Coach:<td>Ines Bratt</table>",
            "Founded:\t1911.\nCoach:\tInes Bratt.",
        ),
        (
            "<table><tr><td><b>Team</b><td><b>Won</b><tr><td>Gulls<td>three<tr><td><b>All</b><td><b>4</b></table>",
            "Team: Gulls;\tWon: three.\nTeam: All;\tWon: 4.",
        ),
        (
            "<table><caption><h2>T</h2></caption><tr><th rowspan=2>Team<th colspan=2>2023<tr><th>Won<th>Lost"
            "<tr><td rowspan=2>Gulls<td>1<td>2<tr><td colspan=2>3</table>",
            "T\n\nTeam: Gulls;\t2023 Won: 1;\t2023 Lost: 2.\nTeam: Gulls;\t2023 Won, 2023 Lost: 3.",
        ),
        ("<table><tr><td><h1>H</h1>p</td><td>q</td></tr></table>", "H\n\np\n\nq"),
        ("a<script>x</script><style>y</style><nav>z</nav><!-- c --><template>t</template>b", "ab"),
        ("a<p hidden>x</p><p style='color:red;DISPLAY : none'>y</p><div role=navigation>z</div>b", "ab"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢"),
        ("<p>👩\u200d🚀 שלום</p>", "👩\u200d🚀 שלום"),
        ("<h1></h1><p>a</p></td></table></pre></li>b", "a\n\nb"),
    ],
)
def test_text_is_what_a_browser_shows(body, text):
    assert read(page(body)).text == text


def test_headings_are_lines_with_their_levels():
    article = read(page("<h1>A <b>b</b><br>c</h1>text<h3><div>D</div></h3><ul><li><h2>E</h2>item</ul>"))
    assert article.text == "A b c\n\ntext\n\nD\n\nE\n\nitem"
    assert headings(article) == [("A b c", 1), ("D", 3), ("E", 2)]


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
TAGS = st.sampled_from("h1 h2 h6 p div li ul table tr td th pre b br nav section".split())


@given(st.lists(st.tuples(TAGS, WORDS, st.booleans())))
@settings(max_examples=150)
def test_headings_are_lines_in_any_tag_soup(soup):
    body = "".join(
        f"<{tag}>{word.replace('<', '&lt;')}{f'</{tag}>' if closed else ''}" for tag, word, closed in soup
    )
    article = read(page("start " + body))
    position = 0
    for heading in article.headings:
        line = article.text[heading.start : heading.end]
        assert line.strip() and "\n" not in line and heading.start >= position
        assert article.text[heading.end : heading.end + 1] in ("", "\n")
        assert article.text[: heading.start].endswith("\n") or heading.start == 0
        position = heading.end


def test_metadata_of_a_page():
    head = """<title>News &amp; views | The Site</title>
    <meta property="article:published_time" content="2023-11-09T10:00Z">
    <meta name="author" content="A. Writer"><meta property="article:tag" content="war">
    <meta name="date" content="2020-01-01">"""
    article = read(page("<h1>News &amp; views</h1>text", head))
    assert (article.title, article.date, article.tags) == ("News & views", dt.date(2023, 11, 9), ("war",))
    assert article.metadata == {"author": "A. Writer", "language": "en"}


def test_title_and_date_fall_back():
    assert read(page("text", "<title> A\n title </title>")).title == "A title"
    assert read(page("<h2>Head</h2>text")).title == "Head"
    assert read(page("text")).title == "A page"
    assert read(page("<time datetime='nonsense'>x</time><time datetime='2023-11-09'>y</time>")).date == dt.date(
        2023, 11, 9
    )


def test_encodings_of_pages():
    declared = page("<p>Привет</p>", "<meta charset=windows-1251>").encode("cp1251")
    assert read(declared).text == "Привет"
    assert read(page("<p>café</p>", "<meta charset=latin-1>")).text == "café"
    assert read(page("<p>café").encode("utf-16")).text == "café"


def test_entities_that_xhtml_defines_are_not_resolved():
    evil = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">
    <!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><html xmlns="http://www.w3.org/1999/xhtml"><head>
    <title/><script src="a"/></head><body><p title="&m;">a&x;b&nbsp;c&m;</p></body></html>"""
    assert read(evil, "/a.xhtml").text == "ab\xa0c"
    assert read("<html><p>not well-formed<br></html>", "/a.xhtml").text == "not well-formed"


@pytest.mark.parametrize("body", ["", "<script>x</script>", "<!-- -->", "&nbsp;"])
def test_a_page_without_visible_text_is_refused(body):
    with pytest.raises(LoadError, match="no text"):
        read(page(body))


def test_too_deep_nesting_is_refused_not_cut():
    with pytest.raises(LoadError, match="nested too deeply"):
        read("<div>" * 5000 + "deep")


MARKDOWN = """---
title: "The title: a tale"
date: 2023-11-09  # day
tags:
  - war
  - peace
author: A. Writer
nested:
  key: value
---
# Head *one*

A para
with [a link](http://x) &amp; `code`.

- a
- b

  c

| A | B |
|---|---|
| 1 | 2 |

Two
---
<script>alert(1)</script>
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_markdown(newline):
    article = read(MARKDOWN.replace("\n", newline), "/a.md")
    text = "Head one\n\nA para with a link & code.\n\n• a\n• b\nc\n\nA: 1;\tB: 2.\n\nTwo"
    assert article.text == text
    assert headings(article) == [("Head one", 1), ("Two", 2)]
    assert (article.title, article.date, article.tags) == (
        "The title: a tale",
        dt.date(2023, 11, 9),
        ("war", "peace"),
    )
    assert article.metadata == {"author": "A. Writer"}


def test_markdown_titles_and_front_matter_variants():
    assert read("text\n\n## Head", "/a.md").title == "Head"
    assert read("just text", "/my_notes.md").title == "My notes"
    toml = read('+++\ntitle = "T"\ndate = 2023-11-09\ntags = ["a"]\n+++\ntext', "/a.md")
    assert (toml.title, toml.date, toml.tags, toml.text) == ("T", dt.date(2023, 11, 9), ("a",), "text")
    assert read("---\ntags: [a, 'b c']\n---\ntext", "/a.md").tags == ("a", "b c")
    assert read("---\nno front matter here\n---\ntext", "/a.md").text == "no front matter here\n\ntext"
    assert read("> " * 40 + "deep", "/a.md").text == "deep"
    assert read("+++\nnot toml\n+++\ntext", "/a.md").text == "+++ not toml +++ text"


@pytest.mark.parametrize("text", ["---\ntitle: T\n---\n", "<!-- nothing -->", '+++\ntitle = "\\u0000"\n+++\ntext'])
def test_markdown_without_text_or_with_nul_is_refused(text):
    with pytest.raises(LoadError):
        read(text, "/a.md")
