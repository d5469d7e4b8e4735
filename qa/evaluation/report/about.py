"""What a run asked, with which settings, and on which machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.evaluation.report.formatting import DASH, Table, counted
from qa.evaluation.run import Run, RunInfo

__all__ = ["count_passages_read", "describe_run", "describe_runs"]

Facts = Mapping[str, Mapping[str, str]]
"""Names with their values, by kind."""


def describe_run(info: RunInfo, questions: int) -> Facts:
    """Return the facts about a run, without those that are unknown."""
    return {
        kind: {name: value for name, value in facts.items() if value != DASH}
        for kind, facts in _facts(info, questions).items()
    }


def describe_runs(names: Sequence[str], runs: Sequence[Run]) -> list[Table]:
    """Return a table for each kind of fact, with a column for each run."""
    descriptions = [_facts(run.info, len(run.predictions)) for run in runs]
    return [
        Table(
            ("", *names),
            [
                (fact, *(facts[kind].get(fact, DASH) for facts in descriptions))
                for fact in dict.fromkeys(fact for facts in descriptions for fact in facts[kind])
            ],
            kind,
        )
        for kind in descriptions[0]
    ]


def count_passages_read(info: RunInfo) -> int | None:
    """Return how many passages the assistant read for each question, None if the run does not say."""
    value = dict(_flatten(info.settings)).get("passages")
    return value if isinstance(value, int) else None


def _facts(info: RunInfo, questions: int) -> Facts:
    drawn = f" (a sample of {counted(info.limit, 'question')} for each seed)" if info.limit else ""
    asked: dict[str, object] = {
        "mode": info.mode,
        "data": info.data,
        "SHA-256 of the data": info.data_sha256,
        "questions": f"{questions:,}{drawn}",
        "seeds": ", ".join(map(str, info.seeds)),
        "reader": info.reader,
        "encoder": info.encoder,
        "Quotewell": info.version,
        "started": info.started,
    }
    kinds = {"Questions": asked, "Settings": dict(_flatten(info.settings)), "Machine": info.machine}
    return {
        kind: {name.replace("_", " "): _text(value) for name, value in facts.items()}
        for kind, facts in kinds.items()
    }


def _flatten(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flatten(value)
        else:
            yield name, value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return DASH if value is None or value == "" else str(value)
