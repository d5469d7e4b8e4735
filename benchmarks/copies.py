"""Measure how well copies of a story are told from other articles, and how long it takes to find them.

    python -m benchmarks.copies benchmarks/questions/news-tune.json [--corpus ARTICLES.jsonl.xz]

Of the file's articles, the pairs that its ``copies`` name should tell one story, and no others. Then copies of
each article are made in the ways in which papers make them, and follow-ups, which are none. With ``--corpus``,
articles that have few copies or none are put into a library: those that are found are listed, with the CPU time of
each article.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.made_copies import KINDS, make_all
from qa.library.base import IndexedArticle, Library
from qa.library.sqlite.library import SqliteLibrary
from qa.stories import Wording, bucket_keys, is_copy
from qa.types import Article

BATCH = 500
"""Articles whose time is reported together."""
SHOWN = 20

Pair = frozenset[str]


def fill(articles: Iterable[Article]) -> SqliteLibrary:
    """Return a library of the articles, without their passages, which play no part here."""
    library = SqliteLibrary.in_memory(encoder="none", dimension=1)
    for article in articles:
        library.put([IndexedArticle(article, [], [])])
    return library


def found_pairs(library: Library) -> set[Pair]:
    """Return the sources of each two articles that tell one story."""
    sources = {info.id: info.source for info in library.articles()}
    stories: dict[str, list[str]] = {}
    for article_id, story in library.stories(sources).items():
        stories.setdefault(story, []).append(sources[article_id])
    return {frozenset(pair) for members in stories.values() for pair in combinations(members, 2)}


def report_pairs(stories: Sequence[Any]) -> None:
    """Print the precision, the recall and F1 of the pairs that tell one story, and the wrong ones."""
    articles = [Article(one["text"], one["title"], one["id"]) for story in stories for one in story["articles"]]
    expected = {
        frozenset(pair) for story in stories for group in story["copies"] for pair in combinations(group, 2)
    }
    found = found_pairs(fill(articles))
    right = len(found & expected)
    precision, recall = right / max(1, len(found)), right / max(1, len(expected))
    f1 = 2 * right / max(1, len(found) + len(expected))
    print(f"{len(articles)} articles, {len(expected)} pairs of copies")
    print(f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    for pair in sorted(map(sorted, found ^ expected)):
        print("  missed" if frozenset(pair) in expected else "  wrong ", *pair)


def report_made(texts: Sequence[str]) -> None:
    """Print how many of the made variants are found to be copies, by kind."""
    wordings = [Wording.of(text) for text in texts]
    print(f"\nvariants of {len(texts)} articles that are found to be copies")
    for kind, variants in make_all(texts).items():
        pairs = list(zip(wordings, map(Wording.of, variants), strict=True))
        alike = sum(is_copy(*pair) for pair in pairs)
        found = sum(is_copy(one, other) and bool(bucket_keys(one) & bucket_keys(other)) for one, other in pairs)
        print(f"  {kind:42} {found / len(pairs):6.1%}  (without the buckets {alike / len(pairs):.1%})")
    print(f"  the last {sum(not copies for _, copies, _ in KINDS)} are no copies")


def report_corpus(path: Path) -> None:
    """Print the copies that a corpus is found to have, and the time of each article by the library's size."""
    library = SqliteLibrary.in_memory(encoder="none", dimension=1)
    titles: dict[str, str] = {}
    batch: list[Article] = []
    print("\narticles before, CPU milliseconds per article")
    for article in _read(path):
        titles[article.source] = article.title
        batch.append(article)
        if len(batch) == BATCH:
            start = time.process_time()
            library.put([IndexedArticle(one, [], []) for one in batch])
            print(f"{len(titles) - BATCH:15}  {1000 * (time.process_time() - start) / BATCH:.2f}")
            batch.clear()
    library.put([IndexedArticle(one, [], []) for one in batch])
    pairs = found_pairs(library)
    print(f"{len(pairs)} pairs among {len(titles)} articles")
    for pair in sorted(map(sorted, pairs))[:SHOWN]:
        print("  ", *(f"{titles[source]!r}" for source in pair))


def _read(path: Path) -> Iterator[Article]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            fields = json.loads(line)
            yield Article(fields["text"], fields.get("title", ""), f"{number}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path, help="articles with their copies, as in news-tune.json")
    parser.add_argument("--corpus", type=Path, help="a compressed JSON Lines file of articles")
    options = parser.parse_args()
    stories = json.loads(options.news.read_text("utf-8"))["stories"]
    report_pairs(stories)
    report_made([article["text"] for story in stories for article in story["articles"]])
    if options.corpus:
        report_corpus(options.corpus)


if __name__ == "__main__":
    main()
