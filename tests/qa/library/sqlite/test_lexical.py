"""Free text to FTS5 queries."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed

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

        search()
