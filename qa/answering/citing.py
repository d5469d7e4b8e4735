"""From groups of spans to answers with citations. Every quote is a slice of its article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from qa.answering.answers import AnswerGroup, Candidate
from qa.answering.support import answers_alone, unite_repetitions
from qa.english.sentences import sentence_at
from qa.library.base import Library
from qa.types import Answer, Article, Citation, Passage

__all__ = ["cite", "cite_answers", "cite_candidates"]

SURROUNDINGS = 32
"""Characters before and after a quote by which it is found again, as many as annotations on the web use."""


def cite_answers(groups: Iterable[AnswerGroup], library: Library, limit: int) -> list[Answer]:
    """Return the first ``limit`` answers that can be cited.

    Quotes of articles that were removed or changed since they were retrieved are left out.
    """
    articles: dict[str, Article | None] = {}
    stories: dict[str, str] = {}
    answers: list[Answer] = []
    for group in groups:
        if len(answers) == limit:
            break
        citations = unite_repetitions(_citations(group.candidates, library, articles, stories, group.since))
        if citations:
            answers.append(Answer(citations[0].quote, group.confidence, citations))
    return answers


def cite_candidates(candidates: Sequence[Candidate], library: Library) -> list[Citation]:
    """Return the citations of those candidates that can be cited."""
    return list(_citations(candidates, library, {}, {}))


def _citations(
    candidates: Sequence[Candidate],
    library: Library,
    articles: dict[str, Article | None],
    stories: dict[str, str],
    since: dt.date | None = None,
) -> Iterator[Citation]:
    """Yield citations; ``articles`` and ``stories`` hold those that were looked up before.

    :param since: the date before which an article cannot confirm the answer.
    """
    new = {candidate.article_id for candidate in candidates} - articles.keys()
    articles |= {id_: library.get(id_) for id_ in new}
    stories |= library.stories(new)
    for candidate in candidates:
        article, passage = articles[candidate.article_id], candidate.retrieved.passage
        if article and passage.source_of(article)[candidate.start : candidate.end] == candidate.text:
            citation = cite(article, passage, candidate.start, candidate.end)
            story = stories.get(article.id, article.id)
            alone = answers_alone(candidate, article.date, since)
            yield replace(citation, story=story, answers_alone=alone)


def cite(article: Article, passage: Passage, start: int, end: int) -> Citation:
    """Return the citation of ``article.text[start:end]``, with its sentence in the passage around.

    A quote in the title has the whole title as its sentence.
    """
    text = passage.source_of(article)
    sentence = sentence_at(text[passage.start : passage.end], start - passage.start, end - passage.start)
    first, last = (passage.start, passage.end) if passage.in_title else (passage.start + o for o in sentence)
    return Citation(
        article_id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        start=start,
        end=end,
        quote=text[start:end],
        sentence=text[first:last],
        sentence_start=first,
        sentence_end=last,
        page=None if passage.in_title else article.page_at(start),
        place="title" if passage.in_title else article.place_at(start),
        passage=passage,
        is_ocr=not passage.in_title and article.is_ocr_at(start),
        box=None if passage.in_title else article.box_of(start, end),
        language=article.language,
        metadata=article.metadata,
        text_sha256=sha256(text.encode()).hexdigest(),
        prefix=text[max(0, start - SURROUNDINGS) : start],
        suffix=text[end : end + SURROUNDINGS],
    )
