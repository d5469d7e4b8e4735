"""Embed the same articles by one process and by two, with one core each, in a library on PostgreSQL.

    python -m benchmarks.embedding_together 'postgresql://host/bench' wikipedia.jsonl.xz --articles 100

The processes are ``quotewell embed``; their start counts. The libraries are schemas of the database, which are
dropped again. For figures, run it on an idle machine that has a core for each process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter

import psycopg

from benchmarks.serving import SERVE
from qa.assistant import Assistant
from qa.evaluation.speed import read_articles
from qa.library.postgres.server.server_address import ServerAddress
from qa.types import Article

PROCESSES = (1, 2)


def main() -> None:
    """Print how long each number of processes takes, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="a database, without ?schema=")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=100)
    arguments = parser.parse_args()
    articles = list(islice(read_articles(arguments.corpus), arguments.articles))
    seconds = [measure(arguments.address, articles, processes) for processes in PROCESSES]
    print(f"two take {seconds[1] / seconds[0]:.2f} of the time of one")


def measure(database: str, articles: Sequence[Article], processes: int) -> float:
    """Return the seconds until so many processes have embedded the articles."""
    address = f"{database}{'&' if '?' in database else '?'}schema=embedding_{processes}"
    try:
        with Assistant.open(address, seed=False) as assistant:
            assistant.add(*articles, embed="later")
            began = perf_counter()
            running = [_start(address) for _ in range(processes)]
            codes = [process.wait() for process in running]
            seconds = perf_counter() - began
            state = assistant.embedding_state()
    finally:
        _drop(address)
    if any(codes) or state.pending:
        sys.exit(f"exit statuses {codes}, {state.pending:,} passages are still pending")
    print(f"{processes} of them: {state.passages:,} passages in {seconds:.1f} s", flush=True)
    return seconds


def _start(address: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SERVE, "embed", "--library", address]
    return subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL)


def _drop(address: str) -> None:
    parsed = ServerAddress.parse(address)
    with psycopg.connect(parsed.conninfo, autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(psycopg.sql.Identifier(parsed.schema))
        )


if __name__ == "__main__":
    main()
