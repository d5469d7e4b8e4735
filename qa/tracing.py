"""OpenTelemetry spans, in programs that use OpenTelemetry.

Such a program has imported ``opentelemetry.trace``. In all others, nothing is imported, and a span costs a few
microseconds. Spans hold names, counts and scores, but no questions and no texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["describe_span", "span"]

Value = str | bool | int | float


@contextmanager
def span(name: str, **attributes: Value) -> Iterator[None]:
    """Make what happens inside a span; it can decorate a function, too.

    :param name: the part of the name after ``quotewell.``.
    :param attributes: their names get the same prefix.
    """
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        yield
        return
    with trace.get_tracer("quotewell").start_as_current_span(
        f"quotewell.{name}", attributes=_prefixed(attributes)
    ):
        yield


def describe_span(**attributes: Value) -> None:
    """Add attributes to the span that is open in this thread."""
    if trace := sys.modules.get("opentelemetry.trace"):
        trace.get_current_span().set_attributes(_prefixed(attributes))


def _prefixed(attributes: dict[str, Value]) -> dict[str, Value]:
    return {f"quotewell.{name}": value for name, value in attributes.items()}
