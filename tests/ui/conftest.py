"""Fixtures for the tests of the chat."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import httpx
import pytest

from tests.waiting import PATIENCE


@pytest.fixture(scope="session", autouse=True)
def patient_http() -> Iterator[None]:
    """Let httpx wait longer than its default of five seconds, which a busy machine may need."""
    default = inspect.signature(httpx.get).parameters["timeout"].default
    with pytest.MonkeyPatch.context() as patch:
        for phase in ("connect", "read", "write", "pool"):
            patch.setattr(default, phase, PATIENCE)
        yield
