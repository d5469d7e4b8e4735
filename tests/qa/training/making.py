"""Trials made by hand, without any model."""

from __future__ import annotations

import random

from qa.training.confidence.trials import WAYS, Trial
from qa.types import Passage, Reading, RetrievedPassage, Span

TEXT = "Lumen lies by the sea and Karst in the hills."


def made_trial(seed: int, domain: str = "made") -> Trial:
    """Two spans of which the one with the better margin is mostly right; every other question has no answer."""
    random_ = random.Random(seed)
    right, wrong = (random_.gauss(mean, 2) for mean in (4, 0))
    spans = (Span(0, 5, right), Span(26, 31, wrong))
    found = RetrievedPassage(Passage("a", 0, len(TEXT)), 1, TEXT, "", 0.5, random_.random(), 1.0, random_.random())
    answerable = seed % 2 == 0
    reading = Reading(spans, 0.0 if answerable else 6.0)
    way = WAYS[0] if seed % 3 == 0 else WAYS[1 if answerable else 2]
    golds = ("Lumen",) if answerable else ()
    return Trial("Which town lies by the sea?", (found,), (reading,), golds, domain, way)


def made_trials(count: int, domain: str = "made", first: int = 0) -> list[Trial]:
    return [made_trial(seed, domain) for seed in range(first, first + count)]
