"""From a folder of questions and a base model to a trained reader."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.pretrained import quiet_transformers
from qa.errors import DataError
from qa.evaluation.datasets import Example, sample
from qa.evaluation.modes.reader import evaluate_reader
from qa.reader.extractive import ExtractiveReader
from qa.reader.model import SpanModel
from qa.training.altering import alter
from qa.training.base import load_base
from qa.training.mixture import Mixture
from qa.training.model_card import model_card
from qa.training.recipe import Recipe
from qa.training.sources import TrainingData, load_sources
from qa.training.trainer import BEST, CHECKPOINT, Evaluation, Progress, Trainer, precision_of

if TYPE_CHECKING:
    import torch

__all__ = ["development_set", "train_reader"]

DEVELOPMENT = 1000


def train_reader(
    folder: Path,
    output: Path,
    recipe_file: Path,
    *,
    base: str | Path | None = None,
    excluded: Sequence[Example] = (),
    resume: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Train a reader on the files in ``folder`` and save it in ``output``, a folder that any reader can load.

    Beside the weights ``output`` gets the recipe, the manifest of the data, the log, a model card, and in
    ``held-out/`` the questions that were kept from training, which the confidence is to be fitted on.

    :param base: a folder or hub id of an encoder, with a span head or without; nothing for the packaged encoder.
    :param excluded: questions of evaluation sets; what overlaps with them is not trained on.
    :param resume: go on with the run whose checkpoint is in ``output``.
    :return: the figures of the weights that were kept, on held-out questions.
    :raises DataError: when a source or the recipe is missing or damaged, or ``output`` holds another run.
    :raises ModelError: when the base cannot be used.
    """
    import torch

    recipe = Recipe.load(recipe_file)
    _begin(output, resume)
    shutil.copyfile(recipe_file, output / "recipe.toml")
    torch.manual_seed(recipe.seed)
    data = load_sources(folder, recipe, excluded)
    _write_held_out(data, output)
    (output / "manifest.json").write_text(json.dumps(data.manifest, indent=2) + "\n", "utf-8")
    model, tokenizer = load_base(base)
    development = development_set(data, recipe.seed)
    trainer = Trainer(model, Mixture(data.training, recipe), recipe, output, lambda: _evaluate(model, development))
    trainer.run(on_progress)
    model.network.load_state_dict(torch.load(output / BEST, weights_only=True))
    evaluation = _evaluate(model, development)
    _save(model.network, tokenizer, output)
    card = model_card(_name_of(base), recipe, data.manifest, asdict(evaluation))
    (output / "README.md").write_text(card, "utf-8")
    return evaluation


def development_set(data: TrainingData, seed: int) -> list[Example]:
    """Return held-out questions, every one that can be altered once more as unanswerable."""
    random_ = random.Random(seed)  # noqa: S311
    answerable = [example for examples in data.held_out.values() for example in examples if example.answers]
    drawn = sample(answerable, DEVELOPMENT, seed) if answerable else []
    altered = [(example, alter(example, answerable, random_)) for example in drawn]
    return drawn + [
        replace(example, id=f"{example.id}-altered", question=question, answers=(), answer_starts=())
        for example, question in altered
        if question
    ]


def _evaluate(model: SpanModel, development: Sequence[Example]) -> Evaluation:
    answerable = [example for example in development if example.answers]
    if not answerable:
        raise DataError("nothing is held out to measure the training by: give a source of the recipe held_out")
    device = next(model.network.parameters()).device
    reader = ExtractiveReader.of(model)
    with precision_of(device):
        forced = evaluate_reader(reader, answerable)
        mixed = evaluate_reader(reader, development)
    return Evaluation(f1=forced.f1, exact_match=forced.exact_match, best_f1=mixed.best_f1)


def _begin(output: Path, resume: bool) -> None:
    checkpoint = output / CHECKPOINT
    if resume and not checkpoint.exists():
        raise DataError(f"{output} holds no checkpoint to resume from")
    if not resume and checkpoint.exists():
        raise DataError(f"{output} holds a run already: resume it, or name another folder")
    output.mkdir(parents=True, exist_ok=True)


def _write_held_out(data: TrainingData, output: Path) -> None:
    folder = output / "held-out"
    folder.mkdir(exist_ok=True)
    for name, examples in data.held_out.items():
        lines = (json.dumps(_record(example), ensure_ascii=False) for example in examples)
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


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


def _name_of(base: str | Path | None) -> str:
    """Name the base in the model card: a folder by its name alone, which says nothing of the machine."""
    if not base:
        return "all-MiniLM-L6-v2"
    return Path(base).name if Path(base).is_dir() else str(base)


def _save(network: torch.nn.Module, tokenizer: Any, output: Path) -> None:
    """Save the weights as float16, which costs nothing in accuracy and halves the file."""
    with quiet_transformers():
        network.half().save_pretrained(output)  # type: ignore[operator]
        tokenizer.save_pretrained(output)
