import datetime as dt
import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders import LoadFailure, records
from qa.loaders.base import File
from qa.loaders.registry import load_file
from qa.types import Article, Heading, Place
from tests.qa.loaders.documents import split


def read(data: str | bytes, name: str):
    data = data if isinstance(data, bytes) else data.encode()
    items = list(load_file(File(data, name, 1 << 20)))
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, LoadFailure)]


STRINGS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))


@st.composite
def articles(draw):
    text = draw(STRINGS.filter(str.strip))
    start = draw(st.integers(0, len(text) - 1))
    return Article(
        text,
        draw(STRINGS),
        draw(STRINGS.filter(bool)),
        draw(st.none() | st.dates(dt.date(1000, 1, 1), dt.date(2199, 1, 1))),
        (Heading(start, len(text), 2),),
        (0, start),
        tuple(draw(st.lists(STRINGS))),
        draw(st.dictionaries(STRINGS, STRINGS)),
    )


@given(st.lists(articles(), min_size=1, max_size=3), st.booleans())
@settings(max_examples=60)
def test_an_export_loads_as_the_same_articles(exported, ascii_only):
    lines = (json.dumps(asdict(article), default=str, ensure_ascii=ascii_only) for article in exported)
    found, failures = read("\n".join(lines), "/a.jsonl")
    assert found == exported and not failures


def test_jsonl_reports_bad_lines_and_keeps_the_others(tmp_path):
    lines = [
        '{"text": "one", "id": "x", "Author": "A", "n": 3, "tags": "a,b", "date": "2023-11-09"}',
        "not json",
        "[1]",
        '{"text": 5}',
        '{"other": "x"}',
        '{"text": "\\ud800"}',
        '{"text": "ok", "title": "\\u0000"}',
        "[" * 100_000,
        '{"text": "", "body": "two", "url": "http://x", "list": [1]}',
        '{"text": "three", "source": "http://x"}',
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n\n".join(lines))
    found, failures = split(path)
    one, two = found
    assert (one.text, one.source, one.title) == ("one", f"{path}#x", "one")
    assert (one.tags, one.date) == (("a", "b"), dt.date(2023, 11, 9))
    assert one.metadata == {"author": "A", "n": "3"}
    assert (two.text, two.source, two.metadata) == ("two", "http://x", {"text": "", "list": "[1]"})
    reasons = [
        "valid JSON",
        "not a JSON object",
        "not a string",
        "has: other",
        "lone surrogate",
        "NUL",
        "valid JSON",
        "same source",
    ]
    assert len(failures) == len(reasons)
    assert all(reason in failure.reason for failure, reason in zip(failures, reasons, strict=True))
    assert failures[0].source == f"{path}#3"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_columns(delimiter):
    rows = [
        ["Title", "Content", "date", "url", "tags", "Author"],
        ["T", '"a, b;\tc|\r\n""d"""', "2023-11-09", "", "x", "W"],
    ]
    data = "\r\n".join(delimiter.join(row) for row in rows)
    ((article,), failures) = read("\ufeff" + data, "/a.csv")
    assert article == Article(
        'a, b;\tc|\r\n"d"',
        "T",
        "/a.csv#1",
        dt.date(2023, 11, 9),
        tags=("x",),
        metadata={"author": "W"},
        places=(Place(0, "row 2"),),
    )
    assert not failures


def test_csv_reports_bad_rows_and_keeps_the_others():
    found, failures = read('text,id\none,1\n,2\n\n"two"x,3\nthree,4,5\nfour\n"open', "/a.csv")
    assert [(article.text, article.source) for article in found] == [("one", "/a.csv#1"), ("four", "/a.csv#6")]
    assert [failure.source for failure in failures] == ["/a.csv#2", "/a.csv#4", "/a.csv#5", "/a.csv#7"]


def test_very_large_fields():
    text = "word " * 200_000
    ((article,), _) = read(f'text\n"{text}"\n', "/a.tsv")
    assert article.text == text


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        ("\n", "/a.csv", "contains no text"),
        ("text\n\n", "/a.csv", "no article"),
        ('{"a": 1}\n{"b": 2}', "/a.jsonl", "it has: a"),
        ("plain text", "/a.jsonl", "valid JSON"),
        (b"text\n\0\n", "/a.csv", "binary"),
    ],
)
def test_files_without_articles(data, name, reason):
    with pytest.raises(LoadError, match=reason):
        read(data, name)


def test_a_record_without_a_date_has_that_of_its_dateline_unless_it_says_that_it_has_none():
    text = "3 March 2023. The ferry sank."
    records = [{"text": text}, {"text": text, "date": None}, {"text": text, "date": "2020-01-02"}]
    found, _ = read("\n".join(map(json.dumps, records)), "/2024-05-06.jsonl")
    assert [article.date for article in found] == [dt.date(2023, 3, 3), None, dt.date(2020, 1, 2)]


def test_a_language_is_taken_if_it_is_a_code():
    records = [{"text": "Eins", "language": "de"}, {"text": "Zwei", "language": "German"}]
    found, _ = read("\n".join(map(json.dumps, records)), "/a.jsonl")
    assert [(article.language, article.metadata) for article in found] == [
        ("de", {}),
        ("", {"language": "German"}),
    ]


@pytest.mark.parametrize("values", ["[],", '{"a":0},', "0,"])
def test_a_record_of_too_many_values_is_refused_before_it_is_parsed(monkeypatch, values):
    monkeypatch.setattr(records, "MAX_VALUES", 100)
    many = '{"text": "a", "x": [' + values * 120 + "0]}"
    lines = ['{"text": "One"}', many, json.dumps({"text": "a" * 200}), '{"text": "Four"}']
    found, failures = read("\n".join(lines), "/a.jsonl")
    assert [article.text for article in found] == ["One", "a" * 200, "Four"]
    assert [failure.reason for failure in failures] == [
        "it has more than 100 values: this is not one article; split it"
    ]


def test_a_text_is_found_where_it_is_nested():
    record = {"id": 7, "data": {"title": "T", "Body": ["One.", "Two."], "date": "2023-01-02"}, "n": {"m": 1}}
    ((article,), failures) = read(json.dumps(record), "/a.jsonl")
    assert (article.text, article.title, article.date) == ("One.\n\nTwo.", "T", dt.date(2023, 1, 2))
    assert (article.source, article.metadata, article.place_at(0)) == ("/a.jsonl#7", {"n.m": "1"}, "line 1")
    assert not failures


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("/a.csv", "notes,blurb\nx,It rained."),
        ("/a.jsonl", '{"text": "no", "inner": {"Blurb": "It rained."}}'),
        ("/a.json", '{"data": [{"text": "no", "inner": [{"blurb": "It rained."}]}]}'),
    ],
)
def test_the_text_field_can_be_named(name, data):
    (article,) = load_file(File(data.encode(), name, 1 << 20, text_field="blurb"))
    assert article.text == "It rained."
    with pytest.raises(LoadError, match=r"named other.*it has: .*blurb"):
        list(load_file(File(data.encode(), name, 1 << 20, text_field="other")))


@pytest.mark.parametrize(
    ("document", "texts"),
    [
        ([{"text": "A"}, {"text": "B"}], {"#1": "A", "#2": "B"}),
        ({"meta": [1], "results": {"items": [{"text": "A"}, {"content": {"text": "B"}}]}}, {"#1": "A", "#2": "B"}),
        ({"one": {"text": "A"}, "two": {"text": "B"}}, {"#one": "A", "#two": "B"}),
        ({"text": "A", "comments": [{"text": "x"}, {"text": "y"}]}, {"#1": "A"}),
        ({"title": "T", "article": {"body": "A"}}, {"#1": "A"}),
        (["A", "B"], {"#1": "A", "#2": "B"}),
    ],
)
def test_records_are_found_in_json(document, texts):
    found, failures = read(json.dumps(document), "/a.json")
    assert {article.source.removeprefix("/a.json"): article.text for article in found} == texts
    assert not failures


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('{"a": {"b": "x"}, "c": 1}', r"--text-field .*it has: c, a\.b"),
        ('{"text": "x"', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[1, null]", "not an object"),
        ("[]", "no article"),
    ],
)
def test_json_without_a_text_lists_its_fields(data, reason):
    with pytest.raises(LoadError, match=reason):
        read(data, "/a.json")


SQUAD = {
    "version": "1.1",
    "data": [
        {
            "title": "Skerry",
            "paragraphs": [
                {
                    "context": "It sank.",
                    "qas": [{"question": "What?", "answers": [{"text": "It"}]}],
                },
                {"context": "It rose.", "qas": []},
            ],
        }
    ],
}


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (json.dumps(SQUAD), "/a.json", ("It sank.\n\nIt rose.", "Skerry", "/a.json#1", None)),
        (
            '{"context": "It sank.", "title": "Skerry", "answers": {"text": ["It"], "answer_start": [0]}}',
            "/a.jsonl",
            ("It sank.", "Skerry", "/a.jsonl#1", None),
        ),
        (
            '{"index": {"_index": "news", "_id": "1"}}\n{"headline": "Skerry", "body": "It sank."}\n',
            "/a.ndjson",
            ("It sank.", "Skerry", "/a.ndjson#2", None),
        ),
        (
            '{"hits": {"hits": [{"_id": "7", "_source": {"body": "It sank.", "published": "1911-05-06"}}]}}',
            "/a.json",
            ("It sank.", "It sank", "/a.json#7", dt.date(1911, 5, 6)),
        ),
        (
            '[{"_id": {"$oid": "57"}, "text": "It sank.", "date": {"$date": "1911-05-06T00:00:00Z"}}]',
            "/a.json",
            ("It sank.", "It sank", "/a.json#57", dt.date(1911, 5, 6)),
        ),
        (
            '{"articles": [{"source": {"name": "News"}, "url": "http://x", "content": "It sank.", '
            '"publishedAt": "1911-05-06T10:00:00Z"}]}',
            "/a.json",
            ("It sank.", "It sank", "http://x", dt.date(1911, 5, 6)),
        ),
    ],
)
def test_public_sets_are_read_as_they_are(data, name, expected):
    (article,), failures = read(data, name)
    assert (article.text, article.title, article.source, article.date) == expected and not failures


def test_lines_under_the_suffix_of_json_are_read_though_one_is_damaged():
    found, (failure,) = read('{"text": "one"}\n{"text": "two"}\n{"text": "thr', "/a.json")
    assert [article.text for article in found] == ["one", "two"]
    assert failure.source == "/a.json#3" and "not valid JSON" in failure.reason
