from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.english.question_kinds import (
    QuestionKind,
    allows_several,
    asked_number,
    asks_for_explanation,
    kind_of,
    subject_of,
    topic_of,
)

KINDS: dict[QuestionKind, str] = {
    "fact": """
        How many Shahed drones were used?
        Who visited Kyiv?
        What are Ukrainians fighting for?
        What were the donkeys called?
        name of the shepherd's dog on Carn Fell
        vaccination rate among seven-year-olds in Pellwick
        What branch creates the doctrine?
        What consists of annual dues?
        What was reported on December 20, 2004?
        Is the tram red or blue?
    """,
    "list": """
        Which three towns were flooded?
        To which towns was the drive extended?
        What are the names of the bridges?
        What kinds of data were stolen?
        Who are the candidates for mayor?
        Which clubs wanted to sign Sarl?
        And which clubs in the county, or outside, wanted to sign Sarl?
        In 2021, which countries joined?
    """,
    "yes_no": """
        Is the mill still running?
        Did the union agree?
        Does it run on Linux?
        In May, was the bridge closed?
        is Simon Atwell still returning officer
        am i allowed to overtake on Harlow Bridge
        So is the bridge open?
        and did Brandreth resign
        Hello, has the school closed?
    """,
    "reason": """
        Why did Fellmark pull out?
        how did the hackers get in
        What caused the cracks in Harlow Bridge?
        For what reason was the vote postponed?
        But why was it postponed?
    """,
    "event": """
        What happened to the old mill?
        What has become of the missing hiker?
        What's happening in Ossingham?
        So what happened to the mill?
    """,
    "topic": """
        Harlow Bridge
        Port Kestrel dock strike
        the wolf at Carn Fell
        What do the articles say about the new tram?
        Tell me about the data theft
        summary of the flood inquiry
    """,
}
CASES = [
    (question.strip(), kind) for kind, questions in KINDS.items() for question in questions.strip().split("\n")
]


@pytest.mark.parametrize(("question", "kind"), CASES)
def test_each_question_has_its_kind(question: str, kind: QuestionKind) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do the articles say about the new tram?", "the new tram"),
        ("Harlow Bridge?", "Harlow Bridge"),
        ("Tell me everything about Mateo Sarl!", "Mateo Sarl"),
        ("nurses' strike at St Bride's Hospital", "nurses' strike at St Bride's Hospital"),
        ("What is the length of Harlow Bridge?", ""),
        ("", ""),
    ],
)
def test_a_topic_is_found_in_what_asks_for_it(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Which three towns?", 3),
        ("What are the names of the 2 clubs?", 2),
        ("So which three towns?", 3),
        ("Which towns?", None),
        ("Who won?", None),
    ],
)
def test_a_question_may_say_how_many_it_asks_for(question: str, number: int | None) -> None:
    assert asked_number(question) == number


@pytest.mark.parametrize("question", ["Who set up funds?", "What was in the rucksack?", "Which clubs bid?"])
def test_a_question_may_have_several_answers(question: str) -> None:
    assert allows_several(question)


@pytest.mark.parametrize(
    "question", ["Who is the mayor?", "When was it?", "Which club won?", "Why?", "Is it open?"]
)
def test_a_question_for_one_thing_has_one(question: str) -> None:
    assert not allows_several(question)


@given(st.text(max_size=60))
def test_any_text_has_a_kind(question: str) -> None:
    assert kind_of(question) in KINDS
    assert not topic_of(question) or kind_of(question) == "topic"


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What happened to the old mill?", "the old mill"),
        ("What became of the trawler Elspeth?", "the trawler Elspeth"),
        ("What do the articles say about Harlow Bridge?", "Harlow Bridge"),
        ("What happened?", "What happened?"),
        ("Who won?", "Who won?"),
    ],
)
def test_an_open_question_is_about_something(question: str, subject: str) -> None:
    assert subject_of(question) == subject


@pytest.mark.parametrize(
    "question",
    [
        "What is the role of the privy council?",
        "what's the difference between a word and a morpheme",
        "Meaning of the breaking of the glass",
        "In physics, what does inertia mean?",
        "What is meant by sanctification?",
        "What did the committee do during the revolution?",
        "Where does the term making out come from?",
        "Define osmosis",
    ],
)
def test_a_meaning_a_role_or_a_difference_needs_an_explanation(question: str) -> None:
    assert asks_for_explanation(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who plays the role of Link?",
        "What was the act meant to allow them to do?",
        "What word means polytechnic school in Finnish?",
        "Where does the wheat come from?",
        "What is the name of the role that he played?",
    ],
)
def test_other_questions_need_none(question: str) -> None:
    assert not asks_for_explanation(question)
