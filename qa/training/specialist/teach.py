"""Trains the specialist on a folder of questions and claims."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from qa.errors import DataError
from qa.evaluation.data.examples import Example
from qa.reader.model import BUNDLED, checksum
from qa.training.data.inputs import shuffled_batches
from qa.training.reader.optimization import build_optimizer, learning_rate_at, set_dropout
from qa.training.reader.precision import autocast, pick_device
from qa.training.recipe import Recipe
from qa.training.specialist.network import Labelled, SpecialistNetwork, label
from qa.training.specialist.tasks import Task, hold_out, load_tasks, without

__all__ = ["HELD_OUT", "RECIPE", "train_specialist"]

RECIPE = Path(__file__).parent.parent / "recipes" / "specialist.toml"
OWN_LAYERS = 3
HEAD_RATE = 5.0
"""The learning rate of the heads, which are new, as a multiple of that of the layers."""
HELD_OUT = 0.2
"""The share of the texts of the sources with ``held_out`` that verdicts are measured on, not learned from."""


def train_specialist(
    folder: Path,
    output: Path,
    recipe_file: Path = RECIPE,
    *,
    excluded: Sequence[Example] = (),
    on_progress: Callable[[int, int, float], None] | None = None,
) -> None:
    """Train a specialist on the files of a recipe in ``folder``, and save it in ``output``.

    :param excluded: questions that share neither their words nor their text with any trained on.
    :param on_progress: called with the number of the step, of all steps, and the loss.
    :raises DataError: if a file is missing or in an unknown format, or ``output`` holds a model already.
    """
    recipe = Recipe.load(recipe_file)
    if (output / "model.safetensors").exists():
        raise DataError(f"{output} already holds a model: name another folder")
    torch.manual_seed(recipe.seed)
    tasks, manifest = _load(folder, recipe, excluded)
    network = SpecialistNetwork(BUNDLED, OWN_LAYERS)
    set_dropout(network, recipe.dropout)
    for number, stage in enumerate(recipe.stages):
        drawn = [
            task
            for name, of_source in tasks.items()
            for task in _draw(of_source, stage.weights.get(name, recipe.sources[name].weight), recipe.seed)
        ]
        labelled = label(drawn, network.layout, recipe.max_tokens)
        epochs = [_batches(labelled, recipe, f"{number}:{epoch}") for epoch in range(stage.epochs)]
        _train(network, [batch for epoch in epochs for batch in epoch], recipe, on_progress)
    output.mkdir(parents=True, exist_ok=True)
    save_file(dict(network.own_weights()), output / "model.safetensors")
    (output / "config.json").write_text(json.dumps({"reader": checksum(BUNDLED)}, indent=2) + "\n", "utf-8")
    (output / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    shutil.copyfile(recipe_file, output / "recipe.toml")


def _load(
    folder: Path, recipe: Recipe, excluded: Sequence[Example]
) -> tuple[dict[str, list[Task]], dict[str, dict[str, Any]]]:
    paths = {name: folder / f"{name}.jsonl" for name in recipe.sources}
    for name, path in paths.items():
        if not path.is_file():
            raise DataError(f"{folder} does not hold {name}.jsonl, which the recipe names")
    loaded = {name: load_tasks(path, recipe.seed) for name, path in paths.items()}
    measured = [task for name, source in recipe.sources.items() if source.held_out for task in loaded[name]]
    held = [(task.question, task.text) for task in hold_out(measured, HELD_OUT, recipe.seed)]
    others = [*held, *((example.question, example.context) for example in excluded)]
    tasks = {name: without(some, others) for name, some in loaded.items()}
    manifest = {
        name: {
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "licence": recipe.sources[name].licence,
            "tasks": len(loaded[name]),
            "left_out": len(loaded[name]) - len(tasks[name]),
        }
        for name, path in paths.items()
    }
    return tasks, manifest


def _draw(tasks: Sequence[Task], weight: float, seed: int) -> list[Task]:
    return random.Random(seed).sample(tasks, round(min(1.0, weight) * len(tasks)))  # noqa: S311


def _batches(labelled: Sequence[Labelled], recipe: Recipe, seed: str) -> list[list[Labelled]]:
    """Return batches of one head each, in random order."""
    batches = []
    for head in ("tags", "verdict"):
        of_head = [one for one in labelled if one.head == head]
        lengths = np.array([len(one) for one in of_head], dtype=np.int32)
        order = shuffled_batches(lengths, recipe.batch_tokens, f"{recipe.seed}:{seed}:{head}")
        batches += [[of_head[number] for number in batch] for batch in order]
    random.Random(f"{recipe.seed}:{seed}").shuffle(batches)  # noqa: S311
    return batches


def _train(
    network: SpecialistNetwork,
    batches: Sequence[Sequence[Labelled]],
    recipe: Recipe,
    on_progress: Callable[[int, int, float], None] | None,
) -> None:
    device = pick_device()
    network.to(device).train()
    optimizer = build_optimizer(network, recipe, head_rate=HEAD_RATE)
    for step, batch in enumerate(batches):
        rate = learning_rate_at(step, len(batches), recipe)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        with autocast(device):
            loss = network.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if on_progress:
            on_progress(step + 1, len(batches), float(loss.detach()))
