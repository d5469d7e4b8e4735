"""A run and its folder: what was asked of what, each question's line, and the figures.

::

    RUN/
      run.json            RunInfo: written first; a run goes on only with the same
      predictions.jsonl   a Prediction a line, appended as they come
      metrics.json        Metrics: written at the end, so a folder without it is of a run that was stopped
      report.html         made of the other three
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
    """What was asked of what, and where.

    ``data`` is the name of the file or folder of questions and ``data_sha256`` the checksum of what it holds.
    ``limit`` questions were drawn with each of the ``seeds``, all of them when it is None. ``settings`` are the
    mode's options and the assistant's settings. ``reader`` and ``encoder`` are fingerprints, "" where there is
    none.
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
    """When it was started, in ISO 8601, UTC."""

    def differences(self, other: RunInfo) -> list[str]:
        """Return what keeps the other from going on with this run, each as "limit was 300 and is 500".

        The machine may be another, and the file may have been renamed.
        """
        found = []
        for name in (one.name for one in fields(self)):
            before, now = getattr(self, name), getattr(other, name)
            if name == "settings":
                found += _differences(before, now)
            elif name not in ("machine", "started", "data") and before != now:
                found.append(_difference(name, before, now))
        return found


class Run:
    """The predictions and the figures of an evaluation, kept in a folder or, without one, in memory alone."""

    def __init__(self, info: RunInfo, folder: Path | None = None, metrics: Metrics | None = None) -> None:
        self.info = info
        self.folder = folder
        self.metrics = metrics
        self._lines: dict[tuple[int, str], Prediction] = {}

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a run, finished or not.

        :raises DataError: when the folder holds no run, or one that cannot be read.
        """
        folder = Path(folder)
        if not (folder / INFO).is_file():
            raise DataError(f"{folder} holds no run (no {INFO}); name the --output folder of an evaluation")
        try:
            values = json.loads((folder / INFO).read_text("utf-8"))
            settings = {_RENAMED.get(name, name): value for name, value in values["settings"].items()}
            info = RunInfo(**{**values, "seeds": tuple(values["seeds"]), "settings": settings})
            metrics = folder / METRICS
            found = Metrics.from_dict(json.loads(metrics.read_text("utf-8"))) if metrics.is_file() else None
            run = cls(info, folder, found)
            run._keep(_lines(folder / PREDICTIONS))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(f"the run in {folder} cannot be read: {error}") from None
        return run

    @classmethod
    def start(cls, info: RunInfo, folder: str | Path | None = None) -> Self:
        """Start a run or, where the folder holds one of the same questions and settings, go on with it.

        :raises SettingsError: when the run in the folder is another one.
        :raises DataError: when the folder holds something else, or cannot be written.
        """
        if folder is None:
            return cls(info)
        folder = Path(folder)
        if (folder / INFO).exists():
            run = cls.load(folder)
            if differences := run.info.differences(info):
                raise SettingsError(
                    f"{folder} holds another run: {'; '.join(differences)}. "
                    "Go on with the same options, or name another folder"
                )
            run._drop_half_line()
            return run
        try:
            if folder.exists() and any(folder.iterdir()):
                raise DataError(f"{folder} is not empty and holds no run; name another folder")
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / INFO, asdict(info))
        except OSError as error:
            raise DataError(
                f"{folder} cannot be written: {error.strerror or error}; name another folder"
            ) from None
        return cls(info, folder)

    @property
    def predictions(self) -> list[Prediction]:
        """The lines, in the order in which they came."""
        return list(self._lines.values())

    @property
    def name(self) -> str:
        """What to call the run beside others: its folder's name."""
        return self.folder.name if self.folder else self.info.mode

    def holds(self, seed: int, id_: str) -> bool:
        """Whether there is a line of the question already."""
        return (seed, id_) in self._lines

    def append(self, lines: Iterable[Prediction]) -> None:
        """Keep lines, on disk at once: a run that is stopped goes on after them."""
        lines = list(lines)
        self._keep(lines)
        if self.folder:
            with (self.folder / PREDICTIONS).open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)

    def finish(self, metrics: Metrics) -> None:
        """Keep the figures."""
        self.metrics = metrics
        if self.folder:
            _write(self.folder / METRICS, metrics.to_dict())

    def _keep(self, lines: Iterable[Prediction]) -> None:
        for line in lines:
            self._lines.setdefault((line["seed"], line["id"]), line)

    def _drop_half_line(self) -> None:
        """Cut off what a killed process left of its last line, so that the next does not grow onto it."""
        file = self.folder and self.folder / PREDICTIONS
        if file and file.is_file():
            content = file.read_bytes()
            if not content.endswith(b"\n"):
                with file.open("r+b") as open_file:
                    open_file.truncate(content.rfind(b"\n") + 1)


def _lines(file: Path) -> list[Prediction]:
    if not file.is_file():
        return []
    text = file.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.split("\n") if line]


def _write(file: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file that is there wholly or not at all."""
    with atomic_replace(file) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n", "utf-8")


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    was, are = (json.loads(json.dumps(values)) for values in (before, now))  # as what is read back: no tuples
    names = [name for name in {**was, **are} if was.get(name) != are.get(name)]
    return [_difference(name, was.get(name), are.get(name)) for name in names]


def _difference(name: str, before: object, now: object) -> str:
    return f"{name} was {before} and is {now}"
