"""Replies made by hand, without models."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from qa.english.question_kinds import QuestionKind
from qa.types import Answer, Article, Citation, Passage, Reply, RetrievedPassage

LUMEN = Article(
    "Lumen is a town. The harbour of Lumen was rebuilt in 1931 by Anna Berg. It is busy.",
    title="Lumen",
    source="notes/lumen.txt",
    date=dt.date(2024, 5, 6),
)


def found(article: Article = LUMEN, start: int = 17, end: int | None = None) -> RetrievedPassage:
    """A passage of the article: from its second sentence on, where nothing else is said."""
    end = len(article.text) if end is None else end
    passage = Passage(article.id, start, end)
    return RetrievedPassage(passage, 1, article.text[start:end], article.title, 1.0, 0.5, 2.0, 0.5)


def cited(
    quote: str = "Anna Berg",
    article: Article = LUMEN,
    sentence: str = "The harbour of Lumen was rebuilt in 1931 by Anna Berg.",
    page: int | None = None,
    place: str = "",
) -> Citation:
    sentence_start = article.text.index(sentence)
    start = article.text.index(quote, sentence_start)
    return Citation(
        article_id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        start=start,
        end=start + len(quote),
        quote=quote,
        sentence=sentence,
        sentence_start=sentence_start,
        sentence_end=sentence_start + len(sentence),
        page=page,
        place=place or (f"page {page}" if page else ""),
        passage=found(article, sentence_start).passage,
    )


def answered(*citations: Citation, question: str = "Who rebuilt the harbour?", confidence: float = 0.87) -> Reply:
    citations = citations or (cited(),)
    answer = Answer(citations[0].quote, confidence, citations)
    return Reply(question, answer, (answer,), (found(),), 0.5, {})


def quoted(question: str = "Harlow Bridge", kind: QuestionKind = "topic") -> Reply:
    return replace(abstained(question, guess=False), kind=kind, answered_by_quotes=True)


def abstained(question: str = "Who sank the ferry?", guess: bool = True, nearest: bool = True) -> Reply:
    answers = (Answer("Anna Berg", 0.2, (cited(),)),) if guess else ()
    quotes = (cited("It is busy.", sentence="It is busy."),) if nearest else ()
    return Reply(question, None, answers, (found(),) if nearest else (), 0.5, {}, quotes=quotes)
