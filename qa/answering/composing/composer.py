"""From a reply with one answer to what the question asks for: parts, whole clauses, or several quotes.

What is composed is composed of quotes: no sentence is generated, and each part has its own citation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.answering.answers import AnswerGroup
from qa.answering.citing import cite
from qa.answering.composing.completing import whole_reason
from qa.answering.composing.digest import DigestWriter
from qa.answering.composing.hops import Hops, two_hops
from qa.answering.composing.parts import Part, find_parts
from qa.answering.composing.verdicts import find_verdict
from qa.english.descriptions import alternatives
from qa.english.question_kinds import asks_for_explanation, subject_of
from qa.library.base import Library
from qa.reader.specialist import Specialist
from qa.types import Answer, Article, Citation, Extent, Filters, Reply

__all__ = ["Composer"]

NEAREST = 3
"""Quotes that an abstention shows."""
LEAST_MARGIN = -2.0
"""By how much the reader may prefer no span of the passage, in logits, before the whole sentence is given. 5% of
SQuAD's right answers are below, and half of CLAPNQ's questions, whose answers are whole sentences."""


Ask = Callable[[str], Answer | None]
Extend = Callable[[Article, Citation], tuple[Citation, Extent]]


class Composer:
    """Completes replies. Safe to use from many threads."""

    def __init__(self, library: Library, digests: DigestWriter) -> None:
        self._library = library
        self._digests = digests

    def compose(
        self,
        reply: Reply,
        groups: Sequence[AnswerGroup],
        filters: Filters | None,
        ask: Ask,
        specialist: Specialist | None = None,
    ) -> Reply:
        """Return the reply with what its kind of question asks for.

        :param groups: the answers, the most confident first, of which the reply cites the first ones.
        :param filters: the articles to search.
        :param ask: returns the answer to another question, or None if it is not sure enough.
        :param specialist: tags lists, and tells yes from no; without one, there are no verdicts.
        """
        question = reply.read_as or reply.question
        if reply.kind in ("topic", "event"):
            quotes = self._digests.digest(subject_of(question), filters)
            return replace(reply, quotes=quotes, answered_by_quotes=bool(quotes))
        if asked := alternatives(question):
            sides = dict.fromkeys(quote for one in asked for quote in self._digests.search(one, filters))
            return replace(reply, quotes=tuple(sides), answered_by_quotes=len(sides) == len(asked))
        if reply.answer is None and (hops := two_hops(question, ask)):
            return _after(reply, hops)
        if reply.answers:
            best = self._completed(question, reply, groups, specialist)
            reply = replace(reply, answer=reply.answer and best, answers=(best, *reply.answers[1:]))
        if reply.answer is None:
            nearest = self._digests.nearest(question, reply.passages, NEAREST)
            return replace(reply, quotes=nearest)
        if reply.kind == "yes_no" and specialist:
            decided = self._decided(question, reply.answer, specialist)
            return replace(reply, answer=decided, answers=(decided, *reply.answers[1:]))
        return reply

    def _decided(self, question: str, answer: Answer, specialist: Specialist) -> Answer:
        """Return the answer with its verdict, if it is clear."""
        citation = answer.citations[0]
        article = self._library.get(citation.article_id)
        if article is None:  # removed in the meantime
            return answer
        passage = citation.passage.source_of(article)[citation.passage.start : citation.passage.end]
        return replace(answer, verdict=find_verdict(question, answer.text, passage, specialist))

    def _completed(
        self, question: str, reply: Reply, groups: Sequence[AnswerGroup], specialist: Specialist | None
    ) -> Answer:
        """Return the best answer as a whole reason, as its whole sentence, or with its parts."""
        best = reply.answers[0]
        if reply.kind == "reason":
            return self._extended(best, _whole_reason)
        if reply.kind == "yes_no":  # all of the sentence decides, not some words of it
            return replace(self._extended(best, _whole_sentence), span="")
        parts = self._cited(find_parts(question, groups, specialist))
        if len(parts) > 1:
            return replace(best, parts=parts)
        is_long = asks_for_explanation(question) or groups[0].candidates[0].features["margin"] < LEAST_MARGIN
        return self._extended(best, _whole_sentence) if is_long and not reply.timeline else best

    def _extended(self, answer: Answer, extend: Extend) -> Answer:
        """Return the answer with its quotes extended to what makes sense alone."""
        articles = self._library.get_many({citation.article_id for citation in answer.citations})
        citations, extents = [], []
        for citation in answer.citations:
            if article := articles.get(citation.article_id):
                extended, extent = extend(article, citation)
                citations.append(replace(extended, story=citation.story, answers_alone=citation.answers_alone))
                extents.append(extent)
        if not citations:  # removed in the meantime
            return answer
        text, span = citations[0].quote, answer.text
        return replace(
            answer, text=text, citations=tuple(citations), extent=extents[0], span="" if text == span else span
        )

    def _cited(self, parts: Sequence[Part]) -> tuple[Citation, ...]:
        articles = self._library.get_many({part.passage.article_id for part in parts})
        return tuple(
            cite(article, part.passage, part.start, part.end)
            for part in parts
            if (article := articles.get(part.passage.article_id))
            and part.passage.source_of(article)[part.start : part.end] == part.text
        )


def _after(reply: Reply, hops: Hops) -> Reply:
    """Return the reply with the answer to the second question, if both are sure enough, and the quotes of both."""
    is_sure = hops.answer.confidence >= reply.min_confidence
    return replace(
        reply,
        read_as=hops.question,
        answer=hops.answer if is_sure else None,
        answers=(hops.answer, *reply.answers),
        quotes=hops.quotes,
        answered_by_quotes=not is_sure,
    )


def _whole_sentence(article: Article, citation: Citation) -> tuple[Citation, Extent]:
    return cite(article, citation.passage, citation.sentence_start, citation.sentence_end), "sentence"


def _whole_reason(article: Article, citation: Citation) -> tuple[Citation, Extent]:
    passage = citation.passage
    if citation.in_title:
        return citation, "span"
    text = article.text[passage.start : passage.end]
    (start, end), extent = whole_reason(text, citation.start - passage.start, citation.end - passage.start)
    return cite(article, passage, passage.start + start, passage.start + end), extent
