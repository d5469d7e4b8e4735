"""A data set as an evaluation takes it: questions, a corpus of articles, and which of these answer what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from qa.errors import DataError
from qa.evaluation.data.beir import beir_files, read_beir
from qa.evaluation.data.contexts import articles_of, gold_article_id
from qa.evaluation.data.examples import Example, load_examples
from qa.types import Article

__all__ = ["Dataset", "load_dataset"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions with known answers over a corpus.

    ``relevant`` says for each question, by id, which articles answer it and how well (a grade, at least 1).
    ``answers`` is False for data that only says where answers stand: it serves retrieval alone.
    """

    name: str
    sha256: str
    examples: Sequence[Example]
    articles: Sequence[Article]
    relevant: Mapping[str, Mapping[str, int]]
    answers: bool = True

    @classmethod
    def of(cls, examples: Sequence[Example], name: str = "", sha256: str = "") -> Self:
        """Return questions whose distinct contexts are the articles, a question's own the one to find."""
        return cls(
            name=name,
            sha256=sha256,
            examples=examples,
            articles=articles_of(examples),
            relevant={example.id: {gold_article_id(example): 1} for example in examples if example.answers},
        )


def load_dataset(path: str | Path) -> Dataset:
    """Read questions: SQuAD v1.1 or v2.0 (``.json``), a question a line (``.jsonl``), or a folder as BEIR's.

    Of a file, the distinct contexts are the articles and a question's own is the one to find. Where an id occurs
    again, ``#2``, ``#3``, ... is added to it.

    :raises DataError: when it cannot be read, is of no known format, or holds no questions.
    """
    path = Path(path)
    if path.is_dir():
        files = beir_files(path)
        examples, articles, relevant, answers = read_beir(files)
        if not examples:
            raise DataError(f"{path} holds no questions that are judged")
        return Dataset(path.resolve().name, checksum(*files), examples, articles, relevant, answers)
    return Dataset.of(_told_apart(load_examples(path)), path.name, checksum(path))


def checksum(*files: Path) -> str:
    """Return the SHA-256 of what files hold, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _told_apart(examples: Sequence[Example]) -> list[Example]:
    seen: dict[str, int] = {}
    found = []
    for example in examples:
        count = seen[example.id] = seen.get(example.id, 0) + 1
        found.append(replace(example, id=f"{example.id}#{count}") if count > 1 else example)
    return found
