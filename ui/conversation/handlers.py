"""Handlers of the conversation's events. They take values and return HTML, independent of the layout.

Handlers keep no state between calls. Each call takes the visitor's ``Conversation`` and ``View``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, cast

from qa.assistant import Assistant
from qa.errors import QuestionError, QuotewellError
from qa.export.transcript import to_json, to_markdown
from qa.feedback import Verdict
from qa.types import Reply
from ui import markup
from ui.conversation.example_questions import Examples
from ui.conversation.greeting import Greeting
from ui.conversation.small_talk import answer_small_talk, without_courtesies
from ui.conversation.source_panel import NO_SOURCE, Sources
from ui.conversation.workers import QuestionThreads
from ui.state import Aside, Choices, Conversation, View

__all__ = ["NO_SOURCE", "Asked", "Handlers", "Notify"]

log = logging.getLogger(__name__)

TRANSCRIPTS: dict[str, tuple[str, Callable[[Sequence[Reply]], str]]] = {
    "markdown": ("conversation.md", to_markdown),
    "json": ("conversation.json", to_json),
}
MAX_RESUMED = 50
MAX_KEY = 32
UNKNOWN = "Something went wrong. The details are in the server's log."

Notify = Callable[[str], None]


class Asked(NamedTuple):
    """What to show while a question is being answered and after that.

    A ``source`` of None leaves the source panel unchanged. ``failed`` is the question if answering it failed.
    """

    html: str
    source: str | None
    conversation: Conversation
    failed: str = ""


class Handlers:
    """Handles the events of the conversation.

    :param notify: shows an error message to the visitor.
    :param threads: the threads that answer questions.
    :param examples: finds example questions for a library without the seed articles.
    """

    def __init__(
        self, assistant: Assistant, notify: Notify, threads: QuestionThreads, examples: Examples | None = None
    ) -> None:
        self._assistant = assistant
        self._notify = notify
        self._threads = threads
        self._greeting = Greeting(assistant, examples or Examples(assistant))
        self._sources = Sources(assistant)

    def render(
        self,
        conversation: Conversation | None,
        view: View | None = None,
        pending: str = "",
        stage: str = "",
        answered: int | None = None,
    ) -> str:
        """Return the conversation as HTML.

        :param pending: a question that is being answered.
        :param stage: the current stage of answering it.
        :param answered: the number of replies to show; None for all.
        """
        if conversation is None or (conversation.is_empty and not pending):
            return markup.render_conversation([], welcome=self._greeting.render())
        filtered = bool(view and view.filters)
        replies = conversation.replies[:answered]
        return markup.render_conversation(
            replies,
            pending,
            stage=stage,
            key=conversation.key,
            verdicts=conversation.verdicts,
            asides=conversation.asides,
            filtered=filtered,
        )

    def ask(
        self,
        question: str,
        choices: Choices,
        conversation: Conversation | None,
        view: View | None = None,
    ) -> Iterator[Asked]:
        """Yield what to show at each stage of answering a question, then the reply or the failed question.

        Small talk gets a line at once; around a question, it is left out.
        """
        conversation = conversation or Conversation(self._assistant.chat())
        if line := answer_small_talk(question):
            conversation.asides.append(Aside(len(conversation.replies), question.strip(), line))
            yield Asked(self.render(conversation, view), None, conversation)
            return
        typed, question = question, without_courtesies(question)
        # The reply may be in the conversation before all its stages are shown; it must not appear next to them.
        answered = len(conversation.replies)
        yield Asked(self.render(conversation, view, question), None, conversation)
        source = None
        with notifying(self._notify):
            filters = view.filters if view else None
            for stage in self._threads.stages(
                lambda on_stage: conversation.chat.ask(
                    question,
                    filters=filters,
                    on_stage=on_stage,
                    **choices._asdict(),
                )
            ):
                yield Asked(self.render(conversation, view, question, stage, answered), None, conversation)
            source = self._latest(conversation)
        yield Asked(self.render(conversation, view), source, conversation, typed if source is None else "")

    def resume(self, questions: str, key: str, choices: Choices, view: View | None = None) -> Iterator[Asked]:
        """Ask the questions of an earlier conversation again, so that the answers are up to date.

        :param questions: the questions from the browser's history, a JSON list.
        :param key: the conversation's key in that history.
        """
        conversation = Conversation(self._assistant.chat(), key=key[:MAX_KEY])
        for question in _parse_questions(questions):
            yield from self.ask(question, choices, conversation, view)

    def show(self, place: str, conversation: Conversation | None) -> str:
        """Return the article at a place, with its passage and its quote highlighted."""
        return self._sources.show(place, conversation.replies if conversation else [])

    def page_image(self, place: str, conversation: Conversation | None) -> str:
        """Return the page of the citation at a place as a picture, or a line that says why there is none."""
        return self._sources.page_image(place, conversation.replies if conversation else [])

    def rate(self, number: str, verdict: str, comment: str, conversation: Conversation | None) -> None:
        """Store the visitor's verdict on a reply of the conversation."""
        with notifying(self._notify):
            if conversation is None or not (number.isdecimal() and int(number) < len(conversation.replies)):
                raise QuestionError("this reply is no longer part of the conversation; ask the question again")
            place = int(number)
            conversation.verdicts[place] = self._assistant.rate(
                conversation.replies[place],
                cast(Verdict, verdict),
                comment=comment,
                replaces=conversation.verdicts.get(place),
            )

    def transcript(self, kind: str, conversation: Conversation | None) -> tuple[str, str]:
        """Return the name and content of a file with the conversation; both empty after an error."""
        with notifying(self._notify):
            if kind not in TRANSCRIPTS:
                raise QuestionError(f"cannot save a conversation as {kind!r}; choose {' or '.join(TRANSCRIPTS)}")
            name, write = TRANSCRIPTS[kind]
            return name, write(conversation.replies if conversation else [])
        return "", ""

    def _latest(self, conversation: Conversation) -> str:
        """Return the source of the last reply: its first citation, or its first quote if it has no answer."""
        last = len(conversation.replies) - 1
        answer = conversation.replies[-1].answer
        first = f"part:{last}:0:0" if answer and answer.parts else f"citation:{last}:0:0"
        return self.show(first if answer else f"quote:{last}:0", conversation)


@contextmanager
def notifying(notify: Notify) -> Iterator[None]:
    """Show errors to the visitor instead of raising them."""
    try:
        yield
    except QuotewellError as error:
        notify(str(error))
    except Exception:
        log.exception("the chat failed")
        notify(UNKNOWN)


def _parse_questions(text: str) -> list[str]:
    try:
        questions = json.loads(text)
    except ValueError:
        return []
    return [str(question) for question in questions[:MAX_RESUMED]] if isinstance(questions, list) else []
