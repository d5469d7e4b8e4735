"""The stories of articles on PostgreSQL: a bucket row for each key of an article, and the number of its story.

They follow the rules of SQLite's, so that both tell the same stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.library.postgres.article_rows import read_page, storable
from qa.library.postgres.server.server_pool import Connection
from qa.stories import IN_BUCKET, Wording, bucket_keys, stories_told

__all__ = ["count_unfiled", "file_all", "file_articles", "read_stories"]

PAGE = 50
"""Articles that are filed or checked at a time."""


def file_articles(connection: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Find the stories of articles that were just stored, or stored anew; each is given with its position."""
    for position, text in texts:
        _file(connection, position, text)


def file_all(connection: Connection) -> None:
    """Find the stories of all articles again."""
    connection.execute("DELETE FROM story_buckets")
    connection.execute("DELETE FROM article_stories")
    after = 0
    while page := read_page(connection, after, PAGE):
        after = page[-1][0]
        file_articles(connection, ((position, article.text) for position, article in page))


def read_stories(connection: Connection, article_ids: Sequence[str]) -> dict[str, str]:
    """Return the story of each of the articles that exist: the id of its first article."""
    query = """
        SELECT articles.id, coalesce(first.id, articles.id) FROM articles
        LEFT JOIN article_stories ON article = articles.position
        LEFT JOIN articles AS first ON first.position = (
            SELECT min(other.article) FROM article_stories AS other WHERE other.story = article_stories.story
        )
        WHERE articles.id = ANY(%s)
    """
    return dict(connection.execute(query, [[*map(storable, article_ids)]]).fetchall())


def count_unfiled(connection: Connection) -> int:
    """Return the number of articles that have no story, or whose buckets are not those of their texts."""
    query = """
        SELECT story, ARRAY(SELECT bucket FROM story_buckets WHERE article = position)
        FROM articles LEFT JOIN article_stories ON article = position WHERE position = %s
    """
    after = unfiled = 0
    while page := read_page(connection, after, PAGE):
        after = page[-1][0]
        for position, article in page:
            story, buckets = connection.execute(query, [position]).fetchone() or (None, [])
            unfiled += story is None or {*buckets} != bucket_keys(Wording.of(article.text))
    return unfiled


def _file(connection: Connection, position: int, text: str) -> None:
    connection.execute("DELETE FROM story_buckets WHERE article = %s", [position])
    connection.execute("DELETE FROM article_stories WHERE article = %s", [position])
    wording = Wording.of(text)
    keys = [*bucket_keys(wording)]
    stories = stories_told(wording, _candidates(connection, keys), lambda candidate: _read(connection, candidate))
    story = min(stories) if stories else _next_story(connection)
    connection.execute("UPDATE article_stories SET story = %s WHERE story = ANY(%s)", [story, [*stories]])
    connection.execute("INSERT INTO article_stories (article, story) VALUES (%s, %s)", [position, story])
    connection.execute(
        "INSERT INTO story_buckets (bucket, article) SELECT unnest(%s::bigint[]), %s", [keys, position]
    )


def _candidates(connection: Connection, keys: Sequence[int]) -> list[int]:
    """Return the articles that share the most buckets; of equal ones, those that were added last."""
    query = """
        SELECT article FROM unnest(%s::bigint[]) AS key, LATERAL (
            SELECT article FROM story_buckets WHERE bucket = key ORDER BY article DESC LIMIT %s
        ) AS filed GROUP BY article ORDER BY count(*) DESC, article DESC
    """
    return [article for (article,) in connection.execute(query, [keys, IN_BUCKET])]


def _read(connection: Connection, position: int) -> tuple[int, str] | None:
    query = "SELECT story, text FROM article_stories JOIN articles ON position = article WHERE position = %s"
    return connection.execute(query, [position]).fetchone()


def _next_story(connection: Connection) -> int:
    row = connection.execute("SELECT coalesce(max(story), 0) + 1 FROM article_stories").fetchone()
    return int(row[0]) if row else 1
