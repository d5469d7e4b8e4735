"""The stories of articles, as rows: a bucket row for each key of an article, and the number of its story.

A new article joins the story of those that it is a copy of; if these were of several stories, they become one.
When an article is removed, the others stay together: they are copies of what it was a copy of.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qa.library.sqlite.integrity.damage import SQLITE_DAMAGE, check_types, damaged_rows
from qa.stories import IN_BUCKET, Wording, bucket_keys, stories_told

__all__ = ["count_unfiled", "file_all", "file_article", "read_stories"]


def file_article(connection: sqlite3.Connection, position: int, text: str) -> None:
    """Find the story of an article that was just stored, or stored anew."""
    _remove(connection, position)
    wording = Wording.of(text)
    keys = bucket_keys(wording)
    stories = stories_told(wording, _candidates(connection, keys), lambda candidate: _read(connection, candidate))
    story = min(stories) if stories else _next_story(connection)
    for merged in stories - {story}:
        connection.execute("UPDATE article_stories SET story = ? WHERE story = ?", [story, merged])
    connection.execute("INSERT INTO article_stories (article, story) VALUES (?, ?)", [position, story])
    connection.executemany(
        "INSERT INTO story_buckets (bucket, article) VALUES (?, ?)", ((key, position) for key in keys)
    )


def file_all(connection: sqlite3.Connection) -> None:
    """Find the stories of all articles again. Damaged ones get none."""
    connection.execute("DELETE FROM story_buckets")
    connection.execute("DELETE FROM article_stories")
    for position, text in _stored_texts(connection):
        file_article(connection, position, text)


def read_stories(connection: sqlite3.Connection, article_ids: Sequence[str]) -> dict[str, str]:
    """Return the story of each of the articles that exist: the id of its first article."""
    query = """
        SELECT articles.id, coalesce(first.id, articles.id) FROM articles
        LEFT JOIN article_stories ON article = articles.position
        LEFT JOIN articles AS first ON first.position = (
            SELECT min(other.article) FROM article_stories AS other WHERE other.story = article_stories.story
        )
        WHERE articles.id IN (SELECT value FROM json_each(?))
    """
    stories = dict(connection.execute(query, [json.dumps(article_ids)]))
    with damaged_rows():
        check_types(str, *stories.values())
    return stories


def count_unfiled(connection: sqlite3.Connection) -> int:
    """Return the number of articles that have no story, or whose buckets are not those of their texts."""
    unfiled = 0
    query = "SELECT bucket FROM story_buckets WHERE article = ?"
    for position, text in _stored_texts(connection):
        buckets = {bucket for (bucket,) in connection.execute(query, [position])}
        unfiled += _story_of(connection, position) is None or buckets != bucket_keys(Wording.of(text))
    return unfiled


def _remove(connection: sqlite3.Connection, position: int) -> None:
    connection.execute("DELETE FROM story_buckets WHERE article = ?", [position])
    connection.execute("DELETE FROM article_stories WHERE article = ?", [position])


def _candidates(connection: sqlite3.Connection, keys: Iterable[int]) -> list[int]:
    """Return the articles that share the most buckets; of equal ones, those that were added last."""
    query = "SELECT article FROM story_buckets WHERE bucket = ? ORDER BY article DESC LIMIT ?"
    shared = Counter(article for key in keys for (article,) in connection.execute(query, [key, IN_BUCKET]))
    return sorted(shared, key=lambda article: (-shared[article], -article))


def _read(connection: sqlite3.Connection, position: int) -> tuple[int, str] | None:
    story, text = _story_of(connection, position), _read_text(connection, position)
    return None if story is None or text is None else (story, text)


def _story_of(connection: sqlite3.Connection, position: int) -> int | None:
    row = connection.execute("SELECT story FROM article_stories WHERE article = ?", [position]).fetchone()
    return row and int(row[0])


def _next_story(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(story), 0) + 1 FROM article_stories").fetchone()[0])


def _stored_texts(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield the position and the text of each article that can be read."""
    for (position,) in connection.execute("SELECT position FROM articles ORDER BY position").fetchall():
        text = _read_text(connection, position)
        if text is not None:
            yield position, text


def _read_text(connection: sqlite3.Connection, position: int) -> str | None:
    """Return the text of an article, or None if it is damaged: the digests say so."""
    try:
        text = connection.execute("SELECT text FROM articles WHERE position = ?", [position]).fetchone()[0]
        check_types(str, text)
    except (*SQLITE_DAMAGE, TypeError):
        return None
    return str(text)
