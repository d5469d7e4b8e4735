"""Several processes embed one library on PostgreSQL; one of them is killed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack, closing

from qa.library import open_library
from qa.testing.material import indexed, without_vectors
from tests.postgres import Server
from tests.toys import CountingEncoder

PROCESSES = 3
COMMAND = [sys.executable, "-m", "tests.qa.indexing.embedding_process"]


def test_processes_share_the_work_and_take_over_that_of_one_that_is_killed(postgres: Server) -> None:
    address, encoder = postgres.new_address(), CountingEncoder()
    about = {"encoder": encoder.fingerprint, "dimension": encoder.dimension}
    with closing(open_library(address, **about)) as library, ExitStack() as stack:  # type: ignore[arg-type]
        library.put(without_vectors(*(indexed(f"{number}", "a text to embed", size=4) for number in range(60))))
        passages = library.embedding_state().pending
        processes = [
            subprocess.Popen([*COMMAND, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        for process in processes:
            stack.enter_context(process)
            stack.callback(process.kill)
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        killed, *others = processes
        assert killed.stdout
        killed.stdout.readline()
        killed.kill()
        done = [[int(line) for line in other.stdout or ()] for other in others]
        assert [other.wait() for other in others] == [0, 0]
        assert all(done), "each has its share"
        assert passages - 3 * 8 <= sum(counts[-1] for counts in done) <= passages
        health = library.doctor()
        assert (health.problems, health.vectors, health.pending) == ((), passages, 0)
