"""From groups of spans to answers with citations. Every quote is a slice of its article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa.answering.answers import AnswerGroup, Candidate
from qa.english.sentences import sentence_at
from qa.library.base import Library
from qa.types import Answer, Article, Citation, Passage

__all__ = ["cite", "cite_answers", "cite_candidates"]


def cite_answers(groups: Iterable[AnswerGroup], library: Library, limit: int) -> list[Answer]:
    """Return the first ``limit`` answers that can be cited.

    Quotes of articles that were removed or changed since they were retrieved are left out.
    """
    articles: dict[str, Article | None] = {}
    answers: list[Answer] = []
    for group in groups:
        if len(answers) == limit:
            break
        citations = tuple(_citations(group.candidates, library, articles))
        if citations:
            answers.append(Answer(citations[0].quote, group.confidence, citations))
    return answers


def cite_candidates(candidates: Iterable[Candidate], library: Library) -> list[Citation]:
    """Return the citations of those candidates that can be cited."""
    return list(_citations(candidates, library, {}))


def _citations(
    candidates: Iterable[Candidate], library: Library, articles: dict[str, Article | None]
) -> Iterator[Citation]:
    """Yield citations; ``articles`` holds those that were looked up before."""
    for candidate in candidates:
        id_, passage = candidate.article_id, candidate.retrieved.passage
        article = articles[id_] if id_ in articles else articles.setdefault(id_, library.get(id_))
        if article and passage.source_of(article)[candidate.start : candidate.end] == candidate.text:
            yield cite(article, passage, candidate.start, candidate.end)


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
    )
