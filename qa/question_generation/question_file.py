"""A file of draft questions about a user's own articles, for a person to correct.

It has a question on each line, in the format of ``load_examples``. A line with ``"draft": true`` does not count
until a person has checked it and removed the mark.
"""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import DataError
from qa.export.feedback import rated_question
from qa.feedback import Feedback
from qa.indexing.passages import split_passages
from qa.question_generation.drafts import Draft, draft_questions
from qa.types import Article, Passage

__all__ = ["QuestionFile", "draft_file", "draft_lines", "questions_from_feedback", "write_questions"]

Line = Mapping[str, Any]

PASSAGE_WORDS = 150
FEWEST_WORDS = 25  # a shorter passage is a caption or the cell of a table


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The lines of a question file: finished questions, and drafts from two sources."""

    rated: Sequence[Line]
    """Questions whose answer, or lack of an answer, feedback has confirmed."""
    to_complete: Sequence[Line]
    """Drafts: questions with a wrong answer, whose right answer feedback does not give."""
    drafts: Sequence[Line]
    """Drafts: questions that rules made from articles."""

    def __iter__(self) -> Iterator[Line]:
        yield from self.rated
        yield from self.to_complete
        yield from self.drafts


def draft_file(
    articles: Iterable[Article], feedback: Iterable[Feedback] = (), questions: int = 50, seed: int = 0
) -> QuestionFile:
    """Draft a question file from all feedback, and from passages that are spread over the articles.

    :param questions: the number of questions to draft from articles; fewer if the articles give no more.
    :param seed: decides which passages are drawn.
    """
    feedback = list(feedback)
    rated, to_complete = questions_from_feedback(feedback)
    rated_articles = {each.article_id for each in feedback}
    others = [article for article in articles if article.id not in rated_articles]
    return QuestionFile(rated, to_complete, draft_lines(others, questions, seed))


def questions_from_feedback(feedback: Iterable[Feedback]) -> tuple[list[Line], list[Line]]:
    """Return the questions that feedback makes: those that count, and drafts that a person must complete."""
    rated: list[Line] = []
    to_complete: list[Line] = []
    for question in map(rated_question, feedback):
        given = question.feedback
        origin = {"title": given.title, "context": given.context, "source": given.source}
        if question.is_impossible is None:
            to_complete.append({"draft": True, **question.fields, "comment": given.comment, **origin})
        else:
            rated.append({**question.fields, **origin})
    return rated, to_complete


def draft_lines(articles: Iterable[Article], questions: int, seed: int = 0) -> list[Line]:
    """Return draft questions, each from another passage, taken from one article after the other.

    An article without a draft gives a passage with an empty question, for a person to fill in.
    """
    random_ = random.Random(f"draft {seed}")  # noqa: S311
    sources = [(article, _passages(article, random_)) for article in articles]
    sources = [(article, passages) for article, passages in sources if passages]
    random_.shuffle(sources)
    lines: list[Line] = []
    waiting = deque((article, passages, set[str]()) for article, passages in sources)
    while waiting and len(lines) < questions:
        article, passages, asked = waiting.popleft()
        if line := _next_line(article, passages, asked):
            lines.append({"id": f"draft-{len(lines) + 1}", **line})
            waiting.append((article, passages, asked))
    return lines


def write_questions(lines: Iterable[Line], path: Path) -> None:
    """Write the lines to a new file.

    :raises DataError: if the file exists, because a person may have corrected it, or if it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{_json(line)}\n" for line in lines)
    except FileExistsError:
        raise DataError(f"{path} exists and may have been corrected by hand; name another file") from None
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}; name another file") from None


def _next_line(article: Article, passages: list[Passage], asked: set[str]) -> Line | None:
    """Return a line for the next passage that gives a new question, or with an empty one if no passage ever did.

    Remove the passages that were tried, and add the question to ``asked``.
    """
    first = passages[0] if passages and not asked else None
    while passages:
        passage = passages.pop(0)
        drafts = draft_questions(article.text[passage.start : passage.end])
        fresh = [draft for draft in drafts if draft.question not in asked]
        if fresh:
            best = max(fresh, key=lambda draft: draft.score)
            asked.add(best.question)
            return _line(article, passage, best)
    asked.add("")
    return _line(article, first, None) if first else None


def _line(article: Article, passage: Passage, draft: Draft | None) -> Line:
    answers = [{"text": draft.answer, "answer_start": draft.start}] if draft else []
    return {
        "draft": True,
        "question": draft.question if draft else "",
        "answers": answers,
        "title": article.title,
        "context": article.text[passage.start : passage.end],
        "source": article.source,
        "context_start": passage.start,
    }


def _passages(article: Article, random_: random.Random) -> list[Passage]:
    """Return the passages of an article in random order. No two share a sentence."""
    passages, position = [], 0
    for passage in split_passages(article, _count_words, PASSAGE_WORDS):
        text = article.text[max(passage.start, position) : passage.end]
        start = passage.end - len(text.lstrip())
        position = passage.end
        if len(text.split()) >= FEWEST_WORDS:
            passages.append(Passage(article.id, start, passage.end))
    random_.shuffle(passages)
    return passages


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _json(line: Line) -> str:
    """Return readable JSON, which escapes the characters that editors take for the end of a line."""
    text = json.dumps(line, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
