"""The words of the passages: how they are stored, ranked by BM25, and suggested."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from psycopg import sql

from qa.errors import LibraryError
from qa.library.base import Suggestion
from qa.library.near_words import COUNTED, allowed_edits, find_near, first_letters, spelt_words, to_suggestions
from qa.library.postgres.article_rows import storable
from qa.library.postgres.conditions import passage_condition
from qa.library.postgres.server.server_pool import Connection
from qa.library.query_words import terms_of, words_by_term
from qa.types import Filters

__all__ = ["TermSplitter", "add_spellings", "add_terms", "search_lexical", "subtract_terms", "suggest_words"]

LONGEST_TERM = 200
"""Longer terms are stored by their digests: a row of an index has a limited size."""
MAX_FREQUENCY = 32767
"""A smallint's largest value; BM25 is saturated long before."""
# FTS5's formula with its k1 = 1.2 and b = 0.75, in its order of operations: scores are equal to the last digit.
# https://www.sqlite.org/fts5.html#the_bm25_function
# The inner SELECTs have an OFFSET, so that each term is looked up in the index by itself: a plan that asks each
# passage for all of the terms takes ten times as long.
_SEARCH = """
    SELECT passages.id, sum(
        asked.idf * ((frequency * 2.2::float8)
            / (frequency + 1.2::float8 * (1 - 0.75::float8 + 0.75::float8 * length / asked.mean_length)))
        ORDER BY asked.number
    ) AS score
    FROM (
        SELECT terms.id AS term, number, library.terms::float8 / library.passages AS mean_length,
               CASE WHEN idf > 0 THEN idf ELSE 1e-6 END AS idf
        FROM unnest(%s::text[]) WITH ORDINALITY AS query (term, number)
        JOIN terms ON terms.term = query.term COLLATE "C" AND terms.passages > 0
        CROSS JOIN library
        CROSS JOIN LATERAL ln(
            (library.passages - terms.passages + 0.5::float8) / (terms.passages + 0.5::float8)
        ) AS idf OFFSET 0
    ) AS asked CROSS JOIN LATERAL (
        SELECT id, article, length, frequencies[array_position(terms, asked.term)]::float8 AS frequency
        FROM passages WHERE terms @> ARRAY[asked.term] OFFSET 0
    ) AS passages
    WHERE {} GROUP BY passages.id ORDER BY score DESC, passages.id LIMIT %s
"""


class TermSplitter:
    """Splits texts and queries into terms by FTS5's own tokenizer. Safe to use from many threads."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        self._is_closed = False

    def terms(self, texts: Iterable[str]) -> list[list[str]]:
        """Return the terms of each text, in their order, as they are stored."""
        with self._use() as connection:
            return [[*map(_stored_term, terms)] for terms in terms_of(connection, texts)]

    def query_terms(self, query: str) -> list[str]:
        """Return the terms of a query, without those of stop words."""
        with self._use() as connection:
            return [*map(_stored_term, words_by_term(connection, storable(query)))]

    def close(self) -> None:
        """Free the memory."""
        with self._lock:
            self._is_closed = True
            self._connection.close()

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._is_closed:
                raise LibraryError("the library is closed; open it again")
            yield self._connection


def add_terms(connection: Connection, counts: Sequence[Mapping[str, int]]) -> list[tuple[list[int], list[int]]]:
    """Store the terms of new passages; return the ids of each passage's terms, and their frequencies.

    :param counts: how often each passage has each of its terms.
    """
    held = Counter(term for passage in counts for term in passage)
    terms, passages = list(held), list(held.values())
    connection.execute(
        """
        INSERT INTO terms (term, passages)
        SELECT term, 0 FROM unnest(%s::text[]) AS new (term)
        WHERE NOT EXISTS (SELECT FROM terms WHERE terms.term = new.term COLLATE "C")
        """,
        [terms],
    )
    rows = connection.execute(
        """
        UPDATE terms SET passages = terms.passages + new.passages
        FROM unnest(%s::text[], %s::integer[]) AS new (term, passages)
        WHERE terms.term = new.term COLLATE "C" RETURNING terms.term, id
        """,
        [terms, passages],
    )
    ids: dict[str, int] = dict(rows.fetchall())
    return [
        ([ids[term] for term in passage], [min(count, MAX_FREQUENCY) for count in passage.values()])
        for passage in counts
    ]


def subtract_terms(connection: Connection, positions: Sequence[int]) -> None:
    """Take the passages of articles, which are about to be removed, off the counts of their terms."""
    connection.execute(
        """
        UPDATE terms SET passages = terms.passages - gone.passages FROM (
            SELECT term, count(*) AS passages FROM passages, unnest(terms) AS term
            WHERE article = ANY(%s) GROUP BY term
        ) AS gone WHERE id = gone.term
        """,
        [list(positions)],
    )


def add_spellings(connection: Connection, texts: Iterable[str]) -> None:
    """Store the words of texts of passages, as they are spelt."""
    query = "INSERT INTO spellings SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
    connection.execute(query, [sorted(spelt_words(texts))])


def search_lexical(
    connection: Connection, terms: Sequence[str], k: int, filters: Filters | None
) -> list[tuple[int, float]]:
    """Return up to k passage ids with their BM25 scores, best first."""
    condition, parameters = passage_condition(filters)
    rows = connection.execute(sql.SQL(_SEARCH).format(condition), [list(terms), *parameters, k])
    return [(passage, score) for passage, score in rows]


def suggest_words(connection: Connection, splitter: TermSplitter, word: str, k: int) -> list[Suggestion]:
    """Return up to k words that are spelt nearly like one that no passage holds, the best first."""
    edits = allowed_edits(word)
    if k <= 0 or not edits or _passages_of(connection, splitter, [word]):
        return []
    query = "SELECT word FROM spellings WHERE word >= %s AND word < %s AND length(word) BETWEEN %s AND %s"
    lengths = (len(word) - edits, len(word) + edits)
    spellings = [
        spelling
        for letter in first_letters(word)
        for (spelling,) in connection.execute(query, [letter, f"{letter}\U0010ffff", *lengths])
    ]
    near = find_near(word, spellings, edits)
    return to_suggestions(near, _passages_of(connection, splitter, list(near)), splitter.terms, k)


def _passages_of(connection: Connection, splitter: TermSplitter, words: Sequence[str]) -> dict[str, int]:
    """Return how many passages hold each word or an inflection of it, for those that some do."""
    terms = [stems[0] if stems else "" for stems in splitter.terms(words)]
    query = "SELECT term, passages FROM terms WHERE term = ANY(%s) AND passages > 0"
    counts: dict[str, int] = dict(connection.execute(query, [terms]).fetchall())
    return {word: min(counts[term], COUNTED) for word, term in zip(words, terms, strict=True) if term in counts}


def _stored_term(term: str) -> str:
    return term if len(term) <= LONGEST_TERM else hashlib.sha256(term.encode()).hexdigest()
