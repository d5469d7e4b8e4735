import datetime as dt

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import seeds
from qa.errors import LoadError
from qa.indexing.passages import split_passages
from qa.loaders.base import File
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import only

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\r\f")
TEXTS = st.text(CHARACTERS) | st.text(st.sampled_from("ab \r\n\té\u0301😀👩\u200d🚀שלום\u202e\u2028"))


def read(data: bytes):
    (article,) = load_file(File(data, "/a.txt", 1 << 20))
    return article


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@given(text=TEXTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.differing_executors])
def test_the_text_is_kept_exactly(encoding, text):
    assume(text.strip() and not text.startswith("\ufeff"))
    assert read(text.encode(encoding)).text == text


def test_the_seed_article():
    article = only(seeds.FOLDER / "000_45e8615605c2f88a.txt")
    assert article.date == dt.date(2023, 11, 9)
    assert article.text.startswith(" date 2023-11-09 In a surprise visit to Kyiv")
    assert article.title == "In a surprise visit to Kyiv, NATO Secretary General Jens Stoltenberg…"


@pytest.mark.parametrize("head", ["date 2023-11-09 ", "Date: 2023-11-09\n", "date:2023-11-09\r\n\r\n"])
def test_a_leading_date_stays_in_the_text_but_is_no_passage(head):
    article = read(f"\ufeff{head}Some  text\r\n".encode())
    assert (article.date, article.text) == (dt.date(2023, 11, 9), f"{head}Some  text\r\n")
    assert article.title == "Some text"
    (passage,) = split_passages(article, lambda texts: [len(text.split()) for text in texts], 100)
    assert article.text[passage.start : passage.end] == "Some  text"


def test_an_offset_is_that_of_the_file_and_has_its_line():
    text = "date 2023-11-09\n\nIt rained.\r\nIt snowed."
    article = read(text.encode("utf-16"))
    assert article.text == text
    assert [article.place_at(text.index(word)) for word in ("rained", "snowed")] == ["line 3", "line 4"]


@pytest.mark.parametrize("text", ["date 2023-99-99 Text", "date 2023-11-09th", "The date 2023-11-09 was set"])
def test_other_dates_are_text(text):
    article = read(text.encode())
    assert (article.date, article.text) == (None, text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le café est fermé à midi.", "cp1252"),
        ("Größe", "latin-1"),
        ("Zażółć gęślą jaźń i już wiemy.", "cp1250"),
        ("Müller sagte “nein” – und ging über die Straße.", "cp1252"),
        ("Привет, как дела? Это русский текст.", "cp1251"),
        ("日本語のテキストです。今日は良い天気ですね。", "shift_jis"),
    ],
)
def test_legacy_encodings_are_detected(text, encoding):
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "contains no text"),
        (b" \r\n\t ", "contains no text"),
        (b"date 2023-11-09\n", "contains no text"),
        (b"abc\0def", "binary"),
        (bytes(range(256)), "binary"),
        (b"\x01\x02\x03 text", "binary"),
        (b"%PDF-1.4 text", "not text but PDF"),
        (b"\x89PNG\r\n\x1a\n", "not text but PNG"),
        (b"\xff\xfea", "not"),
        ("Это".encode("cp1251"), "encoding"),
        (b"caf\x81\x8d\x90 \xff\xfe\xfd\x9d", "encoding"),
    ],
)
def test_what_is_not_text_is_refused(data, reason):
    with pytest.raises(LoadError, match=reason):
        read(data)
