"""Trials: what the assistant retrieved and read for questions with and without their answer in the library.

Collecting trials is slow, because every question is read. They can be saved to a file to repeat a fit.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from qa.errors import DataError
from qa.evaluation import Example, gold_article_id, leave_out
from qa.evaluation.metrics.squad import is_correct
from qa.settings import Settings
from qa.types import Article, Filters, Passage, Reading, RetrievedPassage, Span

__all__ = ["WAYS", "Collector", "Trial", "Way", "articles_file", "collect", "load_trials", "save_trials"]

Way = Literal["half", "few-with", "few-without"]
WAYS: tuple[Way, ...] = get_args(Way)
FEW_ARTICLES = (1, 2, 3, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Trial:
    """A question, what was retrieved and read for it, and the right answers: none if they were left out.

    ``way`` says what was searched: a library with half of the domain's articles, a few articles that include the
    right one, or a few that do not. The last may also get a question about something else altogether. ``reader``
    is the fingerprint of the reader, "" if it is unknown.
    """

    question: str
    passages: tuple[RetrievedPassage, ...]
    readings: tuple[Reading, ...]
    golds: tuple[str, ...]
    domain: str
    way: Way
    reader: str = ""

    def is_right(self, answer: str) -> bool:
        """Whether an answer is right: always false if the right answers were left out."""
        return bool(self.golds) and is_correct(answer, self.golds)


class Collector(Protocol):
    """The part of an assistant that this module uses."""

    @property
    def settings(self) -> Settings:
        """The settings, which say how many passages to read."""
        ...

    @property
    def reader_fingerprint(self) -> str:
        """Name and checksum of the reader."""
        ...

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> Sequence[RetrievedPassage]:
        """Return the k best passages, best first."""
        ...

    def read(self, question: str, passages: Sequence[RetrievedPassage]) -> Sequence[Reading]:
        """Return the reader's reading of each passage."""
        ...


def collect(
    assistant: Collector,
    examples: Sequence[Example],
    articles: Sequence[Article],
    domain: str,
    *,
    strangers: Sequence[str] = (),
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> Iterator[Trial]:
    """Ask each question in the three ways, of an assistant that holds the articles, and yield the trials.

    The seed chooses the half of the articles to leave out, as in ``quotewell evaluate open --leave-out 0.5``.

    :param strangers: questions of other domains. One is asked after each question, of the few articles without the
        answer, which are unrelated to it.
    :param progress: is called with 1 after each question.
    """
    random_ = random.Random(seed)  # noqa: S311
    titles = {article.id: article.title for article in articles}
    kept, _ = leave_out(articles, 0.5, seed)
    half = tuple(article.id for article in kept)
    strange = cycle(strangers)

    def ask(question: str, golds: tuple[str, ...], way: Way, ids: tuple[str, ...]) -> Trial:
        passages = tuple(assistant.retrieve(question, assistant.settings.passages, Filters(articles=ids)))
        readings = tuple(assistant.read(question, passages))
        return Trial(question, passages, readings, golds, domain, way, assistant.reader_fingerprint)

    for example in examples:
        gold = gold_article_id(example)
        others = _others(gold, titles, random_)
        size = random_.choice(FEW_ARTICLES)
        few = tuple(others[:size])
        yield ask(example.question, example.answers if gold in half else (), "half", half)
        yield ask(example.question, example.answers, "few-with", (gold, *few[: size - 1]))
        yield ask(example.question, (), "few-without", few)
        if strangers:
            yield ask(next(strange), (), "few-without", few)
        if progress:
            progress(1)


def articles_file(folder: Path, domain: str) -> Path:
    """Return the file with all paragraphs of a domain.

    :raises DataError: if the folder holds none.
    """
    for suffix in (".jsonl", ".json"):
        if (path := folder / f"{domain}{suffix}").is_file():
            return path
    raise DataError(f"{folder} contains no {domain}.jsonl or {domain}.json with the paragraphs of that domain")


def save_trials(trials: Iterable[Trial], path: Path) -> None:
    """Write trials to a gzipped JSONL file."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for trial in trials:
            file.write(json.dumps(asdict(trial)) + "\n")


def load_trials(path: Path) -> list[Trial]:
    """Load the trials that ``save_trials`` wrote.

    :raises DataError: if the file is missing, damaged or holds none.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            trials = [_trial(json.loads(line)) for line in file]
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} cannot be read as trials: {error}; collect them again") from None
    if not trials:
        raise DataError(f"{path} contains no trials; collect them again")
    return trials


def _others(gold: str, titles: Mapping[str, str], random_: random.Random) -> list[str]:
    """Return the other articles in random order; half of the time, those with the same title come first."""
    others = [id_ for id_ in titles if id_ != gold]
    random_.shuffle(others)
    if random_.random() < 0.5:
        others.sort(key=lambda id_: titles[id_] != titles[gold])
    return others


def _trial(record: dict[str, Any]) -> Trial:
    passages = (RetrievedPassage(**{**row, "passage": Passage(**row["passage"])}) for row in record["passages"])
    readings = (
        Reading(tuple(Span(**span) for span in row["spans"]), row["null_score"]) for row in record["readings"]
    )
    return Trial(
        question=record["question"],
        passages=tuple(passages),
        readings=tuple(readings),
        golds=tuple(record["golds"]),
        domain=record["domain"],
        way=record["way"],
        reader=record.get("reader", ""),
    )
