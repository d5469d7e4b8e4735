"""The words of queries, and their terms."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library.query_words import MAX_WORDS, terms_of, words_by_term


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("How many Shahed drones were used?", "shahed drones used"),
        ("Who is the Who?", "who is the"),
        ("What's Beyoncé’s, and who won't?", "beyoncé"),
        ("Beyonce\u0301 twenty-five snake_case C3PO", "beyoncé twenty five snake case c3po"),
        ('a" OR b* NEAR(x) -y ^z {c}:', "b near x y z c"),
        ("don't", "don t"),
        ("Vitamin D", "vitamin d"),
        ("?! …", ""),
        ("", ""),
    ],
)
def test_words(connection: sqlite3.Connection, query: str, words: str) -> None:
    assert list(words_by_term(connection, query).values()) == words.split()


@pytest.mark.parametrize("query", ["drones Drones DRONES", "drones, a drone", "the drones of droning drones"])
def test_inflections_of_a_word_count_once(connection: sqlite3.Connection, query: str) -> None:
    assert words_by_term(connection, query) == {"drone": "drones"}


def test_a_word_with_unknown_letters_is_split_at_them(connection: sqlite3.Connection) -> None:
    assert words_by_term(connection, "foxes\u0305dogs") == {"fox": "foxes", "dog": "dogs"}


def test_long_queries_are_cut(connection: sqlite3.Connection) -> None:
    assert len(words_by_term(connection, " ".join(f"w{number}" for number in range(5000)))) == MAX_WORDS


@given(st.text())
def test_each_word_has_its_term(connection: sqlite3.Connection, query: str) -> None:
    found = words_by_term(connection, query)
    assert terms_of(connection, found.values()) == [[term] for term in found]


def test_terms_come_in_the_order_of_words(connection: sqlite3.Connection) -> None:
    assert terms_of(connection, ["Zebras eat", "", "Água, água!"]) == [["zebra", "eat"], [], ["agua", "agua"]]
    assert terms_of(connection, []) == []
