"""A library to a JSONL file: an article a line, as the JSONL loader reads it; and how files are written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from qa.errors import LibraryError
from qa.types import Article

__all__ = ["export", "replacing"]


def export(articles: Iterable[Article], path: Path) -> int:
    """Write the articles to the file, atomically; return how many.

    :raises LibraryError: when the file cannot be written; one that was there stays as it was.
    """
    count = 0
    with replacing(path) as file:
        for article in articles:
            file.write(json.dumps(_record(article)) + "\n")
            count += 1
    return count


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Lend an ASCII file that takes the place of the one at the path when all is written.

    :raises LibraryError: when the file cannot be written; one that was there stays as it was.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with temporary.open("w", encoding="ascii", newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(f"cannot write {path}: {error.strerror or error}; choose another file") from error


def _record(article: Article) -> dict[str, Any]:
    """Return the article's fields, empty ones left out; the title stays, as loaders make up a missing one."""
    fields = {
        "date": article.date and article.date.isoformat()[:10],
        "source": article.source,
        "tags": list(article.tags),
        "metadata": dict(article.metadata),
        "headings": [asdict(heading) for heading in article.headings],
        "pages": list(article.pages),
    }
    return {
        "text": article.text,
        "title": article.title,
        **{name: value for name, value in fields.items() if value},
    }
