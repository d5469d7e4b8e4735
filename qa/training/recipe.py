"""The recipe of a training run: the data, how it is mixed, and every hyperparameter."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from qa.errors import DataError

__all__ = ["BUNDLED", "Recipe", "Source", "Stage"]

BUNDLED = Path(__file__).parent / "recipes" / "reader.toml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of questions, and how much of it an epoch uses.

    ``weight`` is a share of the number of its questions. ``near``, ``far``, ``emptied`` and ``altered`` are shares
    of the answerable questions drawn, which are repeated as unanswerable ones: with a similar passage or any other
    one without the answer, with their own passage minus the sentence of the answer, or changed so that their
    passage no longer answers them. ``reworded`` is the share of all questions drawn, with an answer or without,
    that are asked as somebody else would type them.
    """

    licence: str
    weight: float = 1.0
    near: float = 0.0
    far: float = 0.0
    emptied: float = 0.0
    altered: float = 0.0
    reworded: float = 0.0
    held_out: int = 0
    """Hold out at least this many questions, including all that share a paragraph with them."""
    join: bool = False
    """Whether to join its sentences to passages, by the document in their ids."""
    rewords: Sequence[str] = ()
    """The sources whose questions the file puts in other words: it has no contexts and answers of its own."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A number of epochs, with weights that override those of the sources.

    Each epoch draws different questions, and reads them ``passes`` times in different orders.
    """

    epochs: int = 1
    weights: Mapping[str, float] = field(default_factory=dict)
    passes: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run depends on, except the data itself and the base model."""

    sources: Mapping[str, Source]
    stages: tuple[Stage, ...] = (Stage(),)
    seed: int = 0
    learning_rate: float = 2e-4
    layer_decay: float = 1.0
    """Factor of the learning rate from each layer to the one below (Howard and Ruder 2018, arXiv 1801.06146)."""
    warm_up: float = 0.06
    """Share of the steps during which the learning rate rises; afterwards it falls linearly to 0."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Maximum norm of the gradient."""
    batch_tokens: int = 4096
    max_tokens: int = 320
    """Maximum length of an input, including the question and special tokens."""
    stride_tokens: int = 96
    dropout: float = 0.0
    label_smoothing: float = 0.0
    soft_share: float = 0.7
    """Weight of the teacher's logits in the loss, if there is a teacher; the answers have the rest."""
    teach_unanswerable: bool = True
    """Whether to learn from the teacher where there is no answer, too; if not, only the null counts there."""
    temperature: float = 2.0
    """Temperature that softens the logits of teacher and student in the loss."""
    freeze_embeddings: bool = True
    evaluate_every: int = 1000
    """Steps between evaluations and checkpoints."""
    keep_weights: bool = False
    """Whether to save the weights at each evaluation, as ``step-N.safetensors``, for averaging."""
    most_steps: int = 0
    """Stop after this many steps, by which the learning rate falls to 0; 0 means all."""
    patience: int = 5
    """Stop after this many evaluations without an improvement; 0 means never."""

    @classmethod
    def load(cls, path: Path = BUNDLED) -> Recipe:
        """Read a recipe from a TOML file: ``[training]``, ``[[stages]]`` and ``[sources.NAME]``.

        :raises DataError: if the file cannot be read, has an unknown field, or lacks a required one.
        """
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{path} is not a recipe: {error}") from None
        if unknown := set(table) - {"training", "stages", "sources"}:
            raise DataError(f"{path}: unknown table {min(unknown)!r}")
        sources = {
            name: _build(Source, values, f"{path}: sources.{name}") for name, values in _items(table, "sources")
        }
        if not sources:
            raise DataError(f"{path} names no sources")
        stages = tuple(_build(Stage, values, f"{path}: stages") for values in table.get("stages", [{}]))
        for stage in stages:
            if unknown := set(stage.weights) - set(sources):
                raise DataError(f"{path}: a stage has a weight for {min(unknown)!r}, which is not a source")
        values = {**table.get("training", {}), "sources": sources, "stages": stages}
        return _build(cls, values, f"{path}: training")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def _items(table: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return list(table.get(name, {}).items())


def _build(kind: type[T], values: Any, place: str) -> T:
    known = {attribute.name: attribute for attribute in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(values, Mapping):
        raise DataError(f"{place} is not a table")
    if unknown := set(values) - set(known):
        raise DataError(f"{place}: unknown field {min(unknown)!r}")
    for name, attribute in known.items():
        if name not in values and attribute.default is MISSING and attribute.default_factory is MISSING:
            raise DataError(f"{place} has no {name!r}")
    return kind(**values)
