"""What passes between the parent and a worker, in any form that a hostile worker may give it."""

import datetime as dt
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.pdfium.page_picture import LONGEST_SIDE, MAX_BOXES, Picture, QuoteOnPage
from qa.loaders.worker.frames import (
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
    read_frame,
    write_frame,
)
from qa.loaders.worker.page_frames import (
    MAX_PICTURE,
    decode_page_request,
    decode_picture,
    encode_page_request,
    encode_picture,
)
from qa.loaders.worker.pool import _Pool, load_in_worker
from qa.types import Article, Heading

ARTICLE = Article(
    "Some text",
    "Title",
    "/a.pdf",
    dt.date(2023, 11, 9),
    (Heading(0, 4, 6),),
    (0, 5),
    ("a", "b"),
    {"author": "A"},
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def test_articles_and_failures_come_back_as_they_were() -> None:
    items = [
        ARTICLE,
        LoadFailure("/a.zip!/b.pdf", "broken"),
        LoadFailure("/c", "unknown", is_skipped=True),
        Article("x", source="/c.md"),
    ]
    assert decode_reply(encode_reply([items]), 1) == [items]


def test_files_of_a_request_come_back_as_they_were() -> None:
    files = [File(b"abc", "/a.html", 5), File(b"", "/b.pdf.gz", 6, decompressed=True), File(b"de", "/c.md", 7)]
    assert decode_request(*encode_request(files)) == files


def test_results_of_a_reply_are_in_the_order_of_its_files() -> None:
    items, error, nothing = decode_reply(encode_reply([[ARTICLE], LoadError("broken"), []]), 3)
    assert (items, nothing) == ([ARTICLE], [])
    assert isinstance(error, LoadError) and str(error) == "broken"
    for count in (2, 4):
        with pytest.raises(ValueError, match="malformed"):
            decode_reply(encode_reply([[ARTICLE], LoadError("broken"), []]), count)


@given(
    st.sampled_from(["text", "title", "source", "date", "headings", "pages", "tags", "metadata", "places"]), JSON
)
def test_replies_of_another_form_are_refused(field: str, value: object) -> None:
    ((fields,),) = json.loads(encode_reply([[ARTICLE]]))
    fields[field] = value
    try:
        ((article,),) = decode_reply(json.dumps([[fields]]).encode(), 1)
    except ValueError:
        return
    assert isinstance(article, Article) and article.content_hash
    assert all(type(h.start) is type(h.end) is type(h.level) is int for h in article.headings)


@given(st.binary(max_size=40))
def test_random_replies_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, EOFError)):
        decode_reply(read_frame(io.BytesIO(data), 1000), 1)


def test_frames() -> None:
    stream = io.BytesIO()
    write_frame(stream, b"abc")
    stream.seek(0)
    assert read_frame(stream, 3) == b"abc"
    stream.seek(0)
    with pytest.raises(ValueError, match="more than 2"):
        read_frame(stream, 2)


def test_pictures_and_requests_for_them_come_back_as_they_were() -> None:
    picture = Picture(2, 1, b"\n\n\n{}\n", ((0.1, 0.2, 0.3, 0.4),))
    assert decode_picture(encode_picture(picture)) == picture
    assert str(decode_picture(encode_picture(LoadError("broken\nfile")))) == "broken\nfile"
    quote = QuoteOnPage(3, "quote", "“before”", "after\n")
    assert decode_page_request(encode_page_request(quote)) == quote


@given(JSON, st.integers(0, 20))
def test_pictures_of_another_form_are_refused(head: object, size: int) -> None:
    try:
        picture = decode_picture(json.dumps(head).encode() + b"\n" + b"\0" * size)
    except ValueError:
        return
    assert isinstance(picture, LoadError) == isinstance(head, str)


@pytest.mark.parametrize(
    ("width", "height", "size", "boxes"),
    [
        (2, 2, 11, []),
        (2, 2, 13, []),
        (-2, -2, 12, []),
        (LONGEST_SIDE + 2, 1, 3 * LONGEST_SIDE + 6, []),
        (True, 1, 3, []),
        (1, 1, 3, [[0, 0, 2, 1]]),
        (1, 1, 3, [[0, 0, float("nan"), 1]]),
        (1, 1, 3, [["0", "0", "x", "1"]]),
        (1, 1, 3, [[0, 0, 1, 1]] * (MAX_BOXES + 1)),
    ],
)
def test_pictures_of_another_size_are_refused(width: int, height: int, size: int, boxes: list[object]) -> None:
    with pytest.raises(ValueError, match="malformed"):
        decode_picture(json.dumps([width, height, boxes]).encode() + b"\n" + b"\0" * size)


def test_the_largest_picture_fits_into_a_frame() -> None:
    largest = Picture(
        side := LONGEST_SIDE + 1, side, bytes(3 * side**2), ((0.1234, 0.1234, 0.5678, 0.5678),) * MAX_BOXES
    )
    assert len(encode_picture(largest)) <= MAX_PICTURE


def test_an_article_of_another_source_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Pool, "load", lambda *_: [[ARTICLE], [ARTICLE]])
    error, items = load_in_worker([File(b"x", source, 1 << 20) for source in ("/b.pdf", "/a.pdf")])
    assert isinstance(error, LoadError) and "another source" in str(error)
    assert items == [ARTICLE]
