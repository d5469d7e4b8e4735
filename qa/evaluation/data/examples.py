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
"""A question as it stands in its file, with its context, its title, and its place for messages."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a context, with the answers that people gave: none when the context does not hold it.

    ``answer_starts`` are the answers' offsets in ``context``, in the same order; -1 where unknown.
    """

    id: str
    question: str
    context: str
    title: str = ""
    answers: tuple[str, ...] = ()
    answer_starts: tuple[int, ...] = ()

    @property
    def is_impossible(self) -> bool:
        """Whether the context does not answer the question; as in the official script, no answers means so."""
        return not self.answers


def load_examples(path: str | Path) -> list[Example]:
    """Read a file of questions: SQuAD v1.1 or v2.0 (``.json``) or one question a line (``.jsonl``).

    A line holds ``id``, ``question``, ``context``, ``answers`` (a list of ``text`` and ``answer_start``) and
    maybe ``is_impossible`` and ``title``. Drafts, questions marked with ``"draft": true``, are left out. The start
    of an answer that stands but once in its context need not be told, nor told rightly.

    :raises DataError: when the file cannot be read, is of neither format, or holds no questions.
    """
    records = _records(Path(path))
    examples = [_example(*record) for record in records if not _is_draft(record[0])]
    if not examples:
        drafts = f" but {len(records)} drafts: correct them and take away the mark" if records else ""
        raise DataError(f"{path} holds no questions{drafts}")
    return examples


def count_drafts(path: str | Path) -> int:
    """Return how many questions of a file are left out because they are drafts.

    :raises DataError: when the file cannot be read, or is of no known format.
    """
    return sum(_is_draft(record[0]) for record in _records(Path(path)))


def _records(path: Path) -> list[Record]:
    readers = {".json": _read_squad, ".jsonl": _read_lines}
    if path.suffix.lower() not in readers:
        raise DataError(f"{path} is of no known format: name a SQuAD file (.json) or one question a line (.jsonl)")
    return list(readers[path.suffix.lower()](_text_of(path), str(path)))


def json_lines(path: Path) -> Iterator[tuple[Any, str]]:
    """Yield the value of each line of a JSONL file that is not blank, and the line's place for messages.

    :raises DataError: when the file cannot be read.
    """
    return _values(_text_of(path), str(path))


def _text_of(path: Path) -> str:
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
    """Return ``limit`` of the examples, chosen by the seed, in their order; all of them when there are no more.

    :raises DataError: when the limit is below 1.
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
    contexts: dict[str, str] = {}  # many questions share a context; keep it once
    for record, there in _values(text, place):
        context = _field(record, "context", str, there)
        title = _field(record, "title", str, there, default="")
        yield record, contexts.setdefault(context, context), title, there


def _example(record: Any, context: str, title: str, place: str) -> Example:
    identifier = _field(record, "id", (str, int), place)
    question = _field(record, "question", str, place)
    answers = _field(record, "answers", list, place)
    if _field(record, "is_impossible", bool, place, default=not answers) != (not answers):
        raise DataError(f"{place}: is_impossible says one thing and answers another")
    texts = tuple(_field(answer, "text", str, place) for answer in answers)
    told = [_field(answer, "answer_start", int, place, default=-1) for answer in answers]
    starts = (_start(context, text, start) for text, start in zip(texts, told, strict=True))
    return Example(str(identifier), question, context, title, texts, tuple(starts))


def _start(context: str, text: str, told: int) -> int:
    """Return where an answer starts: where it is told or, when it does not stand there, at its only place."""
    if told >= 0 and context.startswith(text, told):
        return told
    return context.find(text) if text and context.count(text) == 1 else told


def _parse(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"{place} is not JSON: {error}") from None


def _field(record: Any, name: str, kind: type | tuple[type, ...], place: str, default: object = None) -> Any:
    if not isinstance(record, Mapping):
        raise DataError(f"{place}: expected an object with {name!r}, found {type(record).__name__}")
    value = record.get(name, default)
    if not isinstance(value, kind):
        problem = f"has no {name!r}" if name not in record else f"has a {name!r} of the wrong type"
        raise DataError(f"{place} {problem}")
    return value
