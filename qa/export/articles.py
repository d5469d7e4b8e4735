"""Export articles to a JSONL file, with an article on each line, as the JSONL loader reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.export.atomic_write import atomic_write
from qa.types import Article

__all__ = ["export_articles"]


def export_articles(articles: Iterable[Article], path: Path) -> int:
    """Write the articles to a file, and return how many there are.

    :raises LibraryError: if the file cannot be written; an existing file stays as it was.
    """
    count = 0
    with atomic_write(path) as file:
        for article in articles:
            file.write(json.dumps(_record(article)) + "\n")
            count += 1
    return count


def _record(article: Article) -> dict[str, Any]:
    """Return the fields that are not empty, and the title and the date, which loaders would make up."""
    fields = {
        "source": article.source,
        "tags": list(article.tags),
        "metadata": dict(article.metadata),
        "headings": [asdict(heading) for heading in article.headings],
        "pages": list(article.pages),
        "places": [asdict(place) for place in article.places],
        "language": article.language,
    }
    return {
        "text": article.text,
        "title": article.title,
        "date": article.date and article.date.isoformat()[:10],
        **{name: value for name, value in fields.items() if value},
    }
