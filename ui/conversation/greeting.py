"""What an empty conversation shows: questions to begin with, or how to add articles."""

from __future__ import annotations

import seeds
from qa.assistant import Assistant
from qa.types import article_id
from ui import markup
from ui.conversation.example_questions import Examples

__all__ = ["SEED_EXAMPLES", "Greeting"]

SEED_EXAMPLES = (
    "How many Shahed drones were used?",
    "Who visited Kyiv?",
    "How much are the framework contracts worth?",
    "What are Ukrainians fighting for?",
)
NEWEST = 4


class Greeting:
    """Renders the text of an empty conversation.

    :param examples: finds example questions for a library without the seed articles.
    """

    def __init__(self, assistant: Assistant, examples: Examples) -> None:
        self._assistant = assistant
        self._examples = examples
        self._seed_ids = [article_id(path.as_posix()) for path in sorted(seeds.FOLDER.glob("*.txt"))]

    def render(self) -> str:
        """Return the current greeting as HTML."""
        count = self._assistant.article_count
        if self._assistant.content_hashes(self._seed_ids):
            return markup.render_welcome(count, SEED_EXAMPLES)
        newest = self._assistant.articles()[::-1]
        examples = self._examples.for_articles(tuple(info.id for info in newest))
        return markup.render_welcome(count, examples, () if examples else newest[:NEWEST])
