"""The spellings of the passages' words, and those nearest to a word that no passage holds.

FTS5 keeps stems only, and reads all postings of a range of stems to list it. So the words are in a table of
their own, each as the passages spell it. A word stays there when its last passage is removed: what is suggested is
looked up in the word index first.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from qa.library.base import Suggestion
from qa.library.sqlite.integrity.damage import damaged_rows

__all__ = ["add_spellings", "has_spellings", "suggest_words"]

CANDIDATES = 30
"""The nearest spellings whose passages are counted."""
COUNTED = 1000
"""Passages are counted up to this number."""

# The words of FTS5's unicode61 tokenizer, as far as they are worth a suggestion.
_WORD = re.compile(r"(?<!\w)[^\W\d_]{4,40}(?!\w)")
_ACCENT = re.compile("[\u0300-\u036f]+")


def add_spellings(connection: sqlite3.Connection, texts: Iterable[str]) -> None:
    """Store the words of texts of passages."""
    words = json.dumps(sorted(_words(texts)))
    connection.execute("INSERT OR IGNORE INTO spellings (word) SELECT value FROM json_each(?)", [words])


def has_spellings(connection: sqlite3.Connection, texts: Iterable[str]) -> bool:
    """Return whether all words of texts of passages are stored."""
    words = json.dumps(sorted(_words(texts)))
    query = "SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT word FROM spellings) LIMIT 1"
    return connection.execute(query, [words]).fetchone() is None


def suggest_words(connection: sqlite3.Connection, tokenizer: str, word: str, k: int) -> list[Suggestion]:
    """Return up to k words that are spelt nearly like one that no passage holds, the best first.

    :param tokenizer: the tokenizer of the word index.
    """
    edits = _allowed_edits(word)
    if k <= 0 or not edits or _count(connection, word, 1):
        return []
    near = _near(word, _candidates(connection, word, edits), edits)
    held = {other: count for other in near if (count := _count(connection, other, COUNTED))}
    groups = defaultdict(list)
    for other, stem in zip(held, _stems(connection, list(held), tokenizer), strict=True):
        groups[stem].append(other)
    suggestions = [
        Suggestion(_uncapitalised(group), near[group[0]], max(map(held.__getitem__, group)))
        for group in groups.values()
    ]
    return sorted(suggestions, key=lambda one: (one.distance, -one.passages, one.word))[:k]


def _words(texts: Iterable[str]) -> set[str]:
    """Return the words of texts, but for those in scripts without capitals."""
    tokens = {token for text in texts for token in text.split()}  # each of them is matched once
    return {word for word in _WORD.findall(" ".join(tokens)) if word.lower() != word.upper()}


def _allowed_edits(word: str) -> int:
    """Return how many letters of a word may be wrong: short words have too many neighbours."""
    if not _WORD.fullmatch(word) or word.lower() == word.upper() or len(word) < 5:
        return 0
    return 1 if len(word) < 9 else 2


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
        for letter in sorted({word[0].lower(), word[0].upper()})
        for (spelling,) in connection.execute(query, [letter, f"{letter}\U0010ffff", *lengths])
    ]


def _near(word: str, spellings: Sequence[str], edits: int) -> dict[str, int]:
    """Return the nearest spellings with their distances, the nearest first.

    The distance is the optimal string alignment: letters inserted, left out, replaced or exchanged with their
    neighbour. At the same distance, a spelling with more of the word's letters is nearer, then one of its length.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    query = _folded(word)
    with damaged_rows("the table of spellings"):
        folded = _folded("\n".join(spellings)).split("\n")  # all at once is ten times as fast
    matches = process.extract(query, folded, scorer=OSA.distance, score_cutoff=edits, limit=None)
    ranked = sorted(
        (distance, (Counter(query) - Counter(text)).total(), abs(len(query) - len(text)), spellings[number])
        for text, distance, number in matches
    )
    return {spelling: int(distance) for distance, *_, spelling in ranked[:CANDIDATES]}


def _stems(connection: sqlite3.Connection, words: Sequence[str], tokenizer: str) -> list[str]:
    """Return the stems of words as the word index has them, in a table of the connection's temporary database."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.stemmed USING fts5 (word, tokenize = '{tokenizer}')"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stems USING fts5vocab ('temp', 'stemmed', 'instance')"
    )
    connection.executemany("INSERT INTO temp.stemmed (rowid, word) VALUES (?, ?)", enumerate(words))
    stems = dict(connection.execute("SELECT doc, term FROM temp.stems ORDER BY doc, offset DESC"))
    connection.execute("DELETE FROM temp.stemmed")
    return [stems.get(number, "") for number in range(len(words))]


def _uncapitalised(group: Sequence[str]) -> str:
    """Return the first word; in lower case if it, or an inflection, is written so anywhere."""
    return group[0].lower() if any(word.islower() for word in group) else group[0]


def _folded(text: str) -> str:
    """Return the text in lower case and without accents."""
    lower = text.lower()
    return lower if lower.isascii() else _ACCENT.sub("", unicodedata.normalize("NFD", lower))
