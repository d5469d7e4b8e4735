"""The words of a query, and the terms that the word index has them under."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from qa.english.content_words import STOP_WORDS

__all__ = ["TOKENIZER", "terms_of", "words_by_term"]

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""The FTS5 tokenizer of every store: it makes words to terms, stems without accents."""
MAX_WORDS = 100
"""At most this many words of a query are looked up."""

# Letters and digits with the accents that follow them, the words of FTS5's unicode61 tokenizer.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_CLITIC = re.compile(r"\b\w+n['’]t\b|(?<=\w)['’](?:s|re|ve|ll|d|m)\b", re.IGNORECASE)


def words_by_term(connection: sqlite3.Connection, query: str) -> dict[str, str]:
    """Return the words of a query that are not stop words, by their terms; of several with one term, the first.

    So a word counts once, whichever of its inflections are asked for. Stop words count in a query of nothing else.

    :param connection: any connection to SQLite; only its temporary database is written to.
    """
    words = _words(query)
    found: dict[str, str] = {}
    for word, terms in zip(words, terms_of(connection, words), strict=True):
        if len(terms) == 1:
            found.setdefault(terms[0], word)
        elif terms:
            found |= {term: piece for term, piece in _pieces(connection, word) if term not in found}
    return found


def terms_of(connection: sqlite3.Connection, texts: Iterable[str]) -> list[list[str]]:
    """Return the terms of each text, in their order.

    :param connection: any connection to SQLite; only its temporary database is written to.
    """
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.split_texts USING fts5 "
        f"(text, content = '', tokenize = '{TOKENIZER}')"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.split_terms USING fts5vocab ('temp', 'split_texts', 'instance')"
    )
    insert = "INSERT INTO temp.split_texts (rowid, text) VALUES (?, ?)"
    count = max(0, connection.executemany(insert, enumerate(texts)).rowcount)
    terms: list[list[str]] = [[] for _ in range(count)]
    # In the order of offsets: a text has its terms in the order of its words.
    for number, term in connection.execute("SELECT doc, term FROM temp.split_terms ORDER BY doc, offset"):
        terms[number].append(term)
    connection.execute("INSERT INTO temp.split_texts (split_texts) VALUES ('delete-all')")
    return terms


def _words(query: str) -> Sequence[str]:
    text = unicodedata.normalize("NFC", query).lower()
    words = _WORD.findall(_CLITIC.sub(" ", text)) or _WORD.findall(text)
    chosen = [word for word in dict.fromkeys(words) if word not in STOP_WORDS] or words
    return list(dict.fromkeys(chosen[:MAX_WORDS]))


def _pieces(connection: sqlite3.Connection, word: str) -> Iterator[tuple[str, str]]:
    """Yield the terms and pieces of a word with letters that the tokenizer's older Unicode does not know."""
    tries = terms_of(connection, [f"a{letter}b" for letter in word])
    pieces = "".join(letter if len(terms) == 1 else " " for letter, terms in zip(word, tries, strict=True)).split()
    for piece, terms in zip(pieces, terms_of(connection, pieces), strict=True):
        if len(terms) == 1:
            yield terms[0], piece
