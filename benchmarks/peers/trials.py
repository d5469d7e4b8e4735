"""The questions that the systems are asked, their order, and the records of a run.

Each round asks all systems, so that a drift of the machine affects all alike, and begins with another system than
the round before. A record is a line of ``records.jsonl``; a resumed run skips what is recorded.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tqdm import tqdm

from benchmarks.peers.base import VARIANTS, Models, Paragraph
from benchmarks.peers.processes import Process, ProcessEndedError, start_processes
from qa.evaluation import Example, gold_article_id, leave_out, make_articles, sample

__all__ = ["PHASES", "Plan", "Run"]

PHASES = ("index", "one user", "eight users", "search", "index half", "left out")
USERS = {"eight users": 8}
BLOCK = 20
SEARCH_BLOCK = 50
DEPTH = 20


@dataclass(frozen=True)
class Plan:
    """The questions and the corpus; ``kept`` is the half of the paragraphs that is not left out later."""

    examples: tuple[Example, ...]
    paragraphs: tuple[Paragraph, ...]
    kept: tuple[Paragraph, ...]

    @classmethod
    def of(cls, every: Sequence[Example], questions: int, seed: int, paragraphs: int | None) -> Plan:
        """Draw ``questions`` for one user, and as many others for eight users.

        :param paragraphs: use only this many paragraphs, to try things out.
        """
        articles = make_articles(every)[:paragraphs]
        ids = {article.id for article in articles}
        examples = sample([example for example in every if gold_article_id(example) in ids], 2 * questions, seed)
        random.Random(seed).shuffle(examples)
        kept, _ = leave_out(articles, 0.5, seed)
        corpus, half = (
            tuple(Paragraph(each.id, each.title, each.text) for each in some) for some in (articles, kept)
        )
        return cls(tuple(examples), corpus, half)

    def questions(self, phase: str) -> tuple[Example, ...]:
        """Return the questions of a phase. A library is asked each question once, and searched for it once."""
        middle = len(self.examples) // 2
        return {
            "one user": self.examples[:middle],
            "eight users": self.examples[middle:],
            "left out": self.examples[:middle],
            "search": self.examples,
        }[phase]

    def blocks(self, phase: str) -> Iterator[tuple[int, tuple[Example, ...]]]:
        """Yield the numbered blocks of a phase's questions."""
        size = SEARCH_BLOCK if phase == "search" else BLOCK * (2 if phase in USERS else 1)
        questions = self.questions(phase)
        for number, first in enumerate(range(0, len(questions), size)):
            yield number, questions[first : first + size]


class Run:
    """A folder with the records of what was done so far."""

    def __init__(self, folder: Path, plan: Plan, systems: list[str], models: Models, peers_python: str) -> None:
        self.folder, self.plan, self.systems = folder, plan, systems
        self._models, self._peers_python = models, peers_python
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "records.jsonl"
        lines = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        self.records: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def go(self, phases: Sequence[str], minutes: float) -> bool:
        """Run the missing parts of the phases until the time is out; return whether everything is done."""
        deadline = monotonic() + 60 * minutes
        for phase in phases:
            run = self._index if phase.startswith("index") else self._ask
            if not run(phase, deadline):
                return False
        return True

    def _index(self, phase: str, deadline: float) -> bool:
        half = phase == "index half"
        corpus = self.folder / ("half.jsonl" if half else "whole.jsonl")
        paragraphs = self.plan.kept if half else self.plan.paragraphs
        corpus.write_text("\n".join(json.dumps(asdict(paragraph)) for paragraph in paragraphs), "utf-8")
        for name in self._missing(phase, 0):
            if monotonic() > deadline:
                return False
            with self._started([name]) as processes:
                result = processes[name].do("index", corpus=str(corpus), folder=str(self._library(name, phase)))
            self._record(phase, name, 0, result)
        return True

    def _ask(self, phase: str, deadline: float) -> bool:
        missing = [number for number, _ in self.plan.blocks(phase) if self._missing(phase, number)]
        if not missing:
            return True
        with self._started(self._of(phase)) as processes:
            self._open(processes, phase)
            for number, examples in tqdm(list(self.plan.blocks(phase)), phase):
                if monotonic() > deadline:
                    return False
                for name in self._missing(phase, number):
                    self._record(phase, name, number, self._asked(processes[name], phase, examples))
        return True

    def _asked(self, process: Process, phase: str, examples: Sequence[Example]) -> dict[str, Any]:
        """Ask the questions of a block. If the process ends, restart it; then all of them are errors."""
        questions = [example.question for example in examples]
        if phase == "search":
            return process.do("search", questions=questions, k=DEPTH)
        try:
            return process.do("ask", questions=questions, users=USERS.get(phase, 1))
        except ProcessEndedError:
            process.restart()
            opened = process.do("open", folder=self._folder_for(phase, process.name))
            lost = {"text": "", "error": "the process ended", "seconds": 0.0}
            return {"seconds": 0.0, "answers": [lost] * len(questions), "peak_mb": opened["peak_mb"]}

    def _open(self, processes: dict[str, Process], phase: str) -> None:
        for name, process in processes.items():
            process.send("open", folder=self._folder_for(phase, name))
        for name, process in processes.items():
            self._record(f"open for {phase}", name, 0, process.receive())

    def _started(self, names: list[str]) -> Any:
        return start_processes(names, self._peers_python, self._models, self.folder / "logs")

    def _missing(self, phase: str, number: int) -> list[str]:
        done = {each["system"] for each in self.records if (each["phase"], each["block"]) == (phase, number)}
        systems = self._of(phase)
        shift = number % len(systems)
        return [name for name in systems[shift:] + systems[:shift] if name not in done]

    def _of(self, phase: str) -> list[str]:
        """Return the systems of a phase. Variants take part where their answers may differ."""
        differ = phase in ("one user", "left out")
        return [name for name in self.systems if differ or name not in VARIANTS]

    def _folder_for(self, phase: str, name: str) -> str:
        return str(self._library(name, "index half" if phase == "left out" else "index"))

    def _library(self, name: str, phase: str) -> Path:
        return self.folder / ("half" if phase == "index half" else "whole") / VARIANTS.get(name, name)

    def _record(self, phase: str, name: str, block: int, result: dict[str, Any]) -> None:
        record = {"phase": phase, "system": name, "block": block, **result}
        self.records.append(record)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
