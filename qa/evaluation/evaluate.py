"""The one loop of all modes: questions drawn, asked, kept, and the figures taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.errors import DataError, SettingsError
from qa.evaluation.breakdown import parts_of
from qa.evaluation.data.examples import sample
from qa.evaluation.machine import describe_machine, quotewell_version
from qa.evaluation.metrics.figures import Figure, Figures, Integers, Metrics, finite
from qa.evaluation.metrics.significance import Questions, figures_with_intervals
from qa.evaluation.modes.base import Mode
from qa.evaluation.predictions import Prediction
from qa.evaluation.run import Run, RunInfo

__all__ = ["evaluate", "measure"]


def evaluate(
    mode: Mode,
    *,
    output: str | Path | None = None,
    limit: int | None = None,
    seeds: Sequence[int] = (0,),
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Ask the questions and take the figures; return the finished run.

    A run that was stopped goes on where it was when it is started again with the same options and ``output``.

    :param output: the run's folder; without one nothing is written.
    :param limit: ask only so many questions, drawn with each seed.
    :param progress: gets the number of questions just finished, those of an earlier start among them.
    :raises SettingsError: when the folder holds another run, or several seeds would ask the same.
    :raises DataError: when there are no questions, or the folder cannot be used.
    """
    data = mode.data
    if not data.examples:
        raise DataError("there are no questions to evaluate")
    if len(seeds) > 1 and (limit is None or limit >= len(data.examples)) and not mode.seeded:
        raise SettingsError(
            "several seeds would ask the same questions the same way; give a limit below their number"
        )
    run = Run.start(_info(mode, limit, seeds), output)
    for seed in seeds:
        examples = sample(data.examples, limit, seed)
        left = [example for example in examples if not run.holds(seed, example.id)]
        if progress and len(left) < len(examples):
            progress(len(examples) - len(left))
        if left:
            for lines in mode.predict(left, seed):
                run.append(lines)
                if progress:
                    progress(len(lines))
    run.finish(measure(mode, run.predictions))
    return run


def measure(mode: Mode, lines: Sequence[Prediction]) -> Metrics:
    """Return the figures of a run's lines, with 95% bootstrap intervals, by seed and by part.

    :raises DataError: when there are no lines.
    """
    if not lines:
        raise DataError("there are no questions to evaluate")
    measures = mode.measures(lines)
    everything = np.arange(len(lines))
    figures = figures_with_intervals(measures, Questions([line["id"] for line in lines]), everything)
    for name, exact in mode.extras(lines).items():
        known = figures.get(name, exact)
        figures[name] = Figure(exact.value, known.low, known.high)
    seeds = np.array([line["seed"] for line in lines])

    def of(chosen: Integers, names: Sequence[str]) -> Figures:
        return {name: finite(measures[name](chosen)) for name in names if name in measures}

    return Metrics(
        mode=mode.name,
        questions=len(lines),
        figures=figures,
        by_seed={str(seed): of(np.flatnonzero(seeds == seed), list(measures)) for seed in dict.fromkeys(seeds)},
        breakdown={
            kind: {part: {"questions": len(rows), **of(rows, mode.breakdown)} for part, rows in parts.items()}
            for kind, parts in parts_of(lines).items()
        },
    )


def _info(mode: Mode, limit: int | None, seeds: Sequence[int]) -> RunInfo:
    return RunInfo(
        mode=mode.name,
        data=mode.data.name,
        data_sha256=mode.data.sha256,
        limit=limit,
        seeds=tuple(seeds),
        settings=dict(mode.settings),
        version=quotewell_version(),
        machine=describe_machine(),
        started=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        **mode.models,
    )
