"""The health check of a library: what every store has in common, and then what the store itself checks."""

from __future__ import annotations

from collections.abc import Iterator

from qa.errors import LibraryError
from qa.library.base import HealthReport, Library, StoredPassage
from qa.types import ArticleInfo

__all__ = ["count_of", "examine"]

PAGE = 50
"""Articles checked at a time."""
ATTEMPTS = 3
"""How often to look again if the library changes during the check, which looks like a problem."""


def examine(library: Library) -> HealthReport:
    """Return the counts of a library, and a sentence for each problem that says how to repair it."""
    generation = library.generation
    problems = _shared_problems(library)
    for _ in range(ATTEMPTS):
        if not problems or library.generation == generation:
            break
        generation = library.generation
        problems = _shared_problems(library)
    problems += [problem for problem in library.problems() if problem not in problems]
    state = library.embedding_state()
    return HealthReport(
        len(library), state.passages, state.embedded, library.generation, tuple(problems), state.pending
    )


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shared_problems(library: Library) -> list[str]:
    listed = outside = differing = passages = 0
    try:
        expected = library.embedding_state().passages
        for page in _pages(library):
            listed += len(page)
            lengths = {info.id: info.characters for info in page}
            for stored in library.passages_of(lengths):
                passages += 1
                length = lengths.get(stored.passage.article_id, 0)
                fits = 0 <= stored.passage.start < stored.passage.end <= length
                outside += not fits
                differing += fits and stored.text != _slice(library, stored)
        counted = library.count()
    except LibraryError as error:
        return [f"the articles cannot be read: {error}"]
    return list(_sentences(outside, differing, (counted, listed), (expected, passages)))


def _sentences(
    outside: int, differing: int, articles: tuple[int, int], passages: tuple[int, int]
) -> Iterator[str]:
    add_again = "remove the articles and add them again"
    if outside:
        yield f"{count_of(outside, 'passage')} outside the text of the article: {add_again}"
    if differing:
        yield f"{count_of(differing, 'passage')} with another text than the article has there: {add_again}"
    for noun, (counted, listed) in {"article": articles, "passage": passages}.items():
        if counted != listed:
            yield (
                f"the library counts {count_of(counted, noun)} but lists {listed}: restore it from a "
                "backup, or add the articles to a new library"
            )


def _pages(library: Library) -> Iterator[list[ArticleInfo]]:
    after = 0
    while page := library.articles(after=after, limit=PAGE):
        yield page
        after = page[-1].position


def _slice(library: Library, stored: StoredPassage) -> str | None:
    passage = stored.passage
    return library.text(passage.article_id, passage.start, passage.end)
