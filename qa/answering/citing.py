"""From groups of spans to answers with citations. Every quote is a slice of its article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa.answering.answers import AnswerGroup, Candidate
from qa.english.sentences import sentence_at
from qa.library.base import Library
from qa.types import Answer, Article, Citation

__all__ = ["cite_answers"]


def cite_answers(groups: Iterable[AnswerGroup], library: Library, limit: int) -> list[Answer]:
    """Return the first ``limit`` answers that can be cited.

    Quotes of articles that were removed or changed since they were retrieved are left out.
    """
    articles: dict[str, Article | None] = {}
    answers: list[Answer] = []
    for group in groups:
        if len(answers) == limit:
            break
        for id_ in {candidate.article_id for candidate in group.candidates} - articles.keys():
            articles[id_] = library.get(id_)
        citations = tuple(_citations(group, articles))
        if citations:
            answers.append(Answer(citations[0].quote, group.confidence, citations))
    return answers


def _citations(group: AnswerGroup, articles: dict[str, Article | None]) -> Iterator[Citation]:
    for candidate in group.candidates:
        article = articles[candidate.article_id]
        if article and article.text[candidate.start : candidate.end] == candidate.text:
            yield _cite(article, candidate)


def _cite(article: Article, candidate: Candidate) -> Citation:
    passage = candidate.retrieved.passage
    sentence = sentence_at(
        candidate.retrieved.text, candidate.start - passage.start, candidate.end - passage.start
    )
    start, end = (passage.start + offset for offset in sentence)
    return Citation(
        article_id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        start=candidate.start,
        end=candidate.end,
        quote=article.text[candidate.start : candidate.end],
        sentence=article.text[start:end],
        sentence_start=start,
        sentence_end=end,
        page=article.page_at(candidate.start),
        place=article.place_at(candidate.start),
        passage=passage,
        is_ocr=article.is_ocr_at(candidate.start),
        box=article.box_of(candidate.start, candidate.end),
        language=article.language,
    )
