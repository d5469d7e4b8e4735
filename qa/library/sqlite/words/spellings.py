"""The spellings of the passages' words, and those nearest to a word that no passage holds.

FTS5 keeps stems only, and reads all postings of a range of stems to list it. So the words are in a table of
their own, each as the passages spell it. A word stays there when its last passage is removed: what is suggested is
looked up in the word index first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import partial

from qa.library.base import Suggestion
from qa.library.near_words import COUNTED, allowed_edits, find_near, first_letters, spelt_words, to_suggestions
from qa.library.query_words import terms_of
from qa.library.sqlite.integrity.damage import damaged_rows

__all__ = ["add_spellings", "has_spellings", "suggest_words"]


def add_spellings(connection: sqlite3.Connection, texts: Iterable[str]) -> None:
    """Store the words of texts of passages."""
    words = json.dumps(sorted(spelt_words(texts)))
    connection.execute("INSERT OR IGNORE INTO spellings (word) SELECT value FROM json_each(?)", [words])


def has_spellings(connection: sqlite3.Connection, texts: Iterable[str]) -> bool:
    """Return whether all words of texts of passages are stored."""
    words = json.dumps(sorted(spelt_words(texts)))
    query = "SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT word FROM spellings) LIMIT 1"
    return connection.execute(query, [words]).fetchone() is None


def suggest_words(connection: sqlite3.Connection, word: str, k: int) -> list[Suggestion]:
    """Return up to k words that are spelt nearly like one that no passage holds, the best first."""
    edits = allowed_edits(word)
    if k <= 0 or not edits or _count(connection, word, 1):
        return []
    with damaged_rows("the table of spellings"):
        near = find_near(word, _candidates(connection, word, edits), edits)
    held = {other: count for other in near if (count := _count(connection, other, COUNTED))}
    return to_suggestions(near, held, partial(terms_of, connection), k)


def _count(connection: sqlite3.Connection, word: str, most: int) -> int:
    """Return how many passages hold the word or an inflection of it; they are counted up to ``most``."""
    query = "SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT ?)"
    return int(connection.execute(query, [f'"{word}"', most]).fetchone()[0])


def _candidates(connection: sqlite3.Connection, word: str, edits: int) -> list[str]:
    """Return the spellings with the word's first letter and about its length."""
    query = "SELECT word FROM spellings WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?"
    lengths = (len(word) - edits, len(word) + edits)
    return [
        spelling
        for letter in first_letters(word)
        for (spelling,) in connection.execute(query, [letter, f"{letter}\U0010ffff", *lengths])
    ]
