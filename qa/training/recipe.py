"""A training run as a file: which data, in which mixture, and every number of the optimisation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from qa.errors import DataError

__all__ = ["BUNDLED", "Recipe", "Source", "Stage"]

BUNDLED = Path(__file__).parent / "recipes" / "reader.toml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of questions and how much of it goes into an epoch, all shares of its own number of questions.

    ``near``, ``far``, ``emptied`` and ``altered`` are shares of the answerable questions drawn that come once more
    as unanswerable: with a similar passage or any other one that lacks the answer, with their own passage less the
    answer's sentence, and changed so that their passage no longer answers them.
    """

    licence: str
    weight: float = 1.0
    near: float = 0.0
    far: float = 0.0
    emptied: float = 0.0
    altered: float = 0.0
    held_out: int = 0
    """At least so many questions, with all that share their paragraphs, are kept from training."""
    join: bool = False
    """Whether its sentences are to be joined to passages, by the document that their ids name."""


@dataclass(frozen=True, slots=True)
class Stage:
    """So many epochs, in which some sources get another weight.

    Each epoch draws other questions. They are read ``passes`` times, each time in another order.
    """

    epochs: int = 1
    weights: Mapping[str, float] = field(default_factory=dict)
    passes: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a run depends on but the data itself and the base model."""

    sources: Mapping[str, Source]
    stages: tuple[Stage, ...] = (Stage(),)
    seed: int = 0
    learning_rate: float = 2e-4
    layer_decay: float = 1.0
    """Factor on the learning rate from a layer to the one below it (Howard and Ruder 2018, arXiv 1801.06146)."""
    warm_up: float = 0.06
    """Share of the steps in which the learning rate rises; then it falls linearly to 0."""
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    batch_tokens: int = 4096
    max_tokens: int = 320
    """Longest input, question and special tokens included."""
    stride_tokens: int = 96
    dropout: float = 0.0
    label_smoothing: float = 0.0
    soft_share: float = 0.7
    """How much a teacher's logits count where there is one; the answers count for the rest."""
    temperature: float = 2.0
    """What softens the logits of both before they are compared."""
    freeze_embeddings: bool = True
    evaluate_every: int = 1000
    """Steps between evaluations and checkpoints."""
    keep_weights: bool = False
    """Whether the weights of each evaluation are kept, as ``step-N.safetensors``, to be averaged."""
    patience: int = 5
    """Stop after so many evaluations without a better one; 0 for never."""

    @classmethod
    def load(cls, path: Path = BUNDLED) -> Recipe:
        """Read a recipe from a TOML file: ``[training]``, ``[[stages]]`` and ``[sources.NAME]``.

        :raises DataError: when the file cannot be read, has a field that is not known, or lacks one.
        """
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{path} is not a recipe: {error}") from None
        if unknown := set(table) - {"training", "stages", "sources"}:
            raise DataError(f"{path}: unknown table {min(unknown)!r}")
        sources = {name: _make(Source, one, f"{path}: sources.{name}") for name, one in _items(table, "sources")}
        if not sources:
            raise DataError(f"{path} names no sources")
        stages = tuple(_make(Stage, one, f"{path}: stages") for one in table.get("stages", [{}]))
        for stage in stages:
            if unknown := set(stage.weights) - set(sources):
                raise DataError(f"{path}: a stage weighs {min(unknown)!r}, which is no source")
        given = {**table.get("training", {}), "sources": sources, "stages": stages}
        return _make(cls, given, f"{path}: training")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def _items(table: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return list(table.get(name, {}).items())


def _make(kind: type[T], values: Any, place: str) -> T:
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(values, Mapping):
        raise DataError(f"{place} is not a table")
    if unknown := set(values) - set(known):
        raise DataError(f"{place}: unknown field {min(unknown)!r}")
    for name, one in known.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise DataError(f"{place} has no {name!r}")
    return kind(**values)
