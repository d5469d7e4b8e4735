"""Free text to an FTS5 query, and the search with it."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

from qa.english.content_words import STOP_WORDS
from qa.library.sqlite.filters import allowed_passages
from qa.types import Filters

__all__ = ["match_expression", "search_lexical"]

# Tuned on SQuAD training paragraphs with their titles: anything between 1 and 2 for the context does as well.
CONTEXT_WEIGHT = 1.0
BODY_WEIGHT = 1.0
MAX_TERMS = 100
"""Terms of a query that are looked up at most."""

# Letters and digits with the accents that follow them, as FTS5's unicode61 cuts words.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_CLITIC = re.compile(r"\b\w+n['’]t\b|(?<=\w)['’](?:s|re|ve|ll|d|m)\b", re.IGNORECASE)


def match_expression(query: str) -> str:
    """Return an FTS5 expression that matches any of the query's words but stop words; empty without words.

    Stop words count when there is nothing else. Every word is quoted, so that no input is a syntax error.
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
    # The plus keeps SQLite from running the match anew for each allowed row.
    restriction = f"AND +rowid IN ({condition})" if condition else ""
    found = connection.execute(
        f"""
        SELECT rowid, bm25(passage_words, {CONTEXT_WEIGHT}, {BODY_WEIGHT}) AS cost
        FROM passage_words WHERE passage_words MATCH ? {restriction}
        ORDER BY cost, rowid LIMIT ?
        """,  # noqa: S608 - constants and placeholders alone
        (expression, *parameters, k),
    )
    return [(passage, max(0.0, -cost)) for passage, cost in found]
