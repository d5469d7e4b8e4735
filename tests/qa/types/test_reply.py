from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.question_kinds import QuestionKind
from qa.errors import DataError
from qa.types import Answer, Citation, Disagreement, Passage, Reading, Reply, RetrievedPassage, Span, Version
from tests.qa.replies import abstained, answered, cited, quoted

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
OFFSET = st.integers(0, 1000)
SCORE = st.floats(allow_nan=False)
PASSAGES = st.builds(Passage, TEXT, OFFSET, OFFSET, st.booleans())
CITATIONS = st.builds(
    Citation,
    article_id=TEXT,
    title=TEXT,
    date=st.none() | st.dates(),
    source=TEXT,
    start=OFFSET,
    end=OFFSET,
    quote=TEXT,
    sentence=TEXT,
    sentence_start=OFFSET,
    sentence_end=OFFSET,
    page=st.none() | OFFSET,
    place=TEXT,
    passage=PASSAGES,
    is_ocr=st.booleans(),
    box=st.none() | st.tuples(SCORE, SCORE, SCORE, SCORE),
    language=TEXT,
    story=TEXT,
    answers_alone=st.booleans(),
    metadata=st.dictionaries(TEXT, TEXT, max_size=2),
    text_sha256=TEXT,
    prefix=TEXT,
    suffix=TEXT,
)
SOME_CITATIONS = st.lists(CITATIONS, max_size=2).map(tuple)
ANSWERS = st.builds(
    Answer,
    text=TEXT,
    confidence=SCORE,
    citations=SOME_CITATIONS,
    parts=SOME_CITATIONS,
    verdict=st.sampled_from(["", "yes", "no"]),
    extent=st.sampled_from(["span", "clause", "sentence"]),
    span=TEXT,
)
READINGS = st.builds(
    Reading,
    spans=st.lists(st.builds(Span, OFFSET, OFFSET, SCORE), max_size=2).map(tuple),
    null_score=SCORE,
    was_read=st.booleans(),
)
REPLIES = st.builds(
    Reply,
    question=TEXT,
    answer=st.none() | ANSWERS,
    answers=st.lists(ANSWERS, max_size=2).map(tuple),
    passages=st.lists(
        st.builds(RetrievedPassage, PASSAGES, OFFSET, TEXT, TEXT, SCORE, SCORE, SCORE, SCORE), max_size=2
    ).map(tuple),
    min_confidence=SCORE,
    timings=st.dictionaries(TEXT, SCORE, max_size=2),
    readings=st.lists(READINGS, max_size=2).map(tuple),
    read_as=TEXT,
    reader=TEXT,
    calibrated=st.booleans(),
    undated_left_out=OFFSET,
    timeline=st.lists(
        st.builds(Version, TEXT, st.dates(), SOME_CITATIONS, st.sampled_from(Disagreement)), max_size=2
    ).map(tuple),
    disagreement=st.sampled_from(Disagreement),
    kind=st.sampled_from(get_args(QuestionKind)),
    quotes=SOME_CITATIONS,
    answered_by_quotes=st.booleans(),
)


@given(REPLIES)
def test_a_reply_is_read_back_from_its_json(reply: Reply) -> None:
    assert Reply.from_dict(json.loads(json.dumps(reply.to_dict()))) == reply


@given(CITATIONS)
def test_a_citation_is_read_back_from_its_json(citation: Citation) -> None:
    again = Citation.from_dict(json.loads(json.dumps(citation.to_dict())))
    assert again == citation
    assert hash(again) == hash(citation)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_confidence": "high"}, "values of a Reply: min_confidence: Input should be a valid number"),
        ({"passages": [{"text": "x"}]}, r"passages\.0\.passage\.article_id: Field required"),
        ({"passages": 3}, "passages: Input should be a valid tuple"),
        ({"kind": "rumour"}, "kind: Input should be 'fact'"),
    ],
)
def test_what_is_no_reply_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Reply.from_dict(answered().to_dict() | change)
    with pytest.raises(DataError, match="values of a Reply"):
        Reply.from_dict([])  # type: ignore[arg-type]


def test_names_that_later_versions_add_are_ignored() -> None:
    reply = answered()
    assert Reply.from_dict(reply.to_dict() | {"mood": "sunny"}) == reply


def test_a_reply_is_true_unless_it_abstains() -> None:
    assert answered()
    assert quoted()
    assert not abstained()


def test_the_repr_is_one_short_line() -> None:
    assert repr(answered()) == (
        "Reply('Who rebuilt the harbour?', answer='Anna Berg', confidence=0.87, citations=1)"
    )
    assert repr(abstained()) == (
        "Reply('Who sank the ferry?', answer=None, best_guess='Anna Berg', confidence=0.2, citations=1, quotes=1)"
    )
    assert repr(quoted()) == "Reply('Harlow Bridge', answer=None, quotes=1)"
    yes = replace(answered().answers[0], verdict="yes")
    assert "verdict='yes'" in repr(replace(answered(), answer=yes))
    assert len(repr(answered(question="why? " * 400))) < 200


def test_a_citation_gives_a_selector_for_annotations() -> None:
    citation = replace(cited(), prefix="in 1931 by ", suffix=". It is busy.")
    assert citation.selector == {
        "type": "TextQuoteSelector",
        "exact": "Anna Berg",
        "prefix": "in 1931 by ",
        "suffix": ". It is busy.",
    }
