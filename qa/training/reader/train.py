"""From a folder of questions and a base model to a trained reader."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from embeddings.inference.hub import quiet_transformers
from qa.errors import DataError
from qa.evaluation.data.examples import Example, sample
from qa.evaluation.modes.reader import evaluate_reader
from qa.reader.extractive import ExtractiveReader
from qa.reader.model import SpanModel
from qa.training.data.prepare import MANIFEST, Prepared, prepare
from qa.training.data.unanswerable import alter
from qa.training.reader.base_model import load_base
from qa.training.reader.distillation import Teacher
from qa.training.reader.model_card import model_card
from qa.training.reader.precision import autocast, pick_device
from qa.training.reader.trainer import BEST, CHECKPOINT, Evaluation, Progress, Trainer

__all__ = ["development_set", "prepare_reader", "train_reader"]

DEVELOPMENT = 1000


def prepare_reader(
    folder: Path,
    output: Path,
    recipe_file: Path,
    *,
    base: str | Path | None = None,
    excluded: Sequence[Example] = (),
    on_epoch: Callable[[int], None] | None = None,
) -> Prepared:
    """Prepare a run on the files in ``folder`` for a base, or for any other with its word pieces; see ``prepare``.

    :raises DataError: as ``prepare`` does, and when ``output`` holds a run already.
    :raises ModelError: when the base cannot be used.
    """
    if (output / MANIFEST).exists():
        raise DataError(f"{output} holds a run already: resume it, or name another folder")
    return prepare(folder, output, recipe_file, load_base(base)[0], excluded=excluded, on_epoch=on_epoch)


def train_reader(
    prepared: Prepared,
    output: Path,
    *,
    base: str | Path | None = None,
    teacher: str | Path | None = None,
    resume: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Train a reader on what was prepared and save it in ``output``, a folder that any reader can load.

    Beside the weights ``output`` gets the recipe, the manifest of the data, the log, a model card, and in
    ``held-out/`` the questions that were kept from training, which the confidence is to be fitted on.

    :param base: a folder or hub id of an encoder, with a span head or without; nothing for the packaged encoder.
    :param teacher: a folder or hub id of a larger reader to learn from as well.
    :param resume: go on with the run whose checkpoint is in ``output``, or begin the one that was prepared there.
    :return: the figures of the weights that were kept, on held-out questions.
    :raises DataError: when what was prepared is missing or damaged, or ``output`` holds another run.
    :raises ModelError: when base or teacher cannot be used, or lack word pieces that were prepared.
    """
    recipe, manifest = prepared.recipe, prepared.manifest
    _begin(output, resume)
    prepared.copy_record(output)
    torch.manual_seed(recipe.seed)
    model, tokenizer = load_base(base)
    development = development_set(prepared.held_out(), recipe.seed)
    trainer = Trainer(
        model,
        prepared.epochs,
        prepared.tokenizer,
        recipe,
        output,
        lambda: _evaluate(model, development),
        Teacher(teacher, pick_device()) if teacher else None,
    )
    trainer.run(on_progress)
    model.network.load_state_dict(torch.load(output / BEST, weights_only=True))
    evaluation = _evaluate(model, development)
    _save(model.network, tokenizer, output)
    names = (_name_of(base), _name_of(teacher) if teacher else None)
    (output / "README.md").write_text(model_card(*names, recipe, manifest, asdict(evaluation)), "utf-8")
    return evaluation


def development_set(held_out: Sequence[Example], seed: int) -> list[Example]:
    """Return held-out questions, every one that can be altered once more as unanswerable."""
    random_ = random.Random(seed)  # noqa: S311
    answerable = [example for example in held_out if example.answers]
    drawn = sample(answerable, DEVELOPMENT, seed)
    altered = [(example, alter(example, answerable, random_)) for example in drawn]
    return drawn + [
        replace(example, id=f"{example.id}-altered", question=question, answers=(), answer_starts=())
        for example, question in altered
        if question
    ]


def _evaluate(model: SpanModel, development: Sequence[Example]) -> Evaluation:
    answerable = [example for example in development if example.answers]
    device = next(model.network.parameters()).device
    reader = ExtractiveReader.of(model)
    with autocast(device):
        forced = evaluate_reader(reader, answerable)
        mixed = evaluate_reader(reader, development)
    return Evaluation(f1=forced.f1, exact_match=forced.exact_match, best_f1=mixed.best_f1)


def _begin(output: Path, resume: bool) -> None:
    checkpoint = output / CHECKPOINT
    if resume and not checkpoint.exists() and not Prepared.is_at(output):
        raise DataError(f"{output} holds no checkpoint to resume from")
    if not resume and checkpoint.exists():
        raise DataError(f"{output} holds a run already: resume it, or name another folder")
    output.mkdir(parents=True, exist_ok=True)


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
