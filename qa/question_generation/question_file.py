"""A file of questions about one's own articles, drafted for a person to correct.

It holds a question a line, as ``load_examples`` reads it. A line with ``"draft": true`` does not count until a
person has read it and taken the mark away.
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
FEWEST_WORDS = 25  # a shorter passage is a caption or a table's cell


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The lines of a question file: ready ones, and drafts of two origins."""

    rated: Sequence[Line]
    """Questions whose answer, or lack of one, a reader has confirmed."""
    to_complete: Sequence[Line]
    """Drafts: questions that were answered wrongly, whose right answer nobody gave."""
    drafts: Sequence[Line]
    """Drafts: questions made of articles by rules."""

    def __iter__(self) -> Iterator[Line]:
        yield from self.rated
        yield from self.to_complete
        yield from self.drafts


def draft_file(
    articles: Iterable[Article], feedback: Iterable[Feedback] = (), questions: int = 50, seed: int = 0
) -> QuestionFile:
    """Draft a question file of all of the feedback and of as many passages, spread over the articles.

    :param questions: how many are drafted from articles; fewer where they give no more.
    """
    given = list(feedback)
    rated, to_complete = questions_from_feedback(given)
    asked_of = {one.article_id for one in given}
    others = [article for article in articles if article.id not in asked_of]
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
    """Return questions drafted by rules, of a passage each, drawn by the seed from one article after the other.

    An article of which none can be drafted gives a passage with an empty question, for a person to ask one.
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

    :raises DataError: when there is such a file, which a person may have worked on, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{_json(line)}\n" for line in lines)
    except FileExistsError:
        raise DataError(f"{path} exists, and may have been corrected by hand; name another file") from None
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}; name another file") from None


def _next_line(article: Article, passages: list[Passage], asked: set[str]) -> Line | None:
    """Take passages away until one gives a question that was not asked; an empty question when none ever does."""
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
    """Return the article in passages, in random order, no two of which share a sentence."""
    found, position = [], 0
    for passage in split_passages(article, _count_words, PASSAGE_WORDS):
        text = article.text[max(passage.start, position) : passage.end]
        start = passage.end - len(text.lstrip())
        position = passage.end
        if len(text.split()) >= FEWEST_WORDS:
            found.append(Passage(article.id, start, passage.end))
    random_.shuffle(found)
    return found


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _json(line: Line) -> str:
    """Return a line that a person can read; what would be the end of a line to an editor is escaped."""
    text = json.dumps(line, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
