"""Finds what became slower or larger between two benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Change", "changes"]

LARGER_IS_BETTER = "per_s"
SMALLER_IS_BETTER = ("_ms.p50", "_ms.p95", "_s", "_mb")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of both benchmarks; ``worse`` is the relative change for the worse, negative if it improved."""

    name: str
    before: float
    now: float
    worse: float


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Return the change of each figure that both benchmarks have, the worst first."""
    old, result = dict(_figures(before)), []
    for name, value in _figures(now):
        if name in old and min(value, old[name]) > 0:
            if name.endswith(LARGER_IS_BETTER):
                result.append(Change(name, old[name], value, old[name] / value - 1))
            elif name.endswith(SMALLER_IS_BETTER):
                result.append(Change(name, old[name], value, value / old[name] - 1))
    return sorted(result, key=lambda change: -change.worse)


def _figures(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _figures(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield f"{prefix}{name}", float(value)
