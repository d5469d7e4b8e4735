"""Free text to an FTS5 query, and the search with it."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

from qa.english.content_words import STOP_WORDS
from qa.library.sqlite.filters import allowed_passages
from qa.types import Filters

__all__ = ["match_expression", "search_lexical"]

# Tuned on SQuAD training paragraphs with their titles: a weight from 1 to 2 for the context does equally well.
CONTEXT_WEIGHT = 1.0
BODY_WEIGHT = 1.0
MAX_TERMS = 100
"""At most this many terms of a query are looked up."""

# Letters and digits with the accents that follow them, the words of FTS5's unicode61 tokenizer.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_CLITIC = re.compile(r"\b\w+n['’]t\b|(?<=\w)['’](?:s|re|ve|ll|d|m)\b", re.IGNORECASE)


def match_expression(query: str) -> str:
    """Return an FTS5 expression that matches any word of the query that is not a stop word; empty without words.

    Stop words count in a query of nothing else. Every word is quoted, so no input is a syntax error.
    """
    text = unicodedata.normalize("NFC", query).lower()
    words = _WORD.findall(_CLITIC.sub(" ", text)) or _WORD.findall(text)
    terms = [word for word in dict.fromkeys(words) if word not in STOP_WORDS] or words
    return " OR ".join(f'"{term}"' for term in dict.fromkeys(terms[:MAX_TERMS]))


def search_lexical(
    connection: sqlite3.Connection, query: str, k: int, filters: Filters | None
) -> list[tuple[int, float]]:
    """Return up to k passage ids with their BM25 scores, best first."""
    expression = match_expression(query)
    if not expression or k <= 0:
        return []
    condition, parameters = allowed_passages(filters)
    # The plus keeps SQLite from running the match again for each allowed row.
    restriction = f"AND +rowid IN ({condition})" if condition else ""
    rows = connection.execute(
        f"""
        SELECT rowid, bm25(passage_words, {CONTEXT_WEIGHT}, {BODY_WEIGHT}) AS cost
        FROM passage_words WHERE passage_words MATCH ? {restriction}
        ORDER BY cost, rowid LIMIT ?
        """,  # noqa: S608 - only constants and placeholders
        (expression, *parameters, k),
    )
    return [(passage, max(0.0, -cost)) for passage, cost in rows]
