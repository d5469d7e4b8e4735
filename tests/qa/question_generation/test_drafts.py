from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds
from qa.english.clauses import clauses, is_person
from qa.english.verbs import base_form
from qa.question_generation.drafts import Draft, draft_questions

LUMEN = (
    "The harbour of Lumen served 1,240 ships in 2023. Anna Berg rebuilt it after the storm. She sold the ferry "
    "for $2 million. In May 1902, the old lighthouse (a ruin) was replaced by a tower, which still stands. "
    "The tower is 42 metres tall."
)


def drafted(text: str) -> dict[str, str]:
    return {draft.question: draft.answer for draft in draft_questions(text)}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("The new bridge of Osk was opened on Monday.", "When was the new bridge of Osk opened?", "Monday"),
        ("In 1902, Nils Lund founded a mill.", "When did Nils Lund found a mill?", "1902"),
        ("Nils Lund visited Osk on May 13, 2024.", "When did Nils Lund visit Osk?", "May 13, 2024"),
        (
            "Nils carried the mail in the early 1950s.",
            "When did Nils carry the mail?",
            "the early 1950s",
        ),
        ("Nils Lund was born in Karst.", "Where was Nils Lund born?", "Karst"),
        ("The mill was built by Nils Lund.", "By whom was the mill built?", "Nils Lund"),
        ("More than 40 ships sank near Osk.", "How many ships sank near Osk?", "More than 40"),
        ("Osk also sold 1,240 new boats to Lumen.", "How many new boats did Osk sell to Lumen?", "1,240"),
        ("Osk contains two small churches.", "How many small churches does Osk contain?", "two"),
        ("Osk has seven small churches.", "How many small churches does Osk have?", "seven"),
        (
            "Osk sold 12,000 cups of pear juice to Lumen.",
            "How many cups of pear juice did Osk sell to Lumen?",
            "12,000",
        ),
        ("Osk lost three members of the band.", "How many members of the band did Osk lose?", "three"),
        ("In 1900, Osk had been rebuilt by masons.", "When had Osk been rebuilt by masons?", "1900"),
        ("Osk paid $2.4 million for the bridge.", "How much did Osk pay for the bridge?", "$2.4 million"),
        ("The tower of Vela is 42 metres tall.", "How tall is the tower of Vela?", "42 metres"),
        ("Karst marble is a white stone.", "What is Karst marble?", "a white stone"),
        ("Nils Lund was a Danish engineer.", "Who was Nils Lund?", "a Danish engineer"),
        ("Mayor Ilse Brandt opened the bridge.", "Who opened the bridge?", "Mayor Ilse Brandt"),
        ("Anna Berg won. Berg opened the bridge and she wept.", "Who opened the bridge?", "Berg"),
        ("However, the museum (a ruin) burned the old archive.", "What burned the old archive?", "the museum"),
    ],
)
def test_what_is_drafted(sentence: str, question: str, answer: str) -> None:
    assert drafted(sentence)[question] == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "She opened the bridge of Osk in 1902.",
        "This bridge was opened in 1902.",
        "The bridge was not opened in 1902.",
        "Osk opened three schools of music and two halls.",
        "Nils Lund met his brother in 1902.",
        "A dog called Laika became famous in Osk.",
        "A group led by Anna Berg rebuilt it.",
        "Two days before the war broke out in 1939.",
        "In 2011, the mayor said, Osk had twelve mills.",
        'The mayor called the bridge "reckless" in 1902.',
        "1902",
        "",
        "What was opened in Osk?",
    ],
)
def test_what_gives_no_question(sentence: str) -> None:
    assert drafted(sentence) == {}


def test_the_answer_is_in_the_text_and_not_in_the_question() -> None:
    drafts = draft_questions(LUMEN)
    assert [(draft.kind, draft.question) for draft in drafts] == [
        ("how many", "How many ships did the harbour of Lumen serve in 2023?"),
        ("when", "When did the harbour of Lumen serve 1,240 ships?"),
        ("what", "What served 1,240 ships in 2023?"),
        ("when", "When was the old lighthouse replaced by a tower?"),
        ("what", "What was replaced by a tower?"),
        ("how long", "How tall is the tower?"),
        ("what", "What is 42 metres tall?"),
    ]
    assert all(LUMEN[draft.start : draft.end] == draft.answer for draft in drafts)


def test_names_make_a_better_question() -> None:
    scores = {draft.question: draft.score for draft in draft_questions(LUMEN)}
    assert scores["When did the harbour of Lumen serve 1,240 ships?"] > scores["What was replaced by a tower?"]


def test_the_seed_article_gives_questions() -> None:
    (article,) = seeds.FOLDER.glob("*.txt")
    assert (
        "Who stressed the urgent need for increased air defense capabilities against Russian attacks?"
        in drafted(article.read_text("utf-8"))
    )


@given(st.text() | st.lists(st.sampled_from([*LUMEN.split(), "(", ")", "\n", ".", "’s", "é\u0301"])).map(" ".join))
def test_no_text_causes_an_error(text: str) -> None:
    for draft in draft_questions(text):
        assert isinstance(draft, Draft)
        assert text[draft.start : draft.end] == draft.answer
        assert draft.answer.lower() not in draft.question.lower()
        assert 0 <= draft.score <= 1


def test_the_parts_of_a_clause_are_slices() -> None:
    (clause,) = clauses("Then, at last.  In 1902, Anna Berg slowly restored the harbour, which still stands.")
    parts = (clause.lead, clause.subject, clause.verb, clause.rest)
    assert parts == ("In 1902", "Anna Berg", "restored", "the harbour")
    assert clause.text[clause.rest_start :].startswith("the harbour")
    assert clause.text[clause.lead_start :].startswith("In 1902")


@pytest.mark.parametrize(
    ("phrase", "text", "person"),
    [
        ("Anna Berg", "Anna Berg came. She stayed.", True),
        ("the mayor of Osk", "", True),
        ("Portugal", "A king of Portugal. He left from Portugal. Portugal fell; he fled.", None),
        ("the mill", "The mill burned. He wept.", None),
    ],
)
def test_who_is_a_person(phrase: str, text: str, person: bool | None) -> None:
    assert is_person(phrase, text) is person


@pytest.mark.parametrize(
    "pair",
    """
    visited:visit announced:announce created:create treated:treat stopped:stop called:call controlled:control
    carried:carry occurred:occur served:serve added:add opened:open replaced:replace developed:develop went:go
    built:build married:marry used:use united:unite released:release showed:show Wrote:write contains:contain
    rebuilt:rebuild
    """.split(),
)
def test_base_forms(pair: str) -> None:
    past, base = pair.split(":")
    assert base_form(past) == base
