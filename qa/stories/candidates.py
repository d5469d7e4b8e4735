"""Which of the articles that share buckets with a new one are copies of it, whatever store they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qa.stories.shingling import Wording
from qa.stories.text_comparison import is_copy

__all__ = ["IN_BUCKET", "stories_told"]

IN_BUCKET = 20
"""Articles of a bucket to consider, the last ones: thousands of the same form do not make adding slow."""
COMPARED = 10
"""Articles that a new one is compared with at most."""

StoryAndText = tuple[int, str]


def stories_told(
    wording: Wording, candidates: Iterable[int], read: Callable[[int], StoryAndText | None]
) -> set[int]:
    """Return the stories of which a text is a copy. One article of each of them is compared.

    :param candidates: the positions of articles that share buckets with the text, the most likely copies first.
    :param read: returns the story and the text at a position, or None if they cannot be read.
    """
    stories: set[int] = set()
    compared = 0
    for candidate in candidates:
        found = read(candidate)
        if found is None or found[0] in stories:
            continue
        story, text = found
        if is_copy(wording, Wording.of(text)):
            stories.add(story)
        compared += 1
        if compared == COMPARED:
            break
    return stories
