"""The processes of the systems."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers.base import Models

__all__ = ["Process", "ProcessEndedError", "start_processes"]

OFFLINE = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONWARNINGS": "ignore"}


class ProcessEndedError(RuntimeError):
    """A worker ended unexpectedly."""


class Process:
    """A worker. Its standard error goes to a file."""

    def __init__(self, name: str, python: str, models: Models, log: Path) -> None:
        self.name = name
        self._command = [python, "-m", "benchmarks.peers.worker", name, models.embedder, models.reader]
        self._log = log
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        with self._log.open("a") as errors:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=os.environ | OFFLINE,
                cwd=Path(__file__).parents[2],
            )

    def send(self, do: str, **arguments: Any) -> None:
        """Send a command without waiting for its result."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for the result of the last command.

        :raises ProcessEndedError: if the worker has ended.
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise ProcessEndedError(f"{self.name} ended; see {self._log}")
        return dict(json.loads(line))

    def do(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send a command, and wait for its result."""
        self.send(do, **arguments)
        return self.receive()

    def restart(self) -> None:
        """End the process, if it has not ended, and start another."""
        self.close()
        self._process = self._start()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()


@contextmanager
def start_processes(
    names: list[str], peers_python: str, models: Models, logs: Path
) -> Iterator[dict[str, Process]]:
    """Yield a process for each system. Quotewell runs in this environment, its peers in theirs."""
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        processes = {}
        for name in names:
            python = sys.executable if name == "quotewell" else peers_python
            processes[name] = Process(name, python, models, logs / f"{name}.log")
            stack.callback(processes[name].close)
        yield processes
