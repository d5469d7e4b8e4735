"""The source panel: shows the article of a citation or passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.assistant import Assistant
from qa.errors import ArticleError, LoadError
from qa.export.citations import CitationStyle, citation_text
from qa.types import Article, Citation, Reply
from ui import markup
from ui.markup import ReplyCitations
from ui.markup.distinct import distinct_answers
from ui.markup.wording import source_name

__all__ = ["CHANGED", "GONE", "NO_SOURCE", "Sources"]

COPIES: dict[str, CitationStyle] = {
    "Text": "plain",
    "Markdown": "markdown",
    "BibTeX": "bibtex",
    "RIS": "ris",
    "CSL-JSON": "csl-json",
}
NO_SOURCE = "Select a citation to see the quote in its article."
GONE = "This article is no longer in the library."
CHANGED = "This article has changed since this reply. Ask the question again for a current quote."


class Sources:
    """Shows articles.

    A place is ``article:ID``, or a citation of a reply: ``citation:REPLY:ANSWER:NUMBER``,
    ``part:REPLY:ANSWER:NUMBER``, ``version:REPLY:VERSION:NUMBER`` or ``quote:REPLY:NUMBER``.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def show(self, place: str, replies: Sequence[Reply]) -> str:
        """Return the article at a place, with its passage and its quote highlighted."""
        try:
            kind, *rest = place.split(":")
            if kind == "article":
                return markup.render_article(self._assistant.get(rest[0]), place=place)
            number = int(rest[0])
            return self._cited(dict(enumerate(replies))[number], number, place)
        except (ValueError, LookupError):  # the page is older than the session, so its places mean nothing here
            return markup.render_message(NO_SOURCE)
        except ArticleError:
            return markup.render_message(GONE)

    def page_image(self, place: str, replies: Sequence[Reply]) -> str:
        """Return the page of the citation at a place as a picture, or a line that says why there is none."""
        try:
            number = int(place.split(":")[1])
            citation = _citations(dict(enumerate(replies))[number], number)[place]
            citation = self._found_again(citation, self._assistant.get(citation.article_id))
            if image := self._assistant.page_image(citation):
                return markup.render_page_image(image)
            reason = "the article is no longer a PDF"
        except (ValueError, LookupError):  # as in `show`
            reason = "the conversation has begun anew"
        except LoadError as error:
            reason = str(error)
        except ArticleError:
            reason = "the article is no longer in the library"
        return markup.render_no_page_image(reason)

    def _cited(self, reply: Reply, number: int, place: str) -> str:
        stored = _citations(reply, number)
        article = self._assistant.get(stored[place].article_id)
        cited = {there: self._found_again(one, article) for there, one in stored.items()}
        citation = cited[place]
        places: dict[Citation, str] = {}  # of what is cited twice, the first one
        for there, other in cited.items():
            places.setdefault(other, there)
        if not _is_current(citation, article):
            return markup.render_message(CHANGED)
        known = replace(citation, source=source_name(citation.source))
        citations = ReplyCitations(
            places=list(places.values()),
            current=list(places).index(citation),
            other_quotes=[
                ((other.start, other.end), there)
                for other, there in places.items()
                if other != citation
                and other.article_id == article.id
                and _is_current(other, article)
                and not other.in_title
            ],
            copies={name: citation_text(known, style) for name, style in COPIES.items()},
        )
        if citation.in_title:
            in_title = (citation.start, citation.end)
            return markup.render_article(article, place=places[citation], citations=citations, in_title=in_title)
        passage = (citation.passage.start, citation.passage.end)
        return markup.render_article(article, passage, (citation.start, citation.end), places[citation], citations)

    def _found_again(self, citation: Citation, article: Article) -> Citation:
        """Return where a quote of the article is now, if it has moved."""
        if citation.article_id != article.id or _is_current(citation, article):
            return citation
        return self._assistant.resolve(citation).citation or citation


def _is_current(citation: Citation, article: Article) -> bool:
    return citation.passage.source_of(article)[citation.start : citation.end] == citation.quote


def _citations(reply: Reply, number: int) -> dict[str, Citation]:
    """Return all citations of a reply by their places, in the order in which the chat shows them."""
    quotes = {f"quote:{number}:{which}": quote for which, quote in enumerate(reply.quotes)}
    cited = {} if reply.answer else dict(quotes)
    for shown in distinct_answers(reply.answers):
        cited |= {f"part:{number}:{shown.rank}:{which}": part for which, part in enumerate(shown.answer.parts)}
        cited |= {f"citation:{number}:{shown.rank}:{which}": one for which, one in shown.citations}
    for rank, version in enumerate(reply.timeline):
        cited[f"version:{number}:{rank}:0"] = version.citations[0]
    return cited | quotes
