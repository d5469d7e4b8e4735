"""A data set: questions, the articles to search, and which articles answer which question.

A file of questions contains no articles, so each distinct context becomes one. The functions that make
and split these articles are here because a data set is hardly more than their result.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypeVar

from qa.errors import DataError
from qa.evaluation.data.beir import beir_files, read_beir
from qa.evaluation.data.examples import Example, load_examples
from qa.types import Article

__all__ = ["Dataset", "gold_article_id", "leave_out", "load_dataset", "make_articles"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions with known answers, and the articles to find them in.

    ``relevant`` gives for each question, by id, the articles that answer it, each with its grade, at least 1.
    ``answers`` is False for data that only names the relevant articles: it can only measure retrieval.
    """

    name: str
    sha256: str
    examples: Sequence[Example]
    articles: Sequence[Article]
    relevant: Mapping[str, Mapping[str, int]]
    answers: bool = True

    @classmethod
    def of(cls, examples: Sequence[Example], name: str = "", sha256: str = "") -> Self:
        """Return a data set whose articles are the distinct contexts; a question's own context is relevant."""
        return cls(
            name=name,
            sha256=sha256,
            examples=examples,
            articles=make_articles(examples),
            relevant={example.id: {gold_article_id(example): 1} for example in examples if example.answers},
        )


def load_dataset(path: str | Path) -> Dataset:
    """Load a file of questions (SQuAD v1.1 or v2.0, or JSONL) or a folder in the BEIR layout.

    The distinct contexts of a file become its articles, and a question's own context is the relevant one. Repeated
    ids get a suffix: ``#2``, ``#3``, ...

    :raises DataError: if it cannot be read, is in an unknown format, or contains no questions.
    """
    path = Path(path)
    if path.is_dir():
        files = beir_files(path)
        examples, articles, relevant, answers = read_beir(files)
        if not examples:
            raise DataError(f"{path} contains no questions with relevance judgements")
        return Dataset(path.resolve().name, checksum(*files), examples, articles, relevant, answers)
    return Dataset.of(_with_unique_ids(load_examples(path)), path.name, checksum(path))


def checksum(*files: Path) -> str:
    """Return the SHA-256 of the concatenated contents of files."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def make_articles(examples: Sequence[Example]) -> list[Article]:
    """Return an article for each distinct context, in order of first appearance."""
    titles: dict[str, str] = {}
    for example in examples:
        titles.setdefault(example.context, example.title.replace("_", " "))
    return [Article(context, title, _source(context)) for context, title in titles.items()]


def gold_article_id(example: Example) -> str:
    """Return the id of the article that ``make_articles`` makes of an example's context."""
    return Article("", source=_source(example.context)).id


def leave_out(
    articles: Sequence[T], share: float, seed: int = 0, together: Callable[[T], Hashable] | None = None
) -> tuple[list[T], list[T]]:
    """Split articles, or their ids, at random into those to keep and those to leave out of a library.

    The split is independent of what ``sample`` draws with the same seed.

    :param share: the share to leave out, 0 to 1.
    :param together: key of an article; articles with the same key stay or go together, and ``share`` counts keys.
    :raises DataError: if the share is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise DataError(f"the share to leave out must be between 0 and 1, not {share}")
    random_ = random.Random(f"leave out {seed}")  # noqa: S311
    keys: list[Hashable] = [together(article) for article in articles] if together else list(range(len(articles)))
    distinct = list(dict.fromkeys(keys))
    chosen = set(random_.sample(distinct, round(share * len(distinct))))
    kept = [article for article, key in zip(articles, keys, strict=True) if key not in chosen]
    return kept, [article for article, key in zip(articles, keys, strict=True) if key in chosen]


def _source(context: str) -> str:
    # Depends on the text alone, so that a sample of the questions names the same articles as all of them.
    return f"squad:{hashlib.sha256(context.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _with_unique_ids(examples: Sequence[Example]) -> list[Example]:
    counts: dict[str, int] = {}
    unique = []
    for example in examples:
        count = counts[example.id] = counts.get(example.id, 0) + 1
        unique.append(replace(example, id=f"{example.id}#{count}") if count > 1 else example)
    return unique
