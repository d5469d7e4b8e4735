"""Waiting in tests for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["PATIENCE", "wait_until"]

PATIENCE = 120
"""Seconds before a test gives up, enough for a busy machine. A test that passes waits no longer than it must."""


def wait_until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until the condition holds.

    :raises AssertionError: if it never does.
    """
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.01)
