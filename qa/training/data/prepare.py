"""Prepares a training run: a folder with everything that it needs, except the networks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from qa.errors import DataError
from qa.evaluation.data.examples import Example, load_examples
from qa.reader.model import SpanModel
from qa.training.data.inputs import Featurizer, Inputs
from qa.training.data.mixture import Mixture
from qa.training.data.sources import load_sources
from qa.training.recipe import Recipe

__all__ = ["Prepared", "prepare"]

RECIPE, MANIFEST, PIECES = "recipe.toml", "manifest.json", "pieces.json"
HELD_OUT = "held-out"


@dataclass(frozen=True)
class Prepared:
    """A run that :func:`prepare` wrote.

    Its properties raise :class:`~qa.errors.DataError` if what they read is missing or damaged.
    """

    folder: Path

    @classmethod
    def is_at(cls, folder: Path) -> bool:
        """Whether a folder holds a completely prepared run."""
        return (folder / PIECES).exists() and (folder / MANIFEST).exists()

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe of the run."""
        return Recipe.load(self.folder / RECIPE)

    @cached_property
    def manifest(self) -> Mapping[str, Mapping[str, Any]]:
        """What was used of each data file."""
        try:
            return dict(json.loads((self.folder / MANIFEST).read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise DataError(f"{self.folder} does not hold a prepared run: {error}") from None

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer that split the inputs into word pieces."""
        return Tokenizer.from_file(str(self.folder / PIECES))

    @cached_property
    def epochs(self) -> list[Inputs]:
        """The inputs of each epoch."""
        count = sum(stage.epochs for stage in self.recipe.stages)
        return [Inputs.load(self.folder / _file_of(epoch)) for epoch in range(count)]

    def held_out(self) -> list[Example]:
        """Return the questions that were held out from training."""
        files = [self.folder / HELD_OUT / f"{name}.jsonl" for name in self.recipe.sources]
        return [example for file in files if file.exists() for example in load_examples(file)]

    def copy_record(self, output: Path) -> None:
        """Copy what documents the data of a trained model: recipe, manifest and held-out questions."""
        if output == self.folder:
            return
        for name in (RECIPE, MANIFEST):
            shutil.copyfile(self.folder / name, output / name)
        shutil.copytree(self.folder / HELD_OUT, output / HELD_OUT, dirs_exist_ok=True)


def prepare(
    folder: Path,
    output: Path,
    recipe_file: Path,
    model: SpanModel,
    *,
    excluded: Sequence[Example] = (),
    on_epoch: Callable[[int], None] | None = None,
) -> Prepared:
    """Write everything that a run needs into ``output``, for a model or any other with the same word pieces.

    :param folder: the folder with the question files that the recipe names.
    :param excluded: questions of evaluation sets; questions that overlap with them are not used.
    :param on_epoch: is called with 1 after the inputs of an epoch are written.
    :raises DataError: if a source or the recipe is missing or damaged, or nothing is held out.
    """
    recipe = Recipe.load(recipe_file)
    data = load_sources(folder, recipe, excluded)
    if not any(example.answers for examples in data.held_out.values() for example in examples):
        raise DataError(
            "no answerable question is held out to evaluate the training: set held_out for a source of the recipe"
        )
    (output / HELD_OUT).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(recipe_file, output / RECIPE)
    for name, examples in data.held_out.items():
        lines = (json.dumps(_record(example), ensure_ascii=False) for example in examples)
        (output / HELD_OUT / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    model.tokenizer.save(str(output / PIECES))
    mixture = Mixture(data.training, recipe)
    room = min(recipe.max_tokens, model.max_tokens) - model.template.size
    featurizer = Featurizer(model.tokenizer, room, recipe.stride_tokens)
    for epoch in range(len(mixture.epochs())):
        featurizer.inputs(mixture.draw(epoch)).save(output / _file_of(epoch))
        if on_epoch:
            on_epoch(1)
    # written last: it marks the folder as complete
    (output / MANIFEST).write_text(json.dumps(data.manifest, indent=2) + "\n", "utf-8")
    return Prepared(output)


def _file_of(epoch: int) -> str:
    return f"inputs-{epoch}.npz"


def _record(example: Example) -> dict[str, Any]:
    answers = zip(example.answers, example.answer_starts, strict=True)
    return {
        "id": example.id,
        "question": example.question,
        "context": example.context,
        "title": example.title,
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
        "is_impossible": example.is_impossible,
    }
