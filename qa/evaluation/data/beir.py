"""Reads questions and a corpus in the BEIR layout (Thakur et al. 2021, arXiv 2104.08663).

::

    DATA/
      corpus.jsonl     {"_id": "d1", "title": "...", "text": "..."}
      queries.jsonl    {"_id": "q1", "text": "...", "answers": ["..."]}
      qrels/test.tsv   query-id <tab> corpus-id <tab> score, after a header line

``answers``, which may also be inside ``metadata``, are our addition. If every question has them (an empty list if
nothing answers it), every mode can be measured; without them, only retrieval.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.errors import DataError
from qa.evaluation.data.examples import Example, json_lines
from qa.types import Article

__all__ = ["beir_files", "read_beir"]

SPLITS = ("test", "dev")


def beir_files(folder: Path) -> list[Path]:
    """Return the files of a data set: corpus, queries, and judgements (``test``, else ``dev``, else all).

    :raises DataError: if one is missing.
    """
    judgements = sorted((folder / "qrels").glob("*.tsv"))
    files = [folder / "corpus.jsonl", folder / "queries.jsonl"]
    if missing := [file.name for file in files if not file.is_file()] + ["qrels/*.tsv"] * (not judgements):
        raise DataError(f"{folder} is not in the BEIR layout: {', '.join(missing)} missing")
    for split in SPLITS:
        if (chosen := folder / "qrels" / f"{split}.tsv") in judgements:
            return [*files, chosen]
    return [*files, *judgements]


def read_beir(
    files: Sequence[Path],
) -> tuple[list[Example], list[Article], dict[str, dict[str, int]], bool]:
    """Read the judged questions, the articles, the grades of each question, and whether there are answers.

    The context of a question is its relevant text with the highest grade that contains an answer or, if none does,
    simply with the highest grade.

    :raises DataError: if a file cannot be read, or only some of the questions have answers.
    """
    corpus, queries, *judgements = files
    texts = {str(_get(record, "_id", place)): record for record, place in json_lines(corpus)}
    articles = {id_: _article(id_, record) for id_, record in texts.items()}
    grades = _judgements(judgements)
    examples, relevant, answered = [], {}, []
    for record, place in json_lines(queries):
        id_ = str(_get(record, "_id", place))
        if id_ in grades:
            answers = _answers(record, place)
            answered.append(answers is not None)
            ranked = sorted(grades[id_], key=lambda text_id: -grades[id_][text_id])
            candidates = [articles[text_id] for text_id in ranked if text_id in articles]
            examples.append(_example(id_, str(_get(record, "text", place)), candidates, answers or ()))
            relevant[id_] = {
                Article("", source=_source(text_id)).id: grade for text_id, grade in grades[id_].items()
            }
    if any(answered) and not all(answered):
        raise DataError(f"{queries}: only some questions have answers; give answers to all of them or to none")
    with_text = [article for article in articles.values() if article.text.strip()]
    return examples, with_text, relevant, bool(answered) and all(answered)


def _example(id_: str, question: str, candidates: Sequence[Article], answers: Sequence[str]) -> Example:
    answering = [article for article in candidates if any(answer in article.text for answer in answers)]
    gold = next(iter(answering or candidates), None)
    context = gold.text if gold else ""
    starts = tuple(context.find(answer) if answer else -1 for answer in answers)
    return Example(id_, question, context, gold.title if gold else "", tuple(answers), starts)


def _article(id_: str, record: Mapping[str, Any]) -> Article:
    title = str(record.get("title") or "")
    return Article(str(record.get("text") or title), title, _source(id_))


def _source(id_: str) -> str:
    return f"beir:{id_}"


def _answers(record: Mapping[str, Any], place: str) -> tuple[str, ...] | None:
    metadata = record.get("metadata")
    answers = record.get("answers", metadata.get("answers") if isinstance(metadata, Mapping) else None)
    if answers is None:
        return None
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise DataError(f"{place}: answers must be a list of strings")
    return tuple(answers)


def _judgements(files: Sequence[Path]) -> dict[str, dict[str, int]]:
    """Return the grades of the relevant texts of each question, without the texts judged irrelevant."""
    grades: dict[str, dict[str, int]] = {}
    for file in files:
        try:
            with file.open(encoding="utf-8", newline="") as lines:
                for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                    if row and not (number == 1 and not _is_number(row[-1])):
                        question, text, grade = row
                        if float(grade) > 0:
                            grades.setdefault(question, {})[text] = max(1, round(float(grade)))
        except (OSError, ValueError) as error:
            raise DataError(f"{file} cannot be read as relevance judgements: {error}") from None
    return grades


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _get(record: Any, name: str, place: str) -> Any:
    if not isinstance(record, Mapping) or name not in record:
        raise DataError(f"{place} has no {name!r}")
    return record[name]
