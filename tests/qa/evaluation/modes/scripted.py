"""An assistant with scripted answers, and the library that it seems to have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qa.answering.confidence import ConfidenceModel
from qa.errors import QuestionError
from qa.evaluation import Dataset, Example, gold_article_id
from qa.evaluation.corpus import Gold, OpenCorpus
from qa.settings import Settings
from qa.types import Answer, Citation, Passage, Reading, Reply, RetrievedPassage, Span

MILL = "The mill at Orsk was sold in 1871 to the Dane Per Holt."
LAMP = "A lamp burned in the tower of Vell for forty years."
YEAR = Example("year", "When was the mill sold?", MILL, "Orsk_mill", ("1871", "in 1871"), (29, 26))
BUYER = Example("buyer", "Who bought the mill?", MILL, "Orsk_mill", ("Per Holt", "the Dane Per Holt"), (46, 37))
LENGTH = Example("length", "How long did the lamp burn?", LAMP, "Vell", ("forty years",), (39,))
MAKER = Example("maker", "Who made the lamp?", LAMP, "Vell")
MILL_ID, LAMP_ID = gold_article_id(YEAR), gold_article_id(LENGTH)
TEXTS = {MILL_ID: MILL, LAMP_ID: LAMP}


def found(article_id: str, i: int = 0) -> RetrievedPassage:
    text = TEXTS.get(article_id, "x")
    return RetrievedPassage(Passage(article_id, 0, len(text)), i, text, "", 1.0, 0.0, 0.0, 0.0)


def citation(text: str, article_id: str) -> Citation:
    """Where the text stands in its article; at its start when it does not stand there."""
    start = max(0, TEXTS.get(article_id, "").find(text))
    passage = found(article_id).passage
    return Citation(article_id, "", None, "", start, start + len(text), text, text, 0, 0, None, "", passage)


@dataclass
class ScriptedAssistant:
    """Gives each question its scripted answer, confidence and article, and a softmax of 0.5."""

    script: dict[str, tuple[str, float, str]]
    rankings: dict[str, list[str]] = field(default_factory=dict)
    confidence: ConfidenceModel = field(default_factory=ConfidenceModel.load)

    def ask(self, question: str, *, min_confidence: float | None = None) -> Reply:
        wanted = 0.5 if min_confidence is None else min_confidence
        if question not in self.script:
            raise QuestionError("too odd a question")
        text, confidence, article_id = self.script[question]
        if not text:
            return Reply(question, None, (), (), wanted, {"retrieve": 0.25, "read": 0.5})
        cited = citation(text, article_id)
        answer = Answer(text, confidence, (cited,))
        reading = Reading((Span(cited.start, cited.end, 3.0),), 3.0)
        best = answer if confidence >= wanted else None
        timings = {"retrieve": 0.25, "read": 0.5}
        return Reply(question, best, (answer,), (found(article_id),), wanted, timings, (reading,))

    def retrieve(self, question: str, k: int) -> list[RetrievedPassage]:
        return [found(one, i) for i, one in enumerate(self.rankings.get(question, [])[:k])]


@dataclass
class ScriptedReader:
    """Finds the scripted texts, with scores that fall in their order."""

    texts: Sequence[str]
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        self.pairs += pairs
        return [self._reading(passage) for _, passage in pairs]

    def _reading(self, passage: str) -> Reading:
        spans = [
            Span(passage.index(text), passage.index(text) + len(text), 9.0 - i)
            for i, text in enumerate(self.texts)
            if text in passage
        ]
        return Reading(tuple(spans), 0.0)


@dataclass
class ScriptedCorpus:
    """Lends the assistant; leaves out the scripted articles."""

    assistant: ScriptedAssistant
    gone: frozenset[str] = frozenset()
    reader: ScriptedReader = field(default_factory=lambda: ScriptedReader(()))
    settings: Settings = field(default_factory=Settings)
    library: str | None = None
    whole_titles: bool = False
    models: dict[str, str] = field(default_factory=lambda: {"reader": "r", "encoder": "e"})
    opened: list[tuple[float, int]] = field(default_factory=list)

    @contextmanager
    def open(self, data: Dataset, left_out: float = 0.0, seed: int = 0) -> Iterator[Any]:
        self.opened.append((left_out, seed))

        def gold(example: Example) -> Gold:
            relevant = {id_: 1 for id_ in data.relevant.get(example.id, {}) if id_ not in self.gone}
            return Gold(relevant, dict.fromkeys(relevant, 0))

        yield OpenCorpus(self.assistant, None, self.reader, gold)  # type: ignore[arg-type]
