from __future__ import annotations

import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from qa.cli.malloc import keep_freed_memory

{}
def use():
    np.ones(2**20)  # 8 MB: 2,048 pages, or 4 large ones

use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(first: str) -> int:
    run = subprocess.run([sys.executable, "-c", FAULTS.format(first)], capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_freed_memory_is_used_again_without_asking_the_system() -> None:
    trimming = "import ctypes; ctypes.CDLL(None).mallopt(-1, 0)"
    assert 4 * faults("keep_freed_memory()") < faults(trimming)
