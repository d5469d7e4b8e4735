"""Questions with known answers, read from files: SQuAD v1.1, SQuAD v2.0 and JSONL."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import DataError

__all__ = ["Example", "count_drafts", "json_lines", "load_examples", "sample"]

Record = tuple[Any, str, str, str]
"""A question as read from its file, its context, its title, and its place in the file for error messages."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a context, with its known answers: none if the context does not answer it.

    ``answer_starts`` are the offsets of the answers in ``context``, in the same order; -1 where unknown.
    """

    id: str
    question: str
    context: str
    title: str = ""
    answers: tuple[str, ...] = ()
    answer_starts: tuple[int, ...] = ()
    kind: str = ""
    """What the question tests, if its file says so: "near-time", "other-words", ..."""

    @property
    def is_impossible(self) -> bool:
        """Whether the context does not answer the question: as in the official script, if there are no answers."""
        return not self.answers


def load_examples(path: str | Path) -> list[Example]:
    """Load a file of questions: SQuAD v1.1 or v2.0 (``.json``), or one question per line (``.jsonl``).

    A line has ``id``, ``question``, ``context``, ``answers`` (a list of ``text`` and ``answer_start``), and
    optionally ``is_impossible`` and ``title``. In either format, a question may have a ``kind``. Drafts, marked
    ``"draft": true``, are left out. If an answer occurs only once in its context, a missing or wrong
    ``answer_start`` is corrected.

    :raises DataError: if the file cannot be read, is in neither format, or contains no questions.
    """
    records = _records(Path(path))
    examples = [_example(*record) for record in records if not _is_draft(record[0])]
    if not examples:
        drafts = " except drafts: correct them and remove the mark" if records else ""
        raise DataError(f"{path} contains no questions{drafts}")
    return examples


def count_drafts(path: str | Path) -> int:
    """Return how many questions of a file are drafts, which ``load_examples`` leaves out.

    :raises DataError: if the file cannot be read, or is in an unknown format.
    """
    return sum(_is_draft(record[0]) for record in _records(Path(path)))


def _records(path: Path) -> list[Record]:
    readers = {".json": _read_squad, ".jsonl": _read_lines}
    if path.suffix.lower() not in readers:
        raise DataError(f"{path} is in an unknown format: use SQuAD (.json) or one question per line (.jsonl)")
    return list(readers[path.suffix.lower()](_read_text(path), str(path)))


def json_lines(path: Path) -> Iterator[tuple[Any, str]]:
    """Yield the value of each non-blank line of a JSONL file, and the line's place for error messages.

    :raises DataError: if the file cannot be read, or a line is not JSON.
    """
    return _values(_read_text(path), str(path))


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def _values(text: str, place: str) -> Iterator[tuple[Any, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            there = f"{place}: line {number}"
            yield _parse(line, there), there


def _is_draft(record: Any) -> bool:
    return isinstance(record, Mapping) and record.get("draft") is True


def sample(examples: Sequence[Example], limit: int | None = None, seed: int = 0) -> list[Example]:
    """Return ``limit`` examples drawn at random, in their original order, or all if there are no more.

    :raises DataError: if the limit is below 1.
    """
    if limit is not None and limit < 1:
        raise DataError(f"the limit must be at least 1, not {limit}")
    if limit is None or limit >= len(examples):
        return list(examples)
    chosen = random.Random(seed).sample(range(len(examples)), limit)  # noqa: S311
    return [examples[i] for i in sorted(chosen)]


def _read_squad(text: str, place: str) -> Iterator[Record]:
    file = _parse(text, place)
    for i, article in enumerate(_field(file, "data", list, place)):
        there = f"{place}: data[{i}]"
        title = _field(article, "title", str, there, default="")
        for j, paragraph in enumerate(_field(article, "paragraphs", list, there)):
            context = _field(paragraph, "context", str, f"{there}.paragraphs[{j}]")
            for k, question in enumerate(_field(paragraph, "qas", list, f"{there}.paragraphs[{j}]")):
                yield question, context, title, f"{there}.paragraphs[{j}].qas[{k}]"


def _read_lines(text: str, place: str) -> Iterator[Record]:
    contexts: dict[str, str] = {}  # many questions share a context: keep one copy
    for record, there in _values(text, place):
        context = _field(record, "context", str, there)
        title = _field(record, "title", str, there, default="")
        yield record, contexts.setdefault(context, context), title, there


def _example(record: Any, context: str, title: str, place: str) -> Example:
    identifier = _field(record, "id", (str, int), place)
    question = _field(record, "question", str, place)
    answers = _field(record, "answers", list, place)
    if _field(record, "is_impossible", bool, place, default=not answers) != (not answers):
        raise DataError(f"{place}: is_impossible contradicts answers")
    texts = tuple(_field(answer, "text", str, place) for answer in answers)
    stated = [_field(answer, "answer_start", int, place, default=-1) for answer in answers]
    starts = (_start(context, text, start) for text, start in zip(texts, stated, strict=True))
    kind = _field(record, "kind", str, place, default="")
    return Example(str(identifier), question, context, title, texts, tuple(starts), kind)


def _start(context: str, text: str, stated: int) -> int:
    """Return the start of an answer: the stated one if the text is there, else that of its only occurrence."""
    if stated >= 0 and context.startswith(text, stated):
        return stated
    return context.find(text) if text and context.count(text) == 1 else stated


def _parse(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"{place} is not valid JSON: {error}") from None


def _field(record: Any, name: str, kind: type | tuple[type, ...], place: str, default: object = None) -> Any:
    if not isinstance(record, Mapping):
        raise DataError(f"{place}: expected an object with {name!r}, found {type(record).__name__}")
    value = record.get(name, default)
    if not isinstance(value, kind):
        problem = f"has no {name!r}" if name not in record else f"has a {name!r} of the wrong type"
        raise DataError(f"{place} {problem}")
    return value
