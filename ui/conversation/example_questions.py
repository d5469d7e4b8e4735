"""Questions that the library's own articles answer, to begin a conversation with."""

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

WANTED = 4
ARTICLES = 30  # the newest, that questions are drafted from
CHARACTERS = 5000  # of an article: what it is about stands at its beginning
TRIES = 16  # questions that are asked for it
GOOD = 0.7  # score of a draft that reads well
SURE = 0.7  # confidence of an answer that is shown to others


class Examples:
    """Drafts questions from the newest articles, asks them, and keeps those that are answered as they should be.

    It works in a thread of its own once :meth:`begin` was called, and again when the newest articles are others.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._begun = False
        self._of: tuple[str, ...] = ()
        self._kept: tuple[str, ...] = ()

    def begin(self) -> None:
        """Find questions from now on; the models should be loaded by now."""
        self._begun = True
        self.of(self._newest())

    def of(self, newest: tuple[str, ...]) -> tuple[str, ...]:
        """Return the questions about these articles, given by id; none while they are still being looked for."""
        newest = newest[:ARTICLES]
        with self._lock:
            if not self._begun or newest == self._of:
                return self._kept
            self._of, self._kept = newest, ()
        threading.Thread(target=self._look, args=(newest,), name="examples", daemon=True).start()
        return ()

    def _newest(self) -> tuple[str, ...]:
        return tuple(info.id for info in self._assistant.articles()[: -ARTICLES - 1 : -1])

    def _look(self, newest: tuple[str, ...]) -> None:
        try:
            kept = tuple(self._answered(newest))
        except QuotewellError as error:
            log.warning("no example questions were made: %s", error)
            return
        with self._lock:
            if newest == self._of:
                self._kept = kept

    def _answered(self, newest: tuple[str, ...]) -> Iterator[str]:
        count = 0
        for article_id, draft in self._drafts(newest):
            if newest != self._of or count == WANTED:
                return
            if _is_answered(self._assistant.ask(draft.question), article_id, draft):
                count += 1
                yield draft.question

    def _drafts(self, newest: tuple[str, ...]) -> list[tuple[str, Draft]]:
        """Return the best draft of each article, then the second of each, and so on."""
        ranked: list[tuple[int, str, Draft]] = []
        for article_id in newest:
            article = self._assistant.library.get(article_id)
            text = article.text[:CHARACTERS] if article else ""
            drafts = (draft for draft in draft_questions(text) if draft.score >= GOOD and reads_well(draft, text))
            good = sorted(drafts, key=lambda draft: -draft.score)
            ranked += ((place, article_id, draft) for place, draft in enumerate(good[:WANTED]))
        ranked.sort(key=lambda row: row[0])
        return [(article_id, draft) for _, article_id, draft in ranked[:TRIES]]


def _is_answered(reply: Reply, article_id: str, draft: Draft) -> bool:
    """Whether the best answer is surely the words that the question was drafted for."""
    if reply.answer is None or reply.answer.confidence < SURE:
        return False
    return any(
        cited.article_id == article_id and cited.start < draft.end and draft.start < cited.end
        for cited in reply.answer.citations
    )
