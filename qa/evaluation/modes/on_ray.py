"""Any mode on a Ray cluster: the workers ask the questions, and the figures are computed here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.figures import Figure, Measures
from qa.evaluation.modes.base import CHUNK, Mode, chunks
from qa.evaluation.predictions import Prediction
from qa.ray_tasks import RayTasks

__all__ = ["OnRay"]

CHUNKS_AHEAD = 2
"""Chunks of questions that wait or are asked, for each core of the cluster."""


class OnRay:
    """A mode whose questions are asked by the workers of a Ray cluster.

    Its lines are those of the mode but for the seconds, and they come in the same order.

    :param mode: what to measure; pickled, so that each worker has its own, and loads its own models.
    """

    def __init__(self, mode: Mode, tasks: RayTasks) -> None:
        self._mode = mode
        self._tasks = tasks

    @property
    def name(self) -> str:
        """The name of the mode."""
        return self._mode.name

    @property
    def data(self) -> Dataset:
        """The mode's data."""
        return self._mode.data

    @property
    def seeded(self) -> bool:
        """Whether a seed changes more than the choice of questions."""
        return self._mode.seeded

    @property
    def breakdown(self) -> Sequence[str]:
        """The figures that the mode computes for each part of the questions."""
        return self._mode.breakdown

    @property
    def settings(self) -> Mapping[str, Any]:
        """The mode's settings: a run may go on elsewhere."""
        return self._mode.settings

    @property
    def models(self) -> Mapping[str, str]:
        """The fingerprints of the mode's models."""
        return self._mode.models

    def predict(self, examples: Sequence[Example], seed: int) -> Iterator[Sequence[Prediction]]:
        """Let the workers ask the questions; yield the lines of a chunk as soon as those before it are there.

        :raises LibraryError: if workers are lost too often.
        """
        waiting = deque(chunks(examples, CHUNK))
        start, mode = self._tasks.task(_predict), [self._tasks.share(self._mode)]
        running: deque[Any] = deque()
        while waiting or running:
            while waiting and len(running) < CHUNKS_AHEAD * self._tasks.cores:
                running.append(start(mode, waiting.popleft(), seed))
            yield self._tasks.result(running.popleft())

    def measures(self, lines: Sequence[Prediction]) -> Measures:
        """Return the mode's measures."""
        return self._mode.measures(lines)

    def extras(self, lines: Sequence[Prediction]) -> Mapping[str, Figure]:
        """Return the mode's other figures. Latencies are those of the workers."""
        return self._mode.extras(lines)


def _predict(mode: Sequence[Any], examples: Sequence[Example], seed: int) -> list[Prediction]:
    (reference,) = mode  # in a list, or Ray would unpickle the mode for each chunk
    return list(chain.from_iterable(_get(reference).predict(examples, seed)))


@cache
def _get(reference: Any) -> Mode:
    """Return the mode, which a worker keeps, with its models, between two tasks."""
    import ray

    mode: Mode = ray.get(reference)
    return mode
