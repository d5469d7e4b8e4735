"""A run and its folder: what was evaluated, a line for each question, and the figures.

::

    RUN/
      run.json            RunInfo, written first; a run only continues if it is unchanged
      predictions.jsonl   one Prediction per line, appended as they come
      metrics.json        Metrics, written at the end: without it, the run was stopped
      report.html         generated from the other three
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from qa.errors import DataError, SettingsError
from qa.evaluation.metrics.figures import Metrics
from qa.evaluation.predictions import Prediction
from qa.export.atomic_write import atomic_replace

__all__ = ["Run", "RunInfo"]

INFO, PREDICTIONS, METRICS = "run.json", "predictions.jsonl", "metrics.json"
_RENAMED = {"cascade": "early_stopping"}
"""Former names of settings in runs of earlier versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What was evaluated, and on which machine.

    ``data`` is the name of the file or folder of questions, and ``data_sha256`` the checksum of its content.
    ``limit`` questions were drawn with each of the ``seeds``; None means all questions. ``settings`` are the
    options of the mode and the settings of the assistant. ``reader`` and ``encoder`` are fingerprints, "" if not
    used.
    """

    mode: str
    data: str
    data_sha256: str
    limit: int | None
    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    reader: str = ""
    encoder: str = ""
    version: str = ""
    machine: Mapping[str, Any] = field(default_factory=dict)
    started: str = ""
    """The time of the start, in ISO 8601, UTC."""

    def differences(self, other: RunInfo) -> list[str]:
        """Return the differences that prevent the other from continuing this run: "limit was 300 and is 500".

        The machine may differ, and the file of questions may have been renamed.
        """
        differences = []
        for name in (attribute.name for attribute in fields(self)):
            before, now = getattr(self, name), getattr(other, name)
            if name == "settings":
                differences += _differences(before, now)
            elif name not in ("machine", "started", "data") and before != now:
                differences.append(_difference(name, before, now))
        return differences


class Run:
    """The predictions and the figures of an evaluation, in a folder or only in memory."""

    def __init__(self, info: RunInfo, folder: Path | None = None, metrics: Metrics | None = None) -> None:
        self.info = info
        self.folder = folder
        self.metrics = metrics
        self._lines: dict[tuple[int, str], Prediction] = {}

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Load a run, finished or not.

        :raises DataError: if the folder contains no run, or a damaged one.
        """
        folder = Path(folder)
        if not (folder / INFO).is_file():
            raise DataError(f"{folder} contains no run (no {INFO}); name the --output folder of an evaluation")
        try:
            values = json.loads((folder / INFO).read_text("utf-8"))
            settings = {_RENAMED.get(name, name): value for name, value in values["settings"].items()}
            info = RunInfo(**{**values, "seeds": tuple(values["seeds"]), "settings": settings})
            file = folder / METRICS
            metrics = Metrics.from_dict(json.loads(file.read_text("utf-8"))) if file.is_file() else None
            run = cls(info, folder, metrics)
            run._store(_read_lines(folder / PREDICTIONS))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(f"the run in {folder} cannot be read: {error}") from None
        return run

    @classmethod
    def start(cls, info: RunInfo, folder: str | Path | None = None) -> Self:
        """Start a run, or continue the one in the folder if its questions and settings are the same.

        :raises SettingsError: if the folder holds another run.
        :raises DataError: if the folder holds something else, or cannot be written.
        """
        if folder is None:
            return cls(info)
        folder = Path(folder)
        if (folder / INFO).exists():
            run = cls.load(folder)
            if differences := run.info.differences(info):
                raise SettingsError(
                    f"{folder} holds another run: {'; '.join(differences)}. "
                    "Use the same options to continue it, or name another folder"
                )
            run._drop_partial_line()
            return run
        try:
            if folder.exists() and any(folder.iterdir()):
                raise DataError(f"{folder} is not empty and does not hold a run; name another folder")
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / INFO, asdict(info))
        except OSError as error:
            raise DataError(
                f"{folder} cannot be written: {error.strerror or error}; name another folder"
            ) from None
        return cls(info, folder)

    @property
    def predictions(self) -> list[Prediction]:
        """The lines, in the order in which they were added."""
        return list(self._lines.values())

    @property
    def name(self) -> str:
        """The name of the run's folder or, without one, of its mode."""
        return self.folder.name if self.folder else self.info.mode

    def holds(self, seed: int, id_: str) -> bool:
        """Whether the question already has a line."""
        return (seed, id_) in self._lines

    def append(self, lines: Iterable[Prediction]) -> None:
        """Add lines and write them to disk at once, so that a stopped run continues after them."""
        lines = list(lines)
        self._store(lines)
        if self.folder:
            with (self.folder / PREDICTIONS).open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)

    def finish(self, metrics: Metrics) -> None:
        """Store the figures."""
        self.metrics = metrics
        if self.folder:
            _write(self.folder / METRICS, metrics.to_dict())

    def _store(self, lines: Iterable[Prediction]) -> None:
        for line in lines:
            self._lines.setdefault((line["seed"], line["id"]), line)

    def _drop_partial_line(self) -> None:
        """Remove an incomplete last line, left by a killed process, so that the next line starts afresh."""
        file = self.folder and self.folder / PREDICTIONS
        if file and file.is_file():
            content = file.read_bytes()
            if not content.endswith(b"\n"):
                with file.open("r+b") as open_file:
                    open_file.truncate(content.rfind(b"\n") + 1)


def _read_lines(file: Path) -> list[Prediction]:
    if not file.is_file():
        return []
    text = file.read_text("utf-8")
    complete = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in complete.split("\n") if line]


def _write(file: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file atomically."""
    with atomic_replace(file) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n", "utf-8")


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    was, are = (
        json.loads(json.dumps(values)) for values in (before, now)
    )  # compare as read back: lists, not tuples
    names = [name for name in {**was, **are} if was.get(name) != are.get(name)]
    return [_difference(name, was.get(name), are.get(name)) for name in names]


def _difference(name: str, before: object, now: object) -> str:
    return f"{name} was {before} and is {now}"
