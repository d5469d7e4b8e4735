"""The source panel: shows the article of a citation or passage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qa.assistant import Assistant
from qa.errors import ArticleError
from qa.export.citations import CitationStyle, citation_text
from qa.types import Citation, Reply
from ui import markup
from ui.markup import ReplyCitations

__all__ = ["CHANGED", "GONE", "NO_SOURCE", "Sources"]

COPIES: dict[str, CitationStyle] = {"Text": "plain", "Markdown": "markdown", "BibTeX": "bibtex"}
NO_SOURCE = "Select a citation to see the quote in its article."
GONE = "This article is no longer in the library."
CHANGED = "This article has changed since this reply. Ask the question again for a current quote."


class Sources:
    """Shows articles. A place is ``article:ID``, ``citation:REPLY:ANSWER:NUMBER`` or ``passage:REPLY:NUMBER``."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def show(self, place: str, replies: Sequence[Reply]) -> str:
        """Return the article at a place, with its passage and its quote highlighted."""
        try:
            kind, *rest = place.split(":")
            if kind == "article":
                return markup.render_article(self._assistant.get(rest[0]), place=place)
            reply, *numbers = (int(number) for number in rest)
            if min([reply, *numbers]) < 0:
                raise IndexError
            show: Callable[[Reply, int, Sequence[int]], str] = self._cited if kind == "citation" else self._read
            return show(replies[reply], reply, numbers)
        except (ValueError, IndexError):  # the page is older than the session, so its places mean nothing here
            return markup.render_message(NO_SOURCE)
        except ArticleError:
            return markup.render_message(GONE)

    def _cited(self, reply: Reply, number: int, numbers: Sequence[int]) -> str:
        rank, which = numbers
        citation = reply.answers[rank].citations[which]
        article = self._assistant.get(citation.article_id)
        if not _is_current(citation, article.text):
            return markup.render_message(CHANGED)
        cited = dict(_citations(reply, number))
        place = f"citation:{number}:{rank}:{which}"
        citations = ReplyCitations(
            places=list(cited),
            current=list(cited).index(place),
            other_quotes=[
                ((other.start, other.end), there)
                for there, other in cited.items()
                if there != place and other.article_id == article.id and _is_current(other, article.text)
            ],
            copies={name: citation_text(citation, style) for name, style in COPIES.items()},
        )
        passage = (citation.passage.start, citation.passage.end)
        return markup.render_article(article, passage, (citation.start, citation.end), place, citations)

    def _read(self, reply: Reply, number: int, numbers: Sequence[int]) -> str:
        (which,) = numbers
        retrieved = reply.passages[which]
        passage = (retrieved.passage.start, retrieved.passage.end)
        article = self._assistant.get(retrieved.passage.article_id)
        if article.text[slice(*passage)] != retrieved.text:
            return markup.render_message(CHANGED)
        return markup.render_article(article, passage, place=f"passage:{number}:{which}")


def _is_current(citation: Citation, text: str) -> bool:
    return text[citation.start : citation.end] == citation.quote


def _citations(reply: Reply, number: int) -> Iterator[tuple[str, Citation]]:
    """Yield all citations of a reply with their places, best answer first."""
    for rank, answer in enumerate(reply.answers):
        for which, citation in enumerate(answer.citations):
            yield f"citation:{number}:{rank}:{which}", citation
