"""Misspelt words are read as near words of the library; everything else stays as it was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.spelling import MOST_WORDS, correct_spelling
from qa.assistant import Assistant
from qa.library.base import Suggestion
from qa.library.sqlite.library import SqliteLibrary
from qa.settings import Settings
from qa.types import MAX_QUESTION_CHARACTERS, Article
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed

TEXT = """
    More than forty Shahed drones were used on Friday, the spokesman of the government said. One drone was
    recovered. The reconstruction of the harbour began in 1931, and Konstantinov of Holden, an engineer, led the
    work in Zürich. He was a marshal.
"""
WORDS = sorted({word.strip(",.") for word in TEXT.split()})


@pytest.fixture(scope="module")
def store() -> Iterator[SqliteLibrary]:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as library:
        library.put([indexed("a", TEXT)])
        yield library


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("How many drons were used?", "How many drones were used?"),
        ("who is the goverment's spokseman", "who is the government's spokesman"),
        ("What did the Goverment say?", "What did the Government say?"),
        ("What did the Govrenmant say?", "What did the Govrenmant say?"),  # it may be a name
        ("Govrenmant spokesman?", "Government spokesman?"),  # the first word has its capital from its place
        ("WHAT DID THE GOVERMENT SAY", "WHAT DID THE GOVERNMENT SAY"),
        ("when did the recnostruciton begin", "when did the reconstruction begin"),
        ("where was the harbor", "where was the harbour"),
        ("Who is Konstantinow?", "Who is Konstantinov?"),
        ("who is konstantinow", "who is Konstantinov"),
        ("Who is Konstatninow?", "Who is Konstatninow?"),  # a name must be nearly right
        ("Where is Halden?", "Where is Halden?"),
        ("where is halden", "where is halden"),
        ("Where is Holdn?", "Where is Holdn?"),
        ("where is hoden", "where is hoden"),
        ("what did shahd say", "what did shahd say"),
        ("Where is Zürichh?", "Where is Zürichh?"),
        ("Who left Zuurich?", "Who left Zuurich?"),
        ("Who worked in Konstantinv?", "Who worked in Konstantinov?"),
        ("who is marstal", "who is marshal"),
        ("Who is Marstal?", "Who is Marstal?"),
        ("How many drnes?", "How many drones?"),
        ("Is zurich far?", "Is zurich far?"),
        ("the work of an engineers", "the work of an engineers"),
        ("a plumber recovers", "a plumber recovers"),
        ("", ""),
    ],
)
def test_questions(store: SqliteLibrary, question: str, read_as: str) -> None:
    assert correct_spelling(question, store) == read_as


@pytest.mark.parametrize(
    "question",
    [
        "drons2", "drons-136", "goverment@example.org", "example.org/goverment", "C:\\goverment", "drons_used",
        "goverment.org", 'Who said "goverment"?', "Who said “the goverment”?", "harbourn't", "goverme\u0301nt",
    ],
)  # fmt: skip
def test_what_is_meant_as_typed_stays(store: SqliteLibrary, question: str) -> None:
    assert correct_spelling(question, store) == question


def test_a_pasted_text_stays(store: SqliteLibrary) -> None:
    words = [
        f"{'abcdefghijklmnopqrstuvwxyz'[number % 26] * 5}{number // 26 * 'x'}" for number in range(MOST_WORDS)
    ]
    assert "drones" in correct_spelling(" ".join(["drons", *words[:-1]]), store)
    assert "drones" not in correct_spelling(" ".join(["drons", *words]), store)


def test_no_question_becomes_too_long(store: SqliteLibrary) -> None:
    question = "How many drons are" + " of" * MAX_QUESTION_CHARACTERS
    longest = question[:MAX_QUESTION_CHARACTERS]
    assert correct_spelling(longest, store) == longest
    assert "drones" in correct_spelling(longest[:-1], store)


@given(st.text(), st.sampled_from(["drons", "goverment", "spokseman"]), st.text())
def test_characters_outside_corrected_words_are_untouched(before: str, word: str, after: str) -> None:
    question = f"{before} {word} {after}"
    suggestions = {"drons": "drones", "goverment": "government", "spokseman": "spokesman"}
    right = suggestions[word]
    corrected = correct_spelling(question, FixedSuggestions(suggestions))
    assert corrected in (question, f"{before} {right} {after}")


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "?", ",", "'s", " -", "\n"]))), st.data())
def test_questions_in_the_words_of_the_library_stay(
    store: SqliteLibrary, words: list[tuple[str, str]], data: st.DataObject
) -> None:
    change = data.draw(st.sampled_from([str, str.lower, str.upper]))
    question = " ".join(change(word) + mark for word, mark in words)
    assert correct_spelling(question, store) == question


@pytest.mark.parametrize(
    ("suggestions", "read_as"),
    [
        ([("stores", 1, 1), ("storks", 1, 1)], "storws"),
        ([("stores", 1, 30), ("storks", 1, 3)], "stores"),
        ([("stores", 1, 29), ("storks", 1, 3)], "storws"),
        ([("stores", 1, 1), ("stairs", 2, 900)], "stores"),
        ([("stores", 1, 900), ("strows", 1, 1)], "strows"),
        ([("Stores", 1, 50)], "storws"),
        ([("Strows", 1, 50)], "Strows"),
        ([], "storws"),
    ],
)
def test_only_a_clear_suggestion_is_taken(suggestions: list[tuple[str, int, int]], read_as: str) -> None:
    library = FixedSuggestions({})
    library.suggestions["storws"] = [Suggestion(*one) for one in suggestions]
    assert correct_spelling("storws", library) == read_as


class FixedSuggestions(SqliteLibrary):
    """A library whose suggestions are given."""

    def __init__(self, words: dict[str, str]) -> None:
        self.suggestions = {word: [Suggestion(right, 1, 1)] for word, right in words.items()}

    def suggest_words(self, word: str, k: int) -> list[Suggestion]:
        return self.suggestions.get(word, [])[:k]


LUMEN = Article("The harbour of Lumen was reconstructed in 1931 by Anna Berg.", "Lumen", "lumen")
MISSPELT = "Who recontsructed the harbuor of Lumen?"


def test_the_answer_is_that_to_the_corrected_question(assistant: Assistant) -> None:
    assistant.add(LUMEN)
    misspelt, right = assistant.ask(MISSPELT), assistant.ask("Who reconstructed the harbour of Lumen?")
    assert (misspelt.question, misspelt.read_as) == (MISSPELT, "Who reconstructed the harbour of Lumen?")
    assert right.read_as == ""
    assert (misspelt.answers, misspelt.passages) == (right.answers, right.passages)
    assert right.answer
    assert right.answer.text == "Anna Berg"


def test_a_conversation_reads_a_question_as_it_is_read_outside(assistant: Assistant) -> None:
    assistant.add(LUMEN)
    chat = assistant.chat()
    chat.ask("Who is Anna Berg?", min_confidence=0)
    assert chat.ask(MISSPELT).answers == assistant.ask(MISSPELT).answers
    assert chat.replies[-1].read_as == "Who reconstructed the harbour of Lumen?"


def test_the_setting_turns_it_off(assistant: Assistant) -> None:
    assistant.add(LUMEN)
    reader = assistant._readers.default.reader
    plain = Assistant(assistant.library, assistant._encoder, reader, Settings(correct_spelling=False))
    assert plain.ask(MISSPELT).read_as == ""
