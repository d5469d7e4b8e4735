"""What was asked of what, and where: a run's description, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.evaluation.report.html import DASH, bullets, table
from qa.evaluation.run import Run, RunInfo
from qa.export.escaping import html_text

__all__ = ["passages_read", "run_html", "runs_html"]

Facts = Mapping[str, Mapping[str, str]]


def run_html(info: RunInfo, questions: int) -> str:
    """Return what is known of a run as HTML."""
    return "".join(
        f"<h3>{html_text(kind)}</h3>{bullets((name, value) for name, value in facts.items() if value != DASH)}"
        for kind, facts in _facts(info, questions).items()
    )


def runs_html(names: Sequence[str], runs: Sequence[Run]) -> str:
    """Return what is known of several runs as HTML, side by side."""
    told = [_facts(run.info, len(run.predictions)) for run in runs]
    return "".join(
        table(
            ("", *names),
            [
                (fact, *(one[kind].get(fact, DASH) for one in told))
                for fact in dict.fromkeys(fact for one in told for fact in one[kind])
            ],
            kind,
        )
        for kind in told[0]
    )


def passages_read(info: RunInfo) -> int | None:
    """Return how many passages the assistant read, None where the run does not say."""
    value = dict(_flat(info.settings)).get("passages")
    return value if isinstance(value, int) else None


def _facts(info: RunInfo, questions: int) -> Facts:
    asked: dict[str, object] = {
        "mode": info.mode,
        "data": info.data,
        "SHA-256 of the data": info.data_sha256,
        "questions": f"{questions:,}" + (f" (drawn: {info.limit:,} for each seed)" if info.limit else ""),
        "seeds": ", ".join(map(str, info.seeds)),
        "reader": info.reader,
        "encoder": info.encoder,
        "Quotewell": info.version,
        "started": info.started,
    }
    kinds = {"What was asked": asked, "Settings": dict(_flat(info.settings)), "Machine": info.machine}
    return {
        kind: {name.replace("_", " "): _text(value) for name, value in facts.items()}
        for kind, facts in kinds.items()
    }


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        else:
            yield name, value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return DASH if value is None or value == "" else str(value)
