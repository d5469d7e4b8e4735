"""A mode on a cluster: the same lines in the same order, without Ray, which test_ray_cluster.py starts."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import pytest

from embeddings.encoder import SentenceEncoder
from qa.evaluation import ReaderMode
from qa.evaluation.corpus import Corpus
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.evaluation.modes import on_ray
from qa.evaluation.modes.on_ray import CHUNKS_AHEAD, OnRay
from qa.reader import ExtractiveReader
from qa.settings import Settings
from tests.toys import ToyReader

EXAMPLES = [Example(str(n), f"Who is number {n}?", f"Ada is number {n}.", answers=("Ada",)) for n in range(25)]
CORES = 2


class Inline:
    """Calls the tasks here, the last one first, when a result is asked for."""

    cores = CORES

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.most = 0

    def task(self, function: Callable[..., object]) -> Callable[..., Any]:
        def start(*arguments: Any) -> dict[str, Any]:
            self.waiting.append({"call": lambda: function(*arguments)})
            self.most = max(self.most, len(self.waiting))
            return self.waiting[-1]

        return start

    def share(self, value: object) -> bytes:
        return pickle.dumps(value)

    def result(self, task: dict[str, Any]) -> Any:
        for one in reversed(self.waiting):
            one["result"] = one.pop("call")()
        self.waiting.clear()
        return task["result"]


@pytest.fixture
def mode() -> ReaderMode:
    return ReaderMode(Dataset.of(EXAMPLES, "dev.json"), ToyReader())


def lines_of(mode: Any, examples: Sequence[Example] = EXAMPLES) -> list[Any]:
    return list(chain.from_iterable(mode.predict(examples, 3)))


def test_the_lines_are_the_same_in_the_same_order(mode: ReaderMode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_ray, "CHUNK", 4)
    monkeypatch.setattr(on_ray, "_get", pickle.loads)
    tasks = Inline()
    placed = OnRay(mode, tasks)  # type: ignore[arg-type]
    lines = lines_of(placed)
    assert lines == lines_of(mode)
    assert [line["id"] for line in lines] == [example.id for example in EXAMPLES]
    assert lines_of(placed, []) == []
    assert tasks.most == CHUNKS_AHEAD * CORES
    for name in ("name", "data", "seeded", "breakdown", "settings", "models"):
        assert getattr(placed, name) == getattr(mode, name)
    assert placed.measures(lines).keys() == mode.measures(lines).keys()
    assert placed.extras(lines) == mode.extras(lines)


def test_models_are_pickled_by_name() -> None:
    corpus = Corpus(Settings(encoder_dtype="float32"), library="postgresql://host/news")
    models = corpus.models
    assert len(pickle.dumps(corpus)) < 20_000
    other = pickle.loads(pickle.dumps(corpus))
    assert (other.settings, other.library, other.models) == (corpus.settings, corpus.library, models)
    encoder = pickle.loads(pickle.dumps(SentenceEncoder("folder", dtype="int8")))
    assert (encoder._name, encoder._dtype) == ("folder", "int8")


def test_a_reader_in_memory_cannot_be_pickled() -> None:
    reader = ExtractiveReader.of(object())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="only in memory"):
        pickle.dumps(reader)
