"""Loads the files of a recipe, without duplicates, held-out questions, and overlap with evaluation sets."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from qa.errors import DataError
from qa.evaluation.data.examples import Example, json_lines, load_examples
from qa.evaluation.metrics.squad import normalize
from qa.training.recipe import Recipe, Source

__all__ = ["TrainingData", "load_sources", "overlaps"]

JOINED_CHARACTERS = 700

Texts = tuple[set[str], set[str]]
"""Questions and paragraphs, normalised."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The training questions of each source, the held-out ones, and the manifest entry of each file."""

    training: Mapping[str, list[Example]]
    held_out: Mapping[str, list[Example]]
    manifest: Mapping[str, dict[str, Any]]


def load_sources(folder: Path, recipe: Recipe, excluded: Sequence[Example] = ()) -> TrainingData:
    """Load the sources of a recipe from ``folder``, each from its ``NAME.jsonl`` or ``NAME.json``.

    A source that rewords others has lines with ``of``, the id of one of their questions, and ``question``, the
    same in other words; or, with ``"is_impossible": true``, one that the paragraph of that one does not answer.

    Drops questions that share their text or paragraph with ``excluded``, questions whose answer is not at its
    stated position, and questions that an earlier source has with the same answer. No held-out question of any
    source shares a paragraph with a training question. Texts are compared after ``normalize``.

    :raises DataError: if a file is missing or in an unknown format.
    """
    evaluated = _texts(excluded)
    seen: set[tuple[str, ...]] = set()
    clean: dict[str, list[Example]] = {}
    manifest: dict[str, dict[str, Any]] = {}
    for name, source in recipe.sources.items():
        path = _find(folder, name)
        loaded = _reworded(path, folder, source.rewords) if source.rewords else load_examples(path)
        every = [example for example in loaded if _is_sound(example)]
        overlapping, kept = _split_overlapping(every, evaluated)
        clean[name] = list(_deduplicate(kept, seen))
        manifest[name] = {
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "licence": source.licence,
            "questions": len(every),
            "overlapping": len(overlapping),
            "duplicates": len(kept) - len(clean[name]),
        }
    held_out = {
        name: _hold_out(clean[name], source.held_out, recipe.seed)
        for name, source in recipe.sources.items()
        if source.held_out
    }
    _, kept_back = _texts([example for examples in held_out.values() for example in examples])
    training = {
        name: _prepare(_split_overlapping(clean[name], (set(), kept_back))[1], source)
        for name, source in recipe.sources.items()
    }
    for name in recipe.sources:
        manifest[name] |= {"held_out": len(held_out.get(name, ())), "trained_on": len(training[name])}
    return TrainingData(training, held_out, manifest)


def overlaps(examples: Sequence[Example], excluded: Sequence[Example]) -> list[Example]:
    """Return the examples whose question or paragraph, normalised, is one of ``excluded``."""
    return _split_overlapping(examples, _texts(excluded))[0]


def _texts(examples: Sequence[Example]) -> Texts:
    contexts = {example.context for example in examples}
    return {normalize(example.question) for example in examples}, {normalize(context) for context in contexts}


def _split_overlapping(examples: Sequence[Example], texts: Texts) -> tuple[list[Example], list[Example]]:
    """Return the examples that share one of the texts, and the other examples."""
    questions, contexts = texts
    shared = {context for context in {example.context for example in examples} if normalize(context) in contexts}
    parts: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        overlaps_ = example.context in shared or (bool(questions) and normalize(example.question) in questions)
        parts[not overlaps_].append(example)
    return parts


def _find(folder: Path, name: str) -> Path:
    for path in (folder / f"{name}.jsonl", folder / f"{name}.json"):
        if path.is_file():
            return path
    raise DataError(f"{folder} holds neither {name}.jsonl nor {name}.json, which the recipe names")


def _reworded(path: Path, folder: Path, sources: Sequence[str]) -> Iterator[Example]:
    """Yield the questions of a file that puts those of other sources in other words."""
    originals = {example.id: example for name in sources for example in load_examples(_find(folder, name))}
    for number, (line, place) in enumerate(json_lines(path), 1):
        try:
            original, question = originals[line["of"]], str(line["question"])
        except (KeyError, TypeError) as error:
            raise DataError(f"{place} is not a question in other words: {error!r}") from None
        reworded = replace(original, id=f"{path.stem}-{number}", question=question)
        yield replace(reworded, answers=(), answer_starts=()) if line.get("is_impossible") else reworded


def _is_sound(example: Example) -> bool:
    spans = zip(example.answers, example.answer_starts, strict=True)
    return all(start >= 0 and text and example.context.startswith(text, start) for text, start in spans)


def _deduplicate(examples: Sequence[Example], seen: set[tuple[str, ...]]) -> Iterator[Example]:
    """Yield the examples not seen before; examples without an answer are compared by paragraph."""
    for example in examples:
        key = (normalize(example.question), normalize(example.answers[0] if example.answers else example.context))
        if key not in seen:
            seen.add(key)
            yield example


def _hold_out(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """Return the questions of random paragraphs, at least ``count`` of them."""
    contexts = list(dict.fromkeys(example.context for example in examples))
    random.Random(seed).shuffle(contexts)  # noqa: S311
    sizes: dict[str, int] = {}
    for example in examples:
        sizes[example.context] = sizes.get(example.context, 0) + 1
    chosen: set[str] = set()
    for context in contexts:
        if count <= 0:
            break
        chosen.add(context)
        count -= sizes[context]
    return [example for example in examples if example.context in chosen]


def _prepare(examples: list[Example], source: Source) -> list[Example]:
    return list(_joined(examples)) if source.join else examples


def _joined(examples: Sequence[Example]) -> Iterator[Example]:
    """Yield the examples with passages of their document as contexts, instead of single sentences.

    The first three parts of an id, separated by colons, name the document; the next two give the paragraph and the
    sentence.
    """

    def place(example: Example) -> tuple[str, int, int]:
        parts = example.id.split(":")
        return ":".join(parts[:3]), int(parts[3]), int(parts[4])

    ordered = sorted(examples, key=place)
    for _, group in groupby(ordered, key=lambda example: place(example)[0]):
        yield from _join(list(group))


def _join(examples: Sequence[Example]) -> Iterator[Example]:
    sentences = list(dict.fromkeys(example.context for example in examples))
    passages: list[list[str]] = [[]]
    for sentence in sentences:
        if passages[-1] and sum(map(len, passages[-1])) + len(sentence) > JOINED_CHARACTERS:
            passages.append([])
        passages[-1].append(sentence)
    where = {sentence: passage for passage in passages for sentence in passage}
    for example in examples:
        passage = where[example.context]
        shift = sum(len(sentence) + 1 for sentence in passage[: passage.index(example.context)])
        starts = tuple(start + shift for start in example.answer_starts)
        yield replace(example, context=" ".join(passage), answer_starts=starts)
