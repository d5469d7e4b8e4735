"""Kills a process that is adding articles, again and again, and checks what is left.

Usage: python -m benchmarks.crash [--kills 50]

Runs the conformance test for stores (``qa.testing.processes.CrashTests``) with more kills, on 200 small
articles. Each time the library is opened again, it must be healthy, hold each transaction as a whole or not at
all, know which passages are pending, and have lost nothing that was acknowledged. At the end the adding is
repeated and must finish.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from qa.testing.processes import BATCH, CrashTests


class Crash(CrashTests):
    """The test with 200 articles."""

    batches = 200 // BATCH


def main() -> None:
    """Run the kills."""
    parser = argparse.ArgumentParser(description="Kill a process that is adding articles, and check what is left.")
    parser.add_argument("--kills", type=int, default=50)
    Crash.kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as folder:
        Crash().test_kills_leave_whole_transactions(str(Path(folder) / "library"))
    print(
        f"{Crash.kills} kills. Every library was healthy, and every transaction there as a whole or not at all; "
        "repeating the add finished."
    )


if __name__ == "__main__":
    main()
