"""What the specialist learns from: items of lists, yes or no, and claims that a text supports or contradicts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from qa.english.coordination import item_spans
from qa.english.question_kinds import allows_several, asked_number, kind_of
from qa.errors import DataError
from qa.evaluation.data.examples import Example, json_lines, load_examples
from qa.evaluation.metrics.squad import normalize

__all__ = ["Task", "hold_out", "load_tasks", "without"]

Spans = tuple[tuple[int, int], ...]

CLAIMS = {"contradiction": "no", "entailment": "yes", "neutral": "unsaid"}
"""What a text says of a claim, by its label in natural language inference."""
FEWEST_ITEMS = 3
"""Items of a series that may be any words; fewer must be names or numbers, or what a question for a list gets."""
SINGLES = 0.5
"""Questions that one thing answers are learned from, too: this many for each question that several answer."""


@dataclass(frozen=True, slots=True)
class Task:
    """A question or a claim about a text: the items that it asks for, or what the text says of it."""

    question: str
    text: str
    items: Spans = ()
    verdict: str = ""
    """"yes", "no" or "unsaid"; "" if the items are asked for."""


def load_tasks(path: Path, seed: int = 0) -> list[Task]:
    """Load a file of lines with ``premise``, ``hypothesis`` and ``label``, of ones with ``question``, ``context``
    and ``yes_no``, or of questions whose answers are the items asked for.

    An answer that is a series counts as its items. What says neither yes nor no is left out.

    :raises DataError: if the file cannot be read, or is in none of these formats.
    """
    first, _ = next(json_lines(path), ({}, ""))
    if isinstance(first, Mapping) and "premise" in first:
        tasks = [_task(line, place, "hypothesis", "premise") for line, place in json_lines(path)]
    elif isinstance(first, Mapping) and "yes_no" in first:
        tasks = [_task(line, place, "question", "context") for line, place in json_lines(path)]
    else:
        tasks = _lists(load_examples(path), random.Random(f"{seed}:{path.stem}"))  # noqa: S311
    return [task for task in tasks if task.items or task.verdict]


def hold_out(tasks: Sequence[Task], share: float, seed: int) -> list[Task]:
    """Return the tasks about a random share of the texts, which must not be learned from."""
    texts = list(dict.fromkeys(task.text for task in tasks))
    random.Random(seed).shuffle(texts)  # noqa: S311
    held = set(texts[: int(len(texts) * share)])
    return [task for task in tasks if task.text in held]


def without(tasks: Sequence[Task], others: Sequence[tuple[str, str]]) -> list[Task]:
    """Return the tasks that share neither their words nor their text, normalised, with others.

    :param others: questions and the texts that they are about.
    """
    questions = {normalize(question) for question, _ in others}
    texts = {normalize(text) for text in {text for _, text in others}}
    return [
        task for task in tasks if normalize(task.question) not in questions and normalize(task.text) not in texts
    ]


def _task(line: Any, place: str, question: str, text: str) -> Task:
    try:
        verdict = CLAIMS[line["label"]] if "label" in line else str(line["yes_no"])
        return Task(str(line[question]), str(line[text]), (), verdict if verdict in CLAIMS.values() else "")
    except (KeyError, TypeError) as error:
        raise DataError(f"{place} is neither a claim nor a question for yes or no: {error!r}") from None


def _lists(examples: Sequence[Example], random_: random.Random) -> list[Task]:
    several: list[Task] = []
    single: list[Task] = []
    for example in examples:
        if example.answers and allows_several(example.question):
            task = Task(example.question, example.context, tuple(_items(example)))
            if len(task.items) == 1:
                single.append(task)
            elif _is_list(task):
                several.append(task)
    return several + random_.sample(single, min(len(single), round(SINGLES * len(several))))


def _items(example: Example) -> Iterator[tuple[int, int]]:
    """Yield the items of the answers; of the first one's series if all say the same."""
    spans = sorted(
        {(s, s + len(a)) for a, s in zip(example.answers, example.answer_starts, strict=True) if s >= 0}
    )
    if len(spans) > 1 and all(end <= start for (_, end), (start, _) in pairwise(spans)):
        yield from spans
        return
    for start, end in spans[:1]:
        yield from ((start + low, start + high) for low, high in item_spans(example.context[start:end]))


def _is_list(task: Task) -> bool:
    number = asked_number(task.question)
    if number and number != len(task.items):
        return False
    named = all(_is_named(task.text[start:end]) for start, end in task.items)
    return named or len(task.items) >= FEWEST_ITEMS or kind_of(task.question) == "list"


def _is_named(text: str) -> bool:
    return any(word[0].isupper() or word[0].isdigit() for word in text.split())
