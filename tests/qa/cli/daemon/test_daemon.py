"""The command, with a real daemon in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.qa.cli.running import NAME_MODULES, QUESTION, run, shell


@pytest.fixture
def running(library: str, runtime_folder: Path) -> Iterator[None]:
    started = run("daemon", "--library", library)
    assert started.exit_code == 0, started.output
    assert "The daemon is running" in started.stdout
    yield
    assert run("daemon", "--stop").stdout == "The daemon has ended.\n"


@pytest.mark.usefixtures("running")
def test_the_daemon_prints_what_a_cold_start_prints(library: str) -> None:
    assert "running already" in run("daemon").stdout
    for arguments in (
        [QUESTION],
        ["What is the capital of Australia?"],
        ["Who rebuilt the harbour?", "--after", "2024-01-01", "--min-confidence", "0", "--passages", "3"],
        [" "],
    ):
        warm, cold = (run("ask", *arguments, "-l", library, option) for option in ("--daemon", "--no-daemon"))
        assert (warm.stdout, warm.stderr, warm.exit_code) == (cold.stdout, cold.stderr, cold.exit_code)
        assert repr(warm.exception) == repr(cold.exception)
    assert "answered 4 questions" in run("daemon", "--status").stdout
    asked = shell("ask", QUESTION, "-l", library, code=NAME_MODULES)
    assert asked.stdout.startswith("more than 40")
    assert not {"numpy", "torch", "faiss", "pydantic", "qa.assistant", "sqlite3"} & set(asked.stderr.split())


@pytest.mark.usefixtures("runtime_folder")
def test_a_daemon_that_cannot_start_says_why() -> None:
    failed = run("daemon", "--library", "nwes")
    assert "the daemon did not start: there is no library 'nwes'" in str(failed.exception)
    assert (run("daemon", "--status").exit_code, run("daemon", "--stop").stdout) == (1, "No daemon is running.\n")
