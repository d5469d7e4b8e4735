"""Example questions for an empty conversation, drafted from the library's articles."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from qa.assistant import Assistant
from qa.errors import QuotewellError
from qa.question_generation.drafts import Draft, draft_questions
from qa.question_generation.fluency import reads_well
from qa.types import Reply

__all__ = ["Examples"]

log = logging.getLogger(__name__)

MAX_EXAMPLES = 4
MAX_ARTICLES = 30  # the most recently added ones
MAX_CHARACTERS = 5000  # of each article: its beginning says what it is about
MAX_TRIES = 16  # drafts to ask
MIN_SCORE = 0.7  # of a draft
MIN_CONFIDENCE = 0.7  # of its answer


class Examples:
    """Drafts questions from the newest articles, asks them, and keeps those that get the expected answer.

    This runs in a background thread after :meth:`start`, and again whenever the newest articles change.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._started = False
        self._articles: tuple[str, ...] = ()
        self._questions: tuple[str, ...] = ()

    def start(self) -> None:
        """Start drafting questions. Call this once the models are loaded."""
        self._started = True
        self.for_articles(self._newest())

    def for_articles(self, newest: tuple[str, ...]) -> tuple[str, ...]:
        """Return the example questions for the newest articles; empty until the background thread has them.

        :param newest: the ids of the articles, most recently added first.
        """
        newest = newest[:MAX_ARTICLES]
        with self._lock:
            if not self._started or newest == self._articles:
                return self._questions
            self._articles, self._questions = newest, ()
        threading.Thread(target=self._find, args=(newest,), name="examples", daemon=True).start()
        return ()

    def _newest(self) -> tuple[str, ...]:
        return tuple(info.id for info in self._assistant.articles()[: -MAX_ARTICLES - 1 : -1])

    def _find(self, newest: tuple[str, ...]) -> None:
        try:
            questions = tuple(self._answered(newest))
        except QuotewellError as error:
            log.warning("could not draft example questions: %s", error)
            return
        with self._lock:
            if newest == self._articles:
                self._questions = questions

    def _answered(self, newest: tuple[str, ...]) -> Iterator[str]:
        count = 0
        for article_id, draft in self._drafts(newest):
            if newest != self._articles or count == MAX_EXAMPLES:
                return
            if _is_answered(self._assistant.ask(draft.question), article_id, draft):
                count += 1
                yield draft.question

    def _drafts(self, newest: tuple[str, ...]) -> list[tuple[str, Draft]]:
        """Return the best draft of each article, then the second best of each, and so on."""
        ranked: list[tuple[int, str, Draft]] = []
        for article_id in newest:
            article = self._assistant.library.get(article_id)
            text = article.text[:MAX_CHARACTERS] if article else ""
            drafts = [
                draft for draft in draft_questions(text) if draft.score >= MIN_SCORE and reads_well(draft, text)
            ]
            drafts.sort(key=lambda draft: -draft.score)
            ranked += ((rank, article_id, draft) for rank, draft in enumerate(drafts[:MAX_EXAMPLES]))
        ranked.sort(key=lambda row: row[0])
        return [(article_id, draft) for _, article_id, draft in ranked[:MAX_TRIES]]


def _is_answered(reply: Reply, article_id: str, draft: Draft) -> bool:
    """Whether the best answer is confident and quotes the words that the question was drafted from."""
    if reply.answer is None or reply.answer.confidence < MIN_CONFIDENCE:
        return False
    return any(
        cited.article_id == article_id and cited.start < draft.end and draft.start < cited.end
        for cited in reply.answer.citations
    )
