"""Draws the questions of each epoch from every source by its weight, and makes negatives of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from qa.evaluation.data.examples import Example
from qa.training.data.negatives import NearPassages, lacks_answer, without_answer
from qa.training.data.rewording import reword_some
from qa.training.data.synonyms import Synonyms
from qa.training.data.unanswerable import alter
from qa.training.recipe import Recipe, Source, Stage

__all__ = ["Mixture"]

OTHERS = 40


class Mixture:
    """Draws epochs. Each draw of an epoch is the same, so that a run can be resumed in the middle.

    :raises DataError: if the recipe rewords questions, and WordNet is not installed.
    """

    def __init__(self, training: Mapping[str, Sequence[Example]], recipe: Recipe) -> None:
        self._training = training
        rewords = any(source.reworded for source in recipe.sources.values())
        self._synonyms = Synonyms.load() if rewords else None
        self._recipe = recipe
        self._near = self._find_near()
        self._topics = _topics(training)

    def _find_near(self) -> dict[str, list[list[str]]]:
        with_near = {name: self._training[name] for name, source in self._recipe.sources.items() if source.near}
        if not with_near:
            return {}
        near = NearPassages(list(dict.fromkeys(e.context for examples in with_near.values() for e in examples)))
        return {name: near.find(examples) for name, examples in with_near.items()}

    def epochs(self) -> list[Stage]:
        """Return the stage of each epoch of the run."""
        return [stage for stage in self._recipe.stages for _ in range(stage.epochs)]

    def draw(self, epoch: int) -> list[Example]:
        """Return the questions of an epoch in random order."""
        stage = self.epochs()[epoch]
        random_ = random.Random(f"{self._recipe.seed}:{epoch}")  # noqa: S311
        drawn = [
            example
            for name, source in self._recipe.sources.items()
            for number in self._numbers(name, stage.weights.get(name, source.weight), epoch)
            for example in self._reworded(self._with_negatives(name, source, number, random_), source, random_)
        ]
        random_.shuffle(drawn)
        return drawn

    def _numbers(self, name: str, weight: float, epoch: int) -> Iterator[int]:
        """Yield the indices of a source's questions: the next part of a fixed random order, epoch after epoch."""
        size = len(self._training[name])
        order = list(range(size))
        random.Random(f"{self._recipe.seed}:{name}").shuffle(order)  # noqa: S311
        before = sum(
            round(size * stage.weights.get(name, self._recipe.sources[name].weight))
            for stage in self.epochs()[:epoch]
        )
        for position in range(before, before + round(size * weight)):
            yield order[position % size]

    def _reworded(self, examples: Iterable[Example], source: Source, random_: random.Random) -> Iterable[Example]:
        return reword_some(examples, source.reworded, random_, self._synonyms) if self._synonyms else examples

    def _with_negatives(self, name: str, source: Source, number: int, random_: random.Random) -> Iterator[Example]:
        example = self._training[name][number]
        yield example
        if example.is_impossible:
            return
        if random_.random() < source.near and (passages := self._near[name][number]):
            yield replace(example, context=random_.choice(passages), answers=(), answer_starts=())
        if random_.random() < source.far:
            other = random_.choice(self._training[name]).context
            if lacks_answer(other, example):
                yield replace(example, context=other, answers=(), answer_starts=())
        if random_.random() < source.emptied and (emptied := without_answer(example)):
            yield emptied
        if random_.random() < source.altered and (question := self._alter(example, random_)):
            yield replace(example, question=question, answers=(), answer_starts=())

    def _alter(self, example: Example, random_: random.Random) -> str | None:
        same = self._topics[example.context]
        topic = self._topics.get(example.title, same)
        return alter(example, [*same, *random_.sample(topic, min(OTHERS, len(topic)))], random_)


def _topics(training: Mapping[str, Sequence[Example]]) -> dict[str, list[Example]]:
    """Return the questions by paragraph and by title."""
    topics: dict[str, list[Example]] = {}
    for examples in training.values():
        for example in examples:
            topics.setdefault(example.context, []).append(example)
            if example.title:
                topics.setdefault(example.title, []).append(example)
    return topics
