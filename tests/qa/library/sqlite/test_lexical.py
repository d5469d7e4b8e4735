"""Free text to FTS5 queries."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.library.sqlite.library import SqliteLibrary
from qa.library.sqlite.words.lexical import MAX_TERMS, match_expression
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("How many Shahed drones were used?", '"shahed" OR "drones" OR "used"'),
        ("Who is the Who?", '"who" OR "is" OR "the"'),
        ("What's Beyoncé’s, and who won't?", '"beyoncé"'),
        (
            "Beyonce\u0301 twenty-five snake_case C3PO",
            '"beyoncé" OR "twenty" OR "five" OR "snake" OR "case" OR "c3po"',
        ),
        ("drones Drones DRONES", '"drones"'),
        ('a" OR b* NEAR(x) -y ^z {c}:', '"b" OR "near" OR "x" OR "y" OR "z" OR "c"'),
        ("don't", '"don" OR "t"'),
        ("Vitamin D", '"vitamin" OR "d"'),
        ("?! …", ""),
        ("", ""),
    ],
)
def test_expressions(query: str, expression: str) -> None:
    assert match_expression(query) == expression


def test_long_queries_are_cut() -> None:
    expression = match_expression(" ".join(f"w{number}" for number in range(5000)))
    assert expression.count(" OR ") == MAX_TERMS - 1


QUERIES = st.one_of(
    st.text(),
    st.text(alphabet="\"'()*^:-+{}[]\\,;\0\t ANDORTNEabc\u0301é’"),
    st.lists(st.sampled_from(["AND", "OR", "NOT", "NEAR(", '"', "*", "fox", "context:", "\0", ")"])).map(" ".join),
)


def test_no_input_is_a_syntax_error() -> None:
    with SqliteLibrary.in_memory(encoder=ENCODER, dimension=DIMENSION) as library:
        library.put([indexed("a", "the quick brown fox abc", title="Animals")])

        @settings(max_examples=300)
        @given(query=QUERIES)
        @example(" ".join(f"w{number}" for number in range(5000)))
        @example("\ud800 fox")
        def search(query: str) -> None:
            found = library.search_lexical(query, 5)
            assert all(score >= 0 for _, score in found)
            assert [id_ for id_, _ in found] in ([], [1])
            assert found or '"fox"' not in match_expression(query)

        search()
