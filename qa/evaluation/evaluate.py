"""The loop that all modes share: draw the questions, ask them, store the lines, compute the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.errors import DataError, SettingsError
from qa.evaluation.breakdown import break_down
from qa.evaluation.data.examples import sample
from qa.evaluation.machine import describe_machine, quotewell_version
from qa.evaluation.metrics.figures import Figure, Figures, Integers, Metrics, none_if_nan
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
    progress: Callable[[int], object] | None = None,
) -> Run:
    """Ask the questions, compute the figures, and return the finished run.

    A stopped run continues where it was when it is started again with the same options and ``output``.

    :param output: the run's folder; nothing is written without one.
    :param limit: ask this many questions, drawn with each seed.
    :param progress: is called with the number of questions just finished, including those of an earlier start.
    :raises SettingsError: if the folder holds another run, or all seeds would give the same run.
    :raises DataError: if there are no questions, or the folder cannot be used.
    """
    data = mode.data
    if not data.examples:
        raise DataError("there are no questions to evaluate")
    if len(seeds) > 1 and (limit is None or limit >= len(data.examples)) and not mode.seeded:
        raise SettingsError(
            "every seed would ask the same questions in the same way; set a limit below the number of questions"
        )
    run = Run.start(_info(mode, limit, seeds), output)
    for seed in seeds:
        examples = sample(data.examples, limit, seed)
        remaining = [example for example in examples if not run.holds(seed, example.id)]
        if progress and len(remaining) < len(examples):
            progress(len(examples) - len(remaining))
        if remaining:
            for lines in mode.predict(remaining, seed):
                run.append(lines)
                if progress:
                    progress(len(lines))
    run.finish(measure(mode, run.predictions))
    return run


def measure(mode: Mode, lines: Sequence[Prediction]) -> Metrics:
    """Return the figures of a run's lines with 95% bootstrap intervals, and those by seed and by breakdown.

    :raises DataError: if there are no lines.
    """
    if not lines:
        raise DataError("there are no questions to evaluate")
    measures = mode.measures(lines)
    everything = np.arange(len(lines))
    figures = figures_with_intervals(measures, Questions([line["id"] for line in lines]), everything)
    for name, exact in mode.extras(lines).items():
        estimate = figures.get(name, exact)
        figures[name] = Figure(exact.value, estimate.low, estimate.high)
    seeds = np.array([line["seed"] for line in lines])

    def figures_of(chosen: Integers, names: Sequence[str]) -> Figures:
        return {name: none_if_nan(measures[name](chosen)) for name in names if name in measures}

    return Metrics(
        mode=mode.name,
        questions=len(lines),
        figures=figures,
        by_seed={
            str(seed): figures_of(np.flatnonzero(seeds == seed), list(measures)) for seed in dict.fromkeys(seeds)
        },
        breakdown={
            kind: {
                part: {"questions": len(rows), **figures_of(rows, mode.breakdown)} for part, rows in parts.items()
            }
            for kind, parts in break_down(lines).items()
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
