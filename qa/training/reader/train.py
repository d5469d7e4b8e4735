"""Trains a reader on a folder of questions, from a base model."""

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
    """Prepare a run on the files in ``folder``, for a base or any other with the same word pieces.

    See ``prepare`` for the parameters.

    :raises DataError: as ``prepare`` does, and if ``output`` already holds a run.
    :raises ModelError: if the base cannot be used.
    """
    if (output / MANIFEST).exists():
        raise DataError(f"{output} already holds a run: resume it, or name another folder")
    return prepare(folder, output, recipe_file, load_base(base)[0], excluded=excluded, on_epoch=on_epoch)


def train_reader(
    prepared: Prepared,
    output: Path,
    *,
    base: str | Path | None = None,
    teacher: str | Path | None = None,
    resume: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    on_teacher: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Train a reader on a prepared run, and save it in ``output``, a folder that any reader can load.

    ``output`` gets the weights, the recipe, the manifest of the data, the log, a model card and, in ``held-out/``,
    the held-out questions, to which the confidence should be fitted.

    :param base: a folder or hub id of an encoder, with or without a span head; the bundled encoder by default.
    :param teacher: a folder or hub id of a larger reader to distil from.
    :param on_teacher: is called, while the teacher reads the questions, with how many are done, and the total.
    :param resume: continue from the checkpoint in ``output``, or start the run that was prepared there.
    :return: the figures of the best weights on held-out questions.
    :raises DataError: if the prepared run is missing or damaged, or ``output`` holds another run.
    :raises ModelError: if the base or the teacher cannot be used, or lacks word pieces of the prepared run.
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
        Teacher(teacher, pick_device(), on_teacher) if teacher else None,
    )
    trainer.run(on_progress)
    model.network.load_state_dict(torch.load(output / BEST, weights_only=True))
    evaluation = _evaluate(model, development)
    _save(model.network, tokenizer, output)
    names = (_name_of(base), _name_of(teacher) if teacher else None)
    (output / "README.md").write_text(model_card(*names, recipe, manifest, asdict(evaluation)), "utf-8")
    return evaluation


def development_set(held_out: Sequence[Example], seed: int) -> list[Example]:
    """Return held-out questions, with as many that have no answer.

    Those that people wrote to have none, where any are held out; otherwise variants of the others, altered by
    rule.
    """
    random_ = random.Random(seed)  # noqa: S311
    answerable = [example for example in held_out if example.answers]
    drawn = sample(answerable, DEVELOPMENT, seed)
    if unanswerable := [example for example in held_out if example.is_impossible]:
        return drawn + sample(unanswerable, DEVELOPMENT, seed)
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
        raise DataError(f"{output} has no checkpoint to resume from")
    if not resume and checkpoint.exists():
        raise DataError(f"{output} already holds a run: resume it, or name another folder")
    output.mkdir(parents=True, exist_ok=True)


def _name_of(base: str | Path | None) -> str:
    """Return the name of a base for the model card, without the parent folders of a local one."""
    if not base:
        return "all-MiniLM-L6-v2"
    return Path(base).name if Path(base).is_dir() else str(base)


def _save(network: torch.nn.Module, tokenizer: Any, output: Path) -> None:
    """Save the weights as float16, which halves the file at no loss of accuracy."""
    with quiet_transformers():
        network.half().save_pretrained(output)  # type: ignore[operator]
        tokenizer.save_pretrained(output)
