"""Runs made up for the tests of reports, without any model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.metrics.figures import Figure, Metrics
from qa.evaluation.predictions import Prediction
from qa.evaluation.run import Run, RunInfo

HOSTILE = "</script><script>wrong()</script><img src=x onerror=wrong()>\u202e\"'&amp; $x_$ 😀"
PASSAGE = "The harbour of Lumen was rebuilt by Anna Berg. It serves 1,240 ships a year."
OTHER = "The mill of Osk was built by Nils Lund in 1902."


def cited(
    passage: str, quote: str, *, right: bool, overlaps: bool = False, title: str = "Lumen"
) -> dict[str, Any]:
    start = passage.index(quote)
    return {
        "article_id": "0123456789abcdef",
        "title": title,
        "start": 100 + start,
        "end": 100 + start + len(quote),
        "quote": quote,
        "passage": {"text": passage, "start": 100},
        "right": right,
        "overlaps": overlaps,
    }


def line(**changes: Any) -> Prediction:
    """A question answered rightly, but for the changes."""
    start = PASSAGE.index("Anna Berg")
    base: dict[str, Any] = {
        "id": "q1",
        "seed": 0,
        "question": "Who rebuilt the harbour?",
        "source": "Lumen",
        "gold": ["Anna Berg"],
        "answerable": True,
        "in_library": True,
        "answer": "Anna Berg",
        "answered": True,
        "exact_match": 1.0,
        "f1": 1.0,
        "correct": True,
        "confidence": 0.9,
        "softmax": 0.8,
        "gold_rank": 1,
        "citation": cited(PASSAGE, "Anna Berg", right=True, overlaps=True),
        "context": PASSAGE,
        "gold_spans": [[start, start + 9]],
        "passage_words": 14,
        "seconds": {"retrieve": 0.01, "read": 0.1, "answer": 0.001},
        "alternatives": [{"text": "Anna Berg", "confidence": 0.9, "exact_match": 1.0, "f1": 1.0}],
    }
    return {**base, **changes}  # type: ignore[typeddict-item]


WRONG: dict[str, Prediction] = {
    "not retrieved": line(
        answer="Nils Lund", exact_match=0.0, f1=0.0, correct=False, gold_rank=None,
        citation=cited(OTHER, "Nils Lund", right=False, title=HOSTILE),
    ),
    "wrong passage": line(
        answer="Nils Lund", exact_match=0.0, f1=0.0, correct=False, gold_rank=3,
        citation=cited(OTHER, "Nils Lund", right=False),
    ),
    "wrong span": line(
        answer="1,240 ships", exact_match=0.0, f1=0.0, correct=False,
        citation=cited(PASSAGE, "1,240 ships", right=True),
    ),
    "boundary": line(
        answer="by Anna Berg", exact_match=0.0, f1=0.8,
        citation=cited(PASSAGE, "by Anna Berg", right=True, overlaps=True),
    ),
    "should have abstained": line(
        gold=[], answerable=False, exact_match=0.0, f1=0.0, correct=False, gold_spans=[]
    ),
    "should have answered": line(answered=False, confidence=0.2),
}  # fmt: skip


def metrics_of(lines: Sequence[Prediction]) -> Metrics:
    return Metrics(
        mode="open",
        questions=len(lines),
        figures={
            "exact_match": Figure(61.2, 55.0, 67.0),
            "f1": Figure(72.3, 68.0, 77.0),
            "citation_accuracy": Figure(84.5, 80.0, 88.0),
            "recall_at_5": Figure(0.912, 0.88, 0.94),
            "softmax_ece": Figure(0.1, 0.05, 0.2),
            "best_threshold": Figure(0.31),
            "no_answer_f1": Figure(None),
            "something_new": Figure(1.5, 1.0, 2.0),
        },
        by_seed={"0": {"f1": 72.0, "exact_match": 61.0}, "1": {"f1": 72.6, "exact_match": None}},
        breakdown={
            "question_word": {"who": {"questions": 60, "f1": 78.0}, "what": {"questions": 40, "f1": 65.5}},
            "answer_length": {"1": {"questions": 50, "f1": 80.0}, "2": {"questions": 50, "f1": None}},
            "source": {HOSTILE: {"questions": 100, "f1": 72.3}},
        },
    )


def info(**changes: Any) -> RunInfo:
    values: dict[str, Any] = {
        "mode": "open",
        "data": "questions.jsonl",
        "data_sha256": "ab" * 32,
        "limit": 100,
        "seeds": (0, 1),
        "settings": {"leave_out": 0.5, "assistant": {"passages": 10, "min_confidence": None}},
        "reader": "reader:1",
        "encoder": "encoder:1",
        "version": "0.1.0",
        "machine": {"processor": "made up", "cores": 2},
        "started": "2026-11-24T12:00:00+00:00",
    }
    return RunInfo(**{**values, **changes})


def made_run(folder: Path, count: int = 100, seed: int = 0) -> Run:
    """A finished run of ``count`` questions, about a third of them wrong in all ways, some of them hostile."""
    random_ = random.Random(seed)
    kinds = list(WRONG)
    run = Run.start(info(), folder)
    for i in range(count):
        sure = random_.random() ** (2 if i % 3 == 0 else 0.5)
        made = dict(WRONG[kinds[i // 3 % len(kinds)]] if i % 3 == 0 else line())
        made |= {"id": f"q{i}", "confidence": sure, "softmax": min(1.0, sure + 0.1)}
        made |= {"question": f"{'Who' if i % 2 else 'What'} {i}? {HOSTILE if i % 9 == 0 else ''}"}
        run.append([made])  # type: ignore[list-item]
    run.finish(metrics_of(run.predictions))
    return run
