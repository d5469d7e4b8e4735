"""Run ``quotewell serve`` in a separate process, as a user does, for the benchmarks of the chat."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Served", "resident_mb", "served"]

SERVE = "from qa.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Served:
    """A served chat: the address with the token that its pages need, and the id of its process."""

    address: str
    pid: int

    @property
    def url(self) -> str:
        """The address without the token."""
        return self.address.partition("?")[0]

    @property
    def headers(self) -> dict[str, str]:
        """The headers that log a program in."""
        return {"Authorization": f"Bearer {self.address.partition('token=')[2]}"}


@contextmanager
def served(library: Path, *options: str) -> Iterator[Served]:
    """Serve a library on a free port; yield as soon as the server prints its URL."""
    command = [sys.executable, "-c", SERVE, "serve", "--library", str(library), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address, "the server did not start"
            yield Served(address[0], process.pid)
        finally:
            process.kill()


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process (VmRSS), in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
