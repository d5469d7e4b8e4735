"""The source panel: shows the article of a citation or passage."""

from __future__ import annotations

from collections.abc import Sequence

from qa.assistant import Assistant
from qa.errors import ArticleError
from qa.export.citations import CitationStyle, citation_text
from qa.types import Answer, Citation, Reply, Version
from ui import markup
from ui.markup import ReplyCitations

__all__ = ["CHANGED", "GONE", "NO_SOURCE", "Sources"]

COPIES: dict[str, CitationStyle] = {"Text": "plain", "Markdown": "markdown", "BibTeX": "bibtex"}
NO_SOURCE = "Select a citation to see the quote in its article."
GONE = "This article is no longer in the library."
CHANGED = "This article has changed since this reply. Ask the question again for a current quote."


class Sources:
    """Shows articles.

    A place is ``article:ID``, ``citation:REPLY:ANSWER:NUMBER``, ``version:REPLY:VERSION:NUMBER`` or
    ``passage:REPLY:NUMBER``.
    """

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
            if kind == "passage":
                return self._read(replies[reply], reply, numbers)
            return self._cited(replies[reply], reply, kind, numbers)
        except (ValueError, IndexError):  # the page is older than the session, so its places mean nothing here
            return markup.render_message(NO_SOURCE)
        except ArticleError:
            return markup.render_message(GONE)

    def _cited(self, reply: Reply, number: int, kind: str, numbers: Sequence[int]) -> str:
        rank, which = numbers
        cited_by: Sequence[Answer | Version] = reply.timeline if kind == "version" else reply.answers
        citation = cited_by[rank].citations[which]
        article = self._assistant.get(citation.article_id)
        if not _is_current(citation, article.text):
            return markup.render_message(CHANGED)
        cited = _citations(reply, number)
        place = next(place for place, other in cited.items() if other == citation)
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


def _citations(reply: Reply, number: int) -> dict[str, Citation]:
    """Return all citations of a reply by their places: best answer first, then those only of the timeline."""
    cited = {
        f"citation:{number}:{rank}:{which}": citation
        for rank, answer in enumerate(reply.answers)
        for which, citation in enumerate(answer.citations)
    }
    for rank, version in enumerate(reply.timeline):
        for which, citation in enumerate(version.citations):
            if citation not in cited.values():
                cited[f"version:{number}:{rank}:{which}"] = citation
    return cited
