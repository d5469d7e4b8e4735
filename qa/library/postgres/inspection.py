"""The health checks that are PostgreSQL's own: terms, counts and vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from qa.library.health import count_of
from qa.library.postgres.article_rows import read_page
from qa.library.postgres.server.server_pool import Connection
from qa.library.postgres.story_tables import count_unfiled
from qa.library.postgres.word_ranking import TermSplitter

__all__ = ["find_damage"]

PAGE = 50
"""Articles checked at a time."""

_REBUILD = "run `quotewell doctor --rebuild`"
_EITHER = "SELECT passage FROM vectors UNION ALL SELECT passage FROM pending_vectors"
# Each counts rows; a sentence follows if there are any.
_COUNTS = {
    "SELECT count(*) FROM articles WHERE characters <> char_length(text)": (
        "article",
        "of another length than was stored: remove the articles and add them again",
    ),
    f"SELECT count(*) FROM passages WHERE id NOT IN ({_EITHER})": (  # noqa: S608 - constants
        "passage",
        f"with neither a vector nor a note that it is pending: {_REBUILD}",
    ),
    "SELECT count(*) FROM pending_vectors JOIN vectors USING (passage)": (
        "passage",
        f"marked as pending but with a vector: {_REBUILD}",
    ),
    "SELECT count(*) FROM vectors, library WHERE vector_dims(vector) <> dimension": (
        "vector",
        f"of another length than the library's: {_REBUILD}",
    ),
    """
    SELECT count(*) FROM terms FULL JOIN (
        SELECT term, count(*) AS passages FROM passages, unnest(terms) AS term GROUP BY term
    ) AS counted ON id = counted.term WHERE coalesce(terms.passages, -1) <> coalesce(counted.passages, 0)
    """: ("term", f"counted wrongly: {_REBUILD}"),
    """
    SELECT count(*) FROM library,
        (SELECT count(*), coalesce(sum(length), 0) FROM passages) AS counted (passages, terms)
    WHERE (library.passages, library.terms) <> (counted.passages, counted.terms)
    """: ("total", f"of passages and terms that does not add up: {_REBUILD}"),
}


def find_damage(connection: Connection, splitter: TermSplitter) -> Iterator[str]:
    """Yield a sentence for each problem, saying how to repair it."""
    for query, (noun, what) in _COUNTS.items():
        row = connection.execute(query).fetchone()
        if row and row[0]:
            yield f"{count_of(row[0], noun)} {what}"
    if differing := _count_other_terms(connection, splitter):
        yield f"{count_of(differing, 'passage')} stored with other words than its text has: {_REBUILD}"
    if unfiled := count_unfiled(connection):
        yield f"{count_of(unfiled, 'article')} not compared with the others for copies: {_REBUILD}"


def _count_other_terms(connection: Connection, splitter: TermSplitter) -> int:
    """Return how many passages have other terms, or other frequencies, than their texts."""
    after = differing = 0
    query = """
        SELECT article, start, "end", context, length,
               ARRAY(SELECT terms.term FROM unnest(passages.terms) WITH ORDINALITY AS of_passage (id, number)
                     LEFT JOIN terms USING (id) ORDER BY number),
               frequencies
        FROM passages WHERE article = ANY(%s) ORDER BY id
    """
    while page := read_page(connection, after, PAGE):
        after = page[-1][0]
        texts = {position: article.text for position, article in page}
        rows = connection.execute(query, [list(texts)]).fetchall()
        expected = splitter.terms(f"{row[3]}\n{texts[row[0]][row[1] : row[2]]}" for row in rows)
        for row, terms in zip(rows, expected, strict=True):
            length, stored, frequencies = row[4:]
            counted = dict(zip(stored, frequencies, strict=False))
            differing += length != len(terms) or counted != Counter(terms)
    return differing
