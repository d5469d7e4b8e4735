from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.loaders.structured.json_dialects import parse_json
from tests.qa.loaders.reading import read, read_all

RECORD = {"text": "\"It\" cost 5 // 6 of /* all */ it, ] he 'said' \\ it."}
ONE = json.dumps(RECORD)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"// a comment\n{ONE} /* and one more */", RECORD),
        (f"/* open to the end \n{ONE}", None),
        (f"[{ONE}, ]", [RECORD]),
        (f'{{"a": {ONE}, // why\n }}', {"a": RECORD}),
        (f"{ONE}\n{ONE}", [RECORD, RECORD]),
        (f"{ONE},\n{ONE},\n", [RECORD, RECORD]),
        (f"\x1e{ONE}\n\x1e{ONE}\n", [RECORD, RECORD]),
        (f"callback({ONE});", RECORD),
        (f"var articles = [{ONE}];\n", [RECORD]),
        (f"window.YTD.part0 = [ {ONE} ]", [RECORD]),
        ("1 2", None),
        ("{'text': 1}", None),
        ('{"text": "x"', None),
        ("", None),
    ],
)
def test_json_as_people_write_it(text: str, value: object) -> None:
    if value is None:
        with pytest.raises(ValueError):
            parse_json(text)
    else:
        assert parse_json(text) == value


@given(VALUES)
def test_valid_json_is_read_as_it_is(value: object) -> None:
    assert parse_json(json.dumps(value, indent=1)) == value


@given(
    st.lists(st.dictionaries(st.text(), VALUES), min_size=2, max_size=4), st.sampled_from(["", "\n", ",", " \x1e"])
)
def test_documents_that_follow_each_other(values: list[object], between: str) -> None:
    assert parse_json(between.join(map(json.dumps, values))) == values


@given(st.text(st.sampled_from('{}[],:"\\/*/a1 \n=();'), max_size=40))
def test_anything_else_is_a_value_error(text: str) -> None:
    with suppress(ValueError):
        parse_json(text)


def test_files_of_each_other_s_format() -> None:
    articles, failures = read_all(b'{"text": "one"}\n{"text": "two"}\n', "/a.json")
    assert [article.text for article in articles] == ["one", "two"] and not failures
    articles, failures = read_all(json.dumps([{"text": "one"}, {"text": "two"}], indent=2).encode(), "/a.jsonl")
    assert [article.text for article in articles] == ["one", "two"] and not failures
    assert read(b'{\n "text": "one"\n}', "/a.jsonl").text == "one"
