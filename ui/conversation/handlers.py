"""What the chat does about the talk and its sources: values in, what to show out. Knows nothing of the layout.

Nothing here outlives a call: what belongs to one visitor is the ``Talk`` and the ``View`` that each call is given.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, cast

import seeds
from qa.assistant import Assistant
from qa.errors import QuestionError, QuotewellError
from qa.export.transcript import to_json, to_markdown
from qa.feedback import Verdict
from qa.types import Reply, article_id
from ui import markup
from ui.conversation.examples import Examples
from ui.conversation.source_panel import NO_SOURCE, Sources
from ui.conversation.workers import Asking
from ui.state import Choices, Talk, View

__all__ = ["EXAMPLES", "NO_SOURCE", "Asked", "Handlers", "Notify"]

log = logging.getLogger(__name__)

EXAMPLES = (
    "How many Shahed drones were used?",
    "Who visited Kyiv?",
    "How much are the framework contracts worth?",
    "What are Ukrainians fighting for?",
)
TRANSCRIPTS: dict[str, tuple[str, Callable[[Sequence[Reply]], str]]] = {
    "markdown": ("conversation.md", to_markdown),
    "json": ("conversation.json", to_json),
}
NEWEST = 4
MAX_RESUMED = 50
MAX_KEY = 32
UNKNOWN = "Something went wrong here. The log of the server says what; the chat goes on."

Notify = Callable[[str], None]


class Asked(NamedTuple):
    """What to show while and after a question is answered; None leaves the source as it is.

    ``failed`` is the question when it could not be answered.
    """

    talk: str
    source: str | None
    chat: Talk
    failed: str = ""


class Handlers:
    """Answers what the page asks for about the talk.

    :param notify: shows a visitor one sentence about what went wrong.
    :param asking: where questions are answered.
    :param examples: finds questions to begin with, in a library of other articles than the first ones.
    """

    def __init__(
        self, assistant: Assistant, notify: Notify, asking: Asking, examples: Examples | None = None
    ) -> None:
        self._assistant = assistant
        self._notify = notify
        self._asking = asking
        self._examples = examples or Examples(assistant)
        self._sources = Sources(assistant)
        self._seed_ids = [article_id(path.as_posix()) for path in sorted(seeds.FOLDER.glob("*.txt"))]

    def talk(
        self,
        talk: Talk | None,
        view: View | None = None,
        pending: str = "",
        stage: str = "",
        answered: int | None = None,
    ) -> str:
        """Return how the talk looks now.

        :param pending: a question that waits for its reply.
        :param stage: what is being done about it.
        :param answered: how many replies came before it: all that there are, unless it says otherwise.
        """
        if talk is None or not (talk.replies or pending):
            return markup.render_conversation([], welcome=self._greeting())
        filtered = bool(view and view.filters)
        replies = talk.replies[:answered]
        return markup.render_conversation(
            replies, pending, stage=stage, key=talk.key, verdicts=talk.verdicts, filtered=filtered
        )

    def ask(
        self,
        question: str,
        choices: Choices,
        talk: Talk | None,
        view: View | None = None,
    ) -> Iterator[Asked]:
        """Show what is being done about the question, then its answer. A question that fails is given back."""
        talk = talk or Talk(self._assistant.chat())
        # The reply can join the talk before the stages are shown that led to it, and is not to stand beside them.
        answered = len(talk.replies)
        yield Asked(self.talk(talk, view, question), None, talk)
        source = None
        with telling(self._notify):
            filters = view.filters if view else None
            for stage in self._asking.stages(
                lambda on_stage: talk.chat.ask(
                    question,
                    filters=filters,
                    on_stage=on_stage,
                    **choices._asdict(),
                )
            ):
                yield Asked(self.talk(talk, view, question, stage, answered), None, talk)
            source = self._latest(talk)
        yield Asked(self.talk(talk, view), source, talk, question if source is None else "")

    def resume(self, kept: str, key: str, choices: Choices, view: View | None = None) -> Iterator[Asked]:
        """Ask the questions of an earlier talk again, so that what is shown is what the articles say now.

        :param kept: the questions as a browser's history holds them, a JSON list.
        :param key: what that history knows the talk by.
        """
        talk = Talk(self._assistant.chat(), key=key[:MAX_KEY])
        for question in _questions(kept):
            yield from self.ask(question, choices, talk, view)

    def show(self, place: str, talk: Talk | None) -> str:
        """Return the article at a place that the page names, its passage tinted and its quote marked."""
        return self._sources.show(place, talk.replies if talk else [])

    def rate(self, number: str, verdict: str, comment: str, talk: Talk | None) -> None:
        """Note what the visitor thinks of a reply of the talk."""
        with telling(self._notify):
            if talk is None or not (number.isdecimal() and int(number) < len(talk.replies)):
                raise QuestionError("this reply is not of this talk any more; ask again")
            place = int(number)
            talk.verdicts[place] = self._assistant.rate(
                talk.replies[place],
                cast(Verdict, verdict),
                comment=comment,
                replaces=talk.verdicts.get(place),
            )

    def transcript(self, kind: str, talk: Talk | None) -> tuple[str, str]:
        """Return the name and the content of a file that keeps the talk; both are empty when that cannot be."""
        with telling(self._notify):
            if kind not in TRANSCRIPTS:
                raise QuestionError(f"a talk is saved as {' or '.join(TRANSCRIPTS)}, not as {kind!r}")
            name, write = TRANSCRIPTS[kind]
            return name, write(talk.replies if talk else [])
        return "", ""

    def _greeting(self) -> str:
        count = self._assistant.article_count
        if self._assistant.content_hashes(self._seed_ids):
            return markup.render_welcome(count, EXAMPLES)
        newest = self._assistant.articles()[::-1]
        examples = self._examples.of(tuple(info.id for info in newest))
        return markup.render_welcome(count, examples, () if examples else newest[:NEWEST])

    def _latest(self, talk: Talk) -> str:
        """Return what stands behind the last reply: its first citation, or the nearest passage."""
        last = len(talk.replies) - 1
        return self.show(f"passage:{last}:0" if talk.replies[-1].abstained else f"citation:{last}:0:0", talk)


@contextmanager
def telling(notify: Notify) -> Iterator[None]:
    """Turn what goes wrong into a sentence for the visitor; the page goes on."""
    try:
        yield
    except QuotewellError as error:
        notify(str(error))
    except Exception:
        log.exception("the chat failed")
        notify(UNKNOWN)


def _questions(kept: str) -> list[str]:
    try:
        questions = json.loads(kept)
    except ValueError:
        return []
    return [str(question) for question in questions[:MAX_RESUMED]] if isinstance(questions, list) else []
