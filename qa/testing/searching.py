"""Search: by words, by vectors, and under filters."""

from __future__ import annotations

import datetime as dt
from contextlib import closing

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.errors import LibraryError
from qa.library import open_library
from qa.library.base import Library, Suggestion
from qa.library.source_patterns import matches_source
from qa.testing.material import DIMENSION, ENCODER, TEXTS, corpus, indexed, passage_ids, unit, without_vectors
from qa.testing.store import StoreTests
from qa.types import Filters, Passage
from qa.types.article import MAX_PATTERN_CHARACTERS

__all__ = ["DenseTests", "FilterTests", "LexicalParityTests", "LexicalTests", "SuggestionTests"]

QUERIES = st.one_of(
    TEXTS,
    st.text(alphabet="\"'()*^:-+{}[]\\,;&|!<>@\0\t ANDORTNEabc\u0301é’"),
    st.lists(st.sampled_from(["AND", "OR", "NOT", "NEAR(", '"', "*", "context:", "\0", ")", "&", "<->"])).map(
        " ".join
    ),
)

ARTICLES = {
    "a": indexed("news/a.txt", "common first", date=dt.date(2024, 1, 1), tags=("x", "y")),
    "b": indexed("news/deep/b.md", "common second", date=dt.date(2024, 2, 2), tags=("y",)),
    "c": indexed("C:\\docs\\c.txt", "common third", tags=("z", "*")),
    "d": indexed("https://example.org/d", "common fourth", date=dt.date(2023, 12, 31)),
    "e": indexed("notes[1]/E.TXT", "common fifth", date=dt.date(1066, 10, 14), tags=("ü", "y")),
}

FILTERS: list[tuple[Filters, str]] = [
    (Filters(), "abcde"),
    (Filters(after=dt.date(2024, 1, 1)), "ab"),
    (Filters(after=dt.date(2024, 1, 2)), "b"),
    (Filters(before=dt.date(2024, 1, 1)), "ade"),
    (Filters(before=dt.date(2023, 12, 31)), "de"),
    (Filters(before=dt.date(1066, 10, 14)), "e"),
    (Filters(after=dt.date(2024, 1, 1), before=dt.date(2024, 1, 1)), "a"),
    (Filters(after=dt.date(2025, 1, 1), before=dt.date(2024, 1, 1)), ""),
    (Filters(after=dt.datetime(2024, 1, 1, 12)), "ab"),
    (Filters(after=dt.date(2024, 1, 2), keep_undated=True), "bc"),
    (Filters(before=dt.date(1066, 10, 14), keep_undated=True), "ce"),
    (Filters(keep_undated=True), "abcde"),
    (Filters(sources=("*",)), "abcde"),
    (Filters(sources=("news/*",)), "ab"),
    (Filters(sources=("*.txt",)), "ac"),
    (Filters(sources=("*.TXT",)), "e"),
    (Filters(sources=("a.txt", "c.txt")), "ac"),
    (Filters(sources=("?.txt",)), "ac"),
    (Filters(sources=("?",)), "d"),
    (Filters(sources=("[ab].*",)), "ab"),
    (Filters(sources=("[!ab].*",)), "ce"),
    (Filters(sources=("[a-c].txt",)), "ac"),
    (Filters(sources=("notes[[]1]/*",)), "e"),
    (Filters(sources=("notes[1]/*",)), ""),
    (Filters(sources=("notes[1*",)), "e"),
    (Filters(sources=("C:\\docs\\*",)), "c"),
    (Filters(sources=("news",)), ""),
    (Filters(sources=("[", "\ud800", "\0", "", "%", "_")), ""),
    (Filters(tags=("y",)), "abe"),
    (Filters(tags=("x", "z")), "ac"),
    (Filters(tags=("*",)), "c"),
    (Filters(tags=("ü",)), "e"),
    (Filters(tags=("Y", "", "\ud800", "x,y")), ""),
    (Filters(articles=(ARTICLES["d"].article.id, "none")), "d"),
    (Filters(articles=(ARTICLES["d"].article.id, ARTICLES["a"].article.id)), "ad"),
    (Filters(articles=("none",)), ""),
    (Filters(tags=("y",), sources=("*.md",), before=dt.date(2025, 1, 1)), "b"),
    (Filters(tags=("y",), after=dt.date(2024, 1, 1)), "ab"),
    (Filters(tags=("y",), sources=("*.txt",)), "a"),
    (Filters(tags=("x",), sources=("*.md",)), ""),
    (Filters(tags=("y",), articles=(ARTICLES["b"].article.id, ARTICLES["c"].article.id)), "b"),
    (Filters(sources=("*.txt",), before=dt.date(2030, 1, 1)), "a"),
    (Filters(articles=tuple(entry.article.id for entry in ARTICLES.values()), after=dt.date(1, 1, 1)), "abde"),
]


class LexicalTests(StoreTests):
    """Words find passages by their text and their context, and no query is an error."""

    def test_words_are_found_in_the_passage_and_its_context(self, library: Library) -> None:
        articles = [indexed("a", "Foxes jumped.", title="Animals"), indexed("b", "Rivers flow.", title="Água")]
        library.put(articles)
        first, second = passage_ids(library, *articles)
        for query, expected in {
            "jumping fox": {first}, "What animal is it?": {first}, "agua": {second}, "FLOWS": {second},
            "rivers or foxes": {first, second}, "nothing here": set(), "": set(), "?! …": set(),
        }.items():  # fmt: skip
            assert {id_ for id_, _ in library.search_lexical(query, 5)} == expected, query

    def test_stop_words_count_in_a_query_of_nothing_else(self, library: Library) -> None:
        library.put([indexed("a", "The Who played."), indexed("b", "The band played a song.")])
        a, b = passage_ids(library, indexed("a"), indexed("b"))
        assert [id_ for id_, _ in library.search_lexical("Who is the Who?", 5)] == [a, b]
        assert [id_ for id_, _ in library.search_lexical("the song", 5)] == [b]

    def test_best_first_and_at_most_k(self, library: Library) -> None:
        library.put(
            indexed(f"{number}", f"filler {number} " + "rare " * (number % 4 == 0)) for number in range(20)
        )
        best = indexed("best", "rare unique")
        library.put([best])
        results = library.search_lexical("rare unique", 4)
        assert [results[0][0]] == passage_ids(library, best)
        assert len(results) == 4
        assert [score for _, score in results] == sorted((score for _, score in results), reverse=True)
        assert [library.search_lexical("rare", k) for k in (0, -1)] == [[], []]

    def test_equal_scores_are_ordered_by_id(self, library: Library) -> None:
        library.put(indexed(f"{number}", "the same words") for number in range(9))
        results = library.search_lexical("same words", 9)
        assert len({score for _, score in results}) == 1
        assert [id_ for id_, _ in results] == sorted(id_ for id_, _ in results)

    def test_no_query_is_an_error(self, library: Library) -> None:
        library.put([indexed("a", "the quick brown fox abc", title="Animals")])
        ids = passage_ids(library, indexed("a"))

        @settings(max_examples=4 * self.examples)
        @given(QUERIES)
        @example(" ".join(f"w{number}" for number in range(5000)))
        @example("\ud800 fox")
        def check(query: str) -> None:
            results = library.search_lexical(f"{query} fox", 5)
            assert all(score >= 0 for _, score in results)
            assert [id_ for id_, _ in results] in ([], ids)
            library.search_lexical(query, 5)

        check()
        assert [id_ for id_, _ in library.search_lexical('") OR fox*', 5)] == ids


class SuggestionTests(StoreTests):
    """Words that the library does not hold have suggestions: words that it holds, and that are spelt nearly so."""

    def test_near_words_are_suggested(self, library: Library) -> None:
        library.put([indexed("a", "The government used drones. Žižek spoke.", title="Reconstruction in Kyiv")])
        for word, expected in {
            "goverment": ["government"], "GOVERMENT": ["government"], "govrenmnet": ["government"],
            "drnoes": ["drones"], "drons": ["drones"], "Reconstuction": ["Reconstruction"],
            "žižke": ["Žižek"], "žizke": ["Žižek"], "gvernment": ["government"], "governmnnt": ["government"],
        }.items():  # fmt: skip
            assert [one.word for one in library.suggest_words(word, 3)] == expected, word

    def test_other_words_are_not(self, library: Library) -> None:
        library.put(
            [indexed("a", "The governments used drones, and 44 b2b4b firms. It was a fake.", title="Water")]
        )
        for word in (
            "government", "WATERS", "drone", "druunes", "fale", "rdones", "b2b4", "firms44", "", "?", "two wrds",
            "d\u0301rons", "dr-nes", "dronnnes", "漢字漢字漢", "x" * 1000, '"', "drons*", "\ud800rons",
        ):  # fmt: skip
            assert library.suggest_words(word, 3) == [], word
        assert [library.suggest_words("dronez", k) for k in (0, -1)] == [[], []]

    def test_the_nearest_come_first_then_the_most_frequent(self, library: Library) -> None:
        library.put(indexed(f"{number}", "stations" if number % 3 else "station") for number in range(9))
        library.put([indexed("x", "strationss"), indexed("y", "statoons"), indexed("z", "sensations")])
        assert library.suggest_words("statoinss", 9) == [
            Suggestion("stations", 2, 9),
            Suggestion("statoons", 2, 1),
            Suggestion("strationss", 2, 1),
        ]
        assert library.suggest_words("statoinss", 1) == [Suggestion("stations", 2, 9)]

    def test_capitals_that_a_word_always_has_stay(self, library: Library) -> None:
        library.put([indexed("a", "Drones were seen. These drones came from NATO and Holden. Marches followed.")])
        for word, expected in {
            "dronez": "drones",
            "haldens": "",
            "holdem": "Holden",
            "marchas": "Marches",
        }.items():
            assert "".join(one.word for one in library.suggest_words(word, 3)) == expected

    def test_words_go_with_their_last_passage(self, library: Library) -> None:
        library.put([indexed("a", "The government."), indexed("b", "A governor.")])
        library.put([indexed("a", "The ministry.")])
        assert library.suggest_words("goverment", 3) == []
        library.remove([indexed("b").article.id])
        assert library.suggest_words("governer", 3) == []
        library.put([indexed("c", "The government.")])
        assert [one.word for one in library.suggest_words("goverment", 3)] == ["government"]

    def test_suggestions_are_words_of_the_library(self, library: Library) -> None:
        articles, _ = corpus(20, 0)
        library.put(articles)
        words = sorted({word for entry in articles for word in entry.article.text.split()})

        @settings(max_examples=4 * self.examples)
        @given(st.one_of(TEXTS, st.sampled_from(words)), st.integers(0, 12), st.sampled_from([*"aeéZ", ""]))
        def check(word: str, place: int, letter: str) -> None:
            typed = word[:place] + letter + word[place + 1 :]
            suggestions = library.suggest_words(typed, 5)
            assert all(library.search_lexical(one.word, 1) for one in suggestions)
            assert not (suggestions and library.search_lexical(typed, 1))
            assert all(one.distance <= (1 if len(typed) < 9 else 2) for one in suggestions)
            assert suggestions == sorted(suggestions, key=lambda one: (one.distance, -one.passages, one.word))

        check()


class LexicalParityTests(StoreTests):
    """The words rank the passages as SQLite's BM25 does, so that the confidence keeps its meaning."""

    def test_rankings_and_scores_equal_those_of_sqlite(self, library: Library) -> None:
        articles, questions = corpus()
        with closing(open_library(":memory:", encoder=ENCODER, dimension=DIMENSION)) as sqlite:
            sqlite.put(articles)
            library.put(articles)
            for question in questions:
                passages, scores = self._ranking(library, question)
                expected_passages, expected_scores = self._ranking(sqlite, question)
                assert passages == expected_passages, question
                assert scores == pytest.approx(expected_scores, rel=1e-4), question

    def _ranking(self, library: Library, question: str) -> tuple[list[Passage], list[float]]:
        results = library.search_lexical(question, 20)
        stored = library.passages([id_ for id_, _ in results])
        return [stored[id_].passage for id_, _ in results], [score for _, score in results]


class DenseTests(StoreTests):
    """Vectors are searched exactly, and scores are inner products."""

    def test_results_equal_brute_force(self, library: Library) -> None:
        articles = [indexed(f"{number}", f"some text of {number}", size=4) for number in range(40)]
        library.put(articles)
        ids = np.array(passage_ids(library, *articles))
        vectors = np.concatenate([entry.vectors for entry in articles if entry.vectors is not None])
        for seed in range(10):
            vector = unit(seed)[0]
            products = vectors @ vector
            for k in (1, 7, len(ids), len(ids) + 9):
                results = library.search_dense(vector, k)
                best = np.sort(products)[::-1][:k]
                assert [score for _, score in results] == pytest.approx(best, abs=2e-3)
                scores = dict(zip(ids.tolist(), products.tolist(), strict=True))
                assert dict(results) == pytest.approx({id_: scores[id_] for id_, _ in results}, abs=2e-3)

    def test_scores_of_passages(self, library: Library) -> None:
        entry = indexed("a", size=5)
        library.put([entry, *without_vectors(indexed("b"))])
        assert entry.vectors is not None
        vector, ids = unit(3)[0], passage_ids(library, entry)
        expected = dict(zip(ids, (entry.vectors @ vector).tolist(), strict=True))
        asked = [ids[1], 10**9, ids[0], ids[1], *passage_ids(library, indexed("b"))]
        assert library.score_dense(vector, asked) == pytest.approx({i: expected[i] for i in ids[:2]}, abs=2e-3)
        assert library.score_dense(vector, []) == {}

    def test_vectors_come_back_in_half_precision_at_least(self, library: Library) -> None:
        entry = indexed("a", size=5)
        library.put([entry, *without_vectors(indexed("b"))])
        assert entry.vectors is not None
        ids = passage_ids(library, entry)
        vectors = library.vectors([ids[1], 10**9, ids[0], *passage_ids(library, indexed("b"))])
        assert {id_: vector.tolist() for id_, vector in vectors.items()} == {
            id_: pytest.approx(entry.vectors[number].tolist(), abs=1e-3) for number, id_ in enumerate(ids[:2])
        }
        assert {vector.dtype for vector in vectors.values()} == {np.dtype(np.float32)}
        assert library.vectors([]) == {}

    def test_nothing_is_found_without_vectors(self, library: Library) -> None:
        vector = unit(1)[0]
        assert (library.search_dense(vector, 5), library.score_dense(vector, [1])) == ([], {})
        library.put(without_vectors(indexed("a")))
        assert library.search_dense(vector, 5) == []
        library.put([indexed("b")])
        assert len(library.search_dense(vector, 5)) == 1
        assert [library.search_dense(vector, k) for k in (0, -1)] == [[], []]

    def test_a_vector_of_another_length_is_refused(self, library: Library) -> None:
        library.put([indexed("a")])
        with pytest.raises(LibraryError, match=f"{DIMENSION} numbers, not of 4"):
            library.search_dense(unit(1)[0][:4], 1)
        with pytest.raises(LibraryError, match=f"{DIMENSION} numbers, not of 4"):
            library.score_dense(unit(1)[0][:4], [1])


class FilterTests(StoreTests):
    """Filters hold before the search, in listings and in both searches."""

    def test_a_grid_of_filters(self, library: Library) -> None:
        library.put(ARTICLES.values())
        names = {entry.article.id: name for name, entry in ARTICLES.items()}
        for filters, expected in FILTERS:
            assert "".join(names[info.id] for info in library.articles(filters)) == expected, filters
            assert library.count(filters) == len(expected), filters
            for results in (
                library.search_lexical("common", 9, filters),
                library.search_dense(unit(3)[0], 9, filters),
            ):
                passages = library.passages([id_ for id_, _ in results]).values()
                assert "".join(sorted(names[stored.passage.article_id] for stored in passages)) == expected, (
                    filters
                )

    def test_source_patterns(self, library: Library) -> None:
        sources = [
            "a",
            "A",
            "ab",
            "a/b",
            "a\\b",
            "[a]",
            "a*",
            "a\nb",
            "b]",
            "^",
            "-",
            "dir/",
            "ü/é",
            "%",
            "a_b",
        ]
        library.put(indexed(source) for source in sources)

        @settings(max_examples=4 * self.examples)
        @given(st.text(alphabet="*?[]!^-ab/\\%_\n\0é", max_size=6))
        @example("a?b")
        @example("[b-a]")
        @example("[!]*")
        def check(pattern: str) -> None:
            results = [info.source for info in library.articles(Filters(sources=(pattern,)))]
            assert results == [source for source in sources if matches_source(source, (pattern,))]

        check()

    def test_many_and_long_source_patterns(self, library: Library) -> None:
        library.put([indexed("a"), indexed("b")])
        for kind in ("x*", "[xy]*"):
            many = [f"{kind}{number}" for number in range(1500)]
            for filters in (Filters(sources=(*many, "b")), Filters(sources=("é" * MAX_PATTERN_CHARACTERS, "b"))):
                assert [info.source for info in library.articles(filters)] == ["b"]

    def test_k_allowed_passages_are_k_results(self, library: Library) -> None:
        library.put(
            indexed(f"{number}", f"common {number}", tags=("few",) * (number % 20 == 7)) for number in range(400)
        )
        few = Filters(tags=("few",))
        for seed in range(5):
            assert len(library.search_dense(unit(seed)[0], 20, few)) == 20
            assert len(library.search_dense(unit(seed)[0], 7, few)) == 7
        assert len(library.search_lexical("common", 20, few)) == 20
        assert len(library.search_lexical("common", 7, few)) == 7
