"""Measure the time from a large corpus to its first answer, and how fast its vectors are embedded.

    python -m benchmarks.first_question ARTICLES.jsonl[.xz] [QUESTION]

It starts with an empty library and does what a user does: ``quotewell add --later``, then ``quotewell ask`` in a
separate process, with nothing embedded. Then this process asks a few more questions and embeds for a while.
Prints one JSON object: the seconds of each stage, and the passages embedded per second.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from qa.assistant import Assistant
from qa.evaluation.machine import describe_machine

QUESTION = "In what city did Nikola Tesla die?"
QUESTIONS = (
    "When was the first Super Bowl played?",
    "Which river flows through Warsaw?",
    "Who invented the steam engine with a separate condenser?",
    "What is the boiling point of oxygen?",
    "How many people live in Fresno?",
)
COMMAND = [sys.executable, "-c", "from qa.cli import main; main()"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("question", nargs="?", default=QUESTION)
    parser.add_argument("--embed-seconds", type=float, default=60, help="how many seconds to embed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder) / "library")
        written, report = _quotewell("add", str(arguments.articles), "--later", "--library", library)
        asked, reply = _quotewell("ask", arguments.question, "--library", library)
        figures = {
            "texts_written_s": round(written, 1),
            "first_answer_s": round(asked, 1),
            "from_nothing_to_answer_s": round(written + asked, 1),
            "summary": report["summary"],
            "passages": sum(result["passages"] for result in report["results"]),
            "question": arguments.question,
            "answer": reply["answer"] and reply["answer"]["text"],
            "timings_s": reply["timings"],
        }
        figures |= _afterwards(library, arguments.embed_seconds)
    print(json.dumps({"machine": describe_machine()} | figures, indent=2))


def _quotewell(*arguments: str) -> tuple[float, Any]:
    """Run a command in a separate process; return its seconds and its output."""
    start = perf_counter()
    done = subprocess.run([*COMMAND, *arguments, "--json"], check=True, stdout=subprocess.PIPE)
    return perf_counter() - start, json.loads(done.stdout)


def _afterwards(library: str, seconds: float) -> dict[str, Any]:
    """Ask more questions, each before and after its passages are embedded; then embed for a while."""
    with Assistant.open(library, create=False) as assistant:
        assistant.warm_up()
        first, again = ([assistant.ask(question).timings["retrieve"] for question in QUESTIONS] for _ in range(2))
        start, before = perf_counter(), assistant.embedding_state().embedded
        assistant.embed_in_background()
        while perf_counter() - start < seconds and assistant.embedding_state().pending:
            sleep(0.5)
        embedded = assistant.embedding_state().embedded - before
        rate = embedded / (perf_counter() - start)
    return {
        "retrieve_with_embedding_ms": [round(1000 * spent) for spent in first],
        "retrieve_again_ms": [round(1000 * spent) for spent in again],
        "embedded": embedded,
        "embedded_per_second": round(rate, 1),
    }


if __name__ == "__main__":
    main()
