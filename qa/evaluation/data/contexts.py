"""The contexts of a set of questions as articles to ask, all of them or some left out."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from qa.errors import DataError
from qa.evaluation.data.examples import Example
from qa.types import Article

__all__ = ["articles_of", "gold_article_id", "leave_out"]

T = TypeVar("T")


def articles_of(examples: Sequence[Example]) -> list[Article]:
    """Return each distinct context as an article, in the order in which they first come."""
    titles: dict[str, str] = {}
    for example in examples:
        titles.setdefault(example.context, example.title.replace("_", " "))
    return [Article(context, title, _source(context)) for context, title in titles.items()]


def gold_article_id(example: Example) -> str:
    """Return the id of the article that ``articles_of`` makes of the example's context."""
    return Article("", source=_source(example.context)).id


def leave_out(
    articles: Sequence[T], share: float, seed: int = 0, together: Callable[[T], Hashable] | None = None
) -> tuple[list[T], list[T]]:
    """Split articles, or their ids, into those to keep and those to leave out of the library, chosen by the seed.

    The choice does not hang together with that of ``sample`` by the same seed.

    :param together: what articles have in common that stay or go together; the share is then of these groups.
    :raises DataError: when the share does not lie between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise DataError(f"the share to leave out must lie between 0 and 1, not {share}")
    random_ = random.Random(f"leave out {seed}")  # noqa: S311
    groups: list[Hashable] = [together(one) for one in articles] if together else list(range(len(articles)))
    every = list(dict.fromkeys(groups))
    chosen = set(random_.sample(every, round(share * len(every))))
    kept = [article for article, group in zip(articles, groups, strict=True) if group not in chosen]
    return kept, [article for article, group in zip(articles, groups, strict=True) if group in chosen]


def _source(context: str) -> str:
    # made from the text alone, so that a sample of the questions names the same articles as all of them
    return f"squad:{hashlib.sha256(context.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
