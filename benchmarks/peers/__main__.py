"""Compare Quotewell with its peers.

    python3.11 -m venv PEERS && PEERS/bin/pip install -c constraints.txt -r benchmarks/peers/requirements.txt
    python -m benchmarks.peers dev-v1.1.json RUN --peers-python PEERS/bin/python

Every distinct paragraph of the file becomes a document. RUN keeps the records: the same command resumes a run that
was stopped, by its --minutes or otherwise. Prints the figures as one JSON object, then as a table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.base import SYSTEMS, Models
from benchmarks.peers.comparison import compare_f1, comparison_table
from benchmarks.peers.figures import Asked, asked_in, figures_of
from benchmarks.peers.report import plot, table
from benchmarks.peers.trials import PHASES, Plan, Run
from embeddings.encoder import BUNDLED
from qa.evaluation import load_examples
from qa.evaluation.machine import describe_machine
from qa.reader.model import find_model


def main() -> None:
    """Measure and print."""
    arguments = parser().parse_args()
    plan = Plan.of(load_examples(arguments.data), arguments.questions, arguments.seed, arguments.paragraphs)
    models = Models(str(BUNDLED), str(find_model(None)))
    run = Run(arguments.run, plan, arguments.systems, models, arguments.peers_python)
    done = run.go(arguments.phases, arguments.minutes)
    figures = {name: figures_of(run.records, plan, name) for name in arguments.systems}
    settings = {record["system"]: record["settings"] for record in run.records if "settings" in record}
    result: dict[str, Any] = {
        "data": arguments.data.name,
        "paragraphs": len(plan.paragraphs),
        "questions": arguments.questions,
        "seed": arguments.seed,
        "complete": done,
        "machine": describe_machine(),
        "settings": settings,
        "figures": figures,
        "f1_compared": compare_f1(asked_by_one(run, plan, arguments.systems)),
    }
    print(json.dumps(result, indent=2))
    print(table(figures))
    print(comparison_table(result["f1_compared"]))
    if arguments.plot:
        plot(figures, arguments.plot)


def asked_by_one(run: Run, plan: Plan, systems: Sequence[str]) -> dict[str, list[Asked]]:
    """Return each system's answers to the questions of one user."""
    return {
        name: asked_in([record for record in run.records if record["system"] == name], plan, "one user")
        for name in systems
    }


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def add(*names: str, **options: Any) -> None:
        made.add_argument(*names, **options)

    add("data", type=Path, help="questions in SQuAD's layout")
    add("run", type=Path, help="folder of the records")
    add("--peers-python", default=sys.executable, help="the peers' Python; by default, this one")
    add("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    add("--phases", nargs="+", choices=PHASES, default=list(PHASES))
    add("--questions", type=int, default=200, help="for one user, and as many others for eight")
    add("--paragraphs", type=int, help="use only this many paragraphs, to try things out")
    add("--seed", type=int, default=0)
    add(
        "--minutes",
        type=float,
        default=float("inf"),
        help="stop after this many minutes; the same command continues",
    )
    add("--plot", type=Path, help="where to draw F1 against latency")
    return made


if __name__ == "__main__":
    main()
