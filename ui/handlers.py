"""What the chat does when something happens: values in, what to show out. Knows nothing of the layout.

Nothing here outlives a call: what belongs to one visitor is the ``Chat`` that each call is given and gives back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import seeds
from qa.assistant import Assistant
from qa.chat import Chat
from qa.errors import ArticleError, QuotewellError
from qa.loaders import LoadFailure
from qa.types import AddProgress, AddReport, AddResult, Article, Reply
from ui import markup
from ui.uploads import read_uploads

__all__ = ["EXAMPLES", "NO_SOURCE", "Asked", "Handlers", "Shelf"]

log = logging.getLogger(__name__)

EXAMPLES = (
    "How many Shahed drones were used?",
    "Who visited Kyiv?",
    "How much are the framework contracts worth?",
    "What are Ukrainians fighting for?",
)
NO_SOURCE = "Follow a citation to see its words in the article."
GONE = "This article is no longer in the library."
CHANGED = "This article has changed since; ask again to see where it says so now."
UNKNOWN = "Something went wrong here. The log of the server says what; the chat goes on."

READING = 0.2  # of the time that an add takes; the rest is embedding
PASSAGE_CHARACTERS = 800  # about

OnProgress = Callable[[float, str], None]
"""Called with the share that is done, from 0 to 1, and words for what is being done."""


class Asked(NamedTuple):
    """What to show while and after a question is answered; None leaves the source as it is."""

    box: str
    talk: str
    source: str | None
    chat: Chat


class Shelf(NamedTuple):
    """What to show of the library."""

    header: str
    articles: str
    talk: str


class Handlers:
    """Answers what the page asks for.

    :param notify: shows a visitor one sentence about what went wrong.
    """

    def __init__(self, assistant: Assistant, notify: Callable[[str], None]) -> None:
        self._assistant = assistant
        self._notify = notify
        self._seed_ids = [Article("", source=path.as_posix()).id for path in sorted(seeds.FOLDER.glob("*.txt"))]

    def shelf(self, chat: Chat | None = None) -> Shelf:
        """Return how the library and the talk look now."""
        infos = self._assistant.articles()
        return Shelf(markup.header(len(infos)), markup.articles(infos), self._talk(chat))

    def ask(self, question: str, min_confidence: float, chat: Chat | None) -> Iterator[Asked]:
        """Show that the question is being looked into, then its answer. A question that fails is given back."""
        chat = chat or self._assistant.chat()
        yield Asked("", self._talk(chat, pending=question), None, chat)
        source = None
        with self._telling():
            chat.ask(question, min_confidence=min_confidence)
            source = self._latest(chat)
        yield Asked(question if source is None else "", self._talk(chat), source, chat)

    def show(self, place: str, chat: Chat | None) -> str:
        """Return the article at a place that the page names, its passage tinted and its quote marked."""
        try:
            kind, *rest = place.split(":")
            if kind == "article":
                return markup.source(self._assistant.get(rest[0]), place=place)
            numbers = [int(number) for number in rest]
            if min(numbers) < 0:
                raise IndexError
            replies = chat.replies if chat else []
            return (self._cited if kind == "citation" else self._read)(replies, numbers, place)
        except (ValueError, IndexError):  # not a place of this talk: the page is older than the session
            return markup.message(NO_SOURCE)
        except ArticleError:
            return markup.message(GONE)

    def add(self, paths: Sequence[str | Path], on_progress: OnProgress | None = None) -> AddReport:
        """Add uploaded files and return what became of each.

        :raises QuotewellError: when the library cannot take them.
        """
        tell = on_progress or (lambda *_: None)
        loaded: list[Article | LoadFailure] = []
        for done, items in enumerate(read_uploads(paths, max_mb=self._assistant.settings.max_file_mb), 1):
            loaded += items
            tell(READING * (done / len(paths)), f"Read {done} of {len(paths)} files")
        expected = sum(len(item.text) for item in loaded if isinstance(item, Article)) / PASSAGE_CHARACTERS

        def embedded(state: AddProgress) -> None:
            share = min(1.0, state.passages / max(1.0, expected))
            tell(READING + (1 - READING) * share, f"Made {state.passages} passages ready")

        added = self._assistant.add(*(item for item in loaded if isinstance(item, Article)), on_progress=embedded)
        outcomes = iter(added.results)
        return AddReport(
            tuple(
                AddResult(item.source, "failed", reason=item.reason)
                if isinstance(item, LoadFailure)
                else next(outcomes)
                for item in loaded
            )
        )

    def upload(self, paths: Sequence[str | Path], on_progress: OnProgress | None = None) -> str:
        """Add uploaded files and return the report to show."""
        with self._telling():
            return markup.report(self.add(paths, on_progress))
        return ""

    def _talk(self, chat: Chat | None, pending: str = "") -> str:
        replies = chat.replies if chat else []
        welcome = "" if replies or pending else markup.greeting(len(self._assistant.library), self._examples())
        return markup.talk(replies, pending, welcome)

    def _examples(self) -> Sequence[str]:
        """Return questions to start with: the seed article's, while the library holds it."""
        return EXAMPLES if self._assistant.library.content_hashes(self._seed_ids) else ()

    def _latest(self, chat: Chat) -> str:
        """Return what stands behind the last reply: its first citation, or the nearest passage."""
        last = len(chat.replies) - 1
        return self.show(f"passage:{last}:0" if chat.replies[-1].abstained else f"citation:{last}:0:0", chat)

    def _cited(self, replies: Sequence[Reply], numbers: Sequence[int], place: str) -> str:
        reply, rank, number = numbers
        citation = replies[reply].answers[rank].citations[number]
        article = self._assistant.get(citation.article_id)
        if article.text[citation.start : citation.end] != citation.quote:
            return markup.message(CHANGED)
        passage = (citation.passage.start, citation.passage.end)
        return markup.source(article, passage, (citation.start, citation.end), place)

    def _read(self, replies: Sequence[Reply], numbers: Sequence[int], place: str) -> str:
        reply, rank = numbers
        found = replies[reply].passages[rank]
        passage = (found.passage.start, found.passage.end)
        article = self._assistant.get(found.passage.article_id)
        if article.text[slice(*passage)] != found.text:
            return markup.message(CHANGED)
        return markup.source(article, passage, place=place)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what goes wrong into a sentence for the visitor; the page goes on."""
        try:
            yield
        except QuotewellError as error:
            self._notify(str(error))
        except Exception:
            log.exception("the chat failed")
            self._notify(UNKNOWN)
