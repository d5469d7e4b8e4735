"""Measure a real library: whole Wikipedia articles, and the questions of SQuAD about some of them.

    python -m benchmarks.real_library wikipedia-2500.jsonl.xz dev-v1.1.json RUN --library LIBRARY \\
        --peers-python PEERS/bin/python

The corpus has one article on each line, with ``title`` and ``text``. The questions are those of SQuAD about
articles of the corpus. The texts are older or newer than SQuAD's paragraphs: an answer is right by EM and F1, a
citation by its article. Quotewell adds to LIBRARY what it lacks. Its peers get the same passages and, for dense
search, the same vectors, so that nothing is embedded twice. RUN keeps the records; the same command resumes a run.
The peers run in the environment of benchmarks/peers.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.peers.base import Models, Paragraph
from benchmarks.peers.comparison import compare_f1, comparison_table
from benchmarks.peers.figures import Asked, answer_figures, latency_figures
from benchmarks.peers.processes import Process, start_processes
from benchmarks.peers.report import table
from embeddings.encoder import BUNDLED
from qa.assistant import Assistant
from qa.evaluation import Example, load_examples, sample
from qa.evaluation.machine import describe_machine
from qa.evaluation.metrics.squad import score_v1
from qa.evaluation.speed import read_articles
from qa.reader.model import find_model

SYSTEMS = ("quotewell", "bm25s", "bm25s-dense", "haystack")
BLOCK = 10
DEPTH = 20
ROWS = {
    "questions": "questions",
    "top-1 EM": "exact_match",
    "top-1 F1": "f1",
    "right article cited": "citation",
    "right article cited, of the answers that are right": "citation_of_right",
    "article among the best 1": "recall_at_1",
    "article among the best 5": "recall_at_5",
    "article among the best 10": "recall_at_10",
    "article among the best 20": "recall_at_20",
    "ms a question, p50": "p50_ms",
    "ms a question, p95": "p95_ms",
    "memory, MB at most": "memory_mb",
}


class Corpus:
    """The articles of the corpus, and the questions of SQuAD about some of them."""

    def __init__(self, corpus: Path, examples: Sequence[Example], articles: int | None, seed: int) -> None:
        every = list(read_articles(corpus))
        asked = {_key(example.title) for example in examples}
        about = [article for article in every if _key(article.title) in asked]
        others = [article for article in every if _key(article.title) not in asked]
        if articles is not None:
            others = random.Random(seed).sample(others, max(0, articles - len(about)))
        self.articles = [*about, *others]
        titles = {_key(article.title) for article in about}
        self.asked_about = len(about)
        self.examples = [example for example in examples if _key(example.title) in titles]


class Record:
    """A file with a line for each block of questions that was asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: list[dict[str, Any]] = (
            [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        )

    def add(self, **line: Any) -> None:
        """Add a line."""
        self.lines.append(line)
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def of(self, system: str) -> dict[int, dict[str, Any]]:
        """Return a system's blocks by number."""
        return {line["block"]: line for line in self.lines if line["system"] == system}


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    corpus = Corpus(arguments.corpus, load_examples(arguments.questions_file), arguments.articles, arguments.seed)
    arguments.run.mkdir(parents=True, exist_ok=True)
    state = fill(corpus, arguments.library, arguments.embed)
    if arguments.fill_only:
        print(json.dumps(state))
        return
    examples = sample(corpus.examples, arguments.questions, arguments.seed)
    random.Random(arguments.seed).shuffle(examples)
    blocks = [examples[first : first + BLOCK] for first in range(0, len(examples), BLOCK)]
    record = Record(arguments.run / "records.jsonl")
    models = Models(str(BUNDLED), str(find_model(None)))
    with start_processes(arguments.systems, arguments.peers_python, models, arguments.run / "logs") as processes:
        open_stores(processes, arguments.library, arguments.run)
        ask(processes, blocks, record, monotonic() + 60 * arguments.minutes)
    asked = {name: asked_of(record.of(name), blocks) for name in arguments.systems}
    figures = {name: figures_of(record.of(name), asked[name]) for name in arguments.systems}
    compared = compare_f1(asked)
    about = {
        "machine": describe_machine(),
        "articles": len(corpus.articles),
        "asked about": corpus.asked_about,
        **state,
    }
    print(json.dumps(about | {"seed": arguments.seed, "figures": figures, "f1_compared": compared}, indent=2))
    print(table(figures, ROWS))
    print(comparison_table(compared))


def fill(corpus: Corpus, library: Path, embed: bool) -> dict[str, int]:
    """Add the articles that the library lacks; return its numbers of passages and of embedded passages."""
    with Assistant.open(library, seed=False) as assistant:
        missing = [article for article in corpus.articles if not assistant.content_hashes([article.id])]
        if missing:
            assistant.add(*missing, embed="later")
        if embed:
            total = assistant.embedding_state().passages
            with tqdm(total=total, desc="embedding", mininterval=10) as bar:
                assistant.embed(lambda state: bar.update(state.embedded - bar.n))
        state = assistant.embedding_state()
    return {"passages": state.passages, "embedded": state.embedded}


def open_stores(processes: dict[str, Process], library: Path, run: Path) -> None:
    """Open the library for Quotewell, and index its passages for the peers unless an earlier run did."""
    passages, vectors = run / "passages.jsonl", run / "vectors.npy"
    if any(name != "quotewell" for name in processes) and not passages.exists():
        write_passages(library, passages, vectors)
    for name, process in processes.items():
        folder = library if name == "quotewell" else run / name
        if name != "quotewell" and not folder.exists():
            dense = str(vectors) if name != "bm25s" else None
            process.do("index", corpus=str(passages), folder=str(folder), vectors=dense)
        process.send("open", folder=str(folder))
    for process in processes.values():
        process.receive()


def write_passages(library: Path, passages: Path, vectors: Path) -> None:
    """Write the passages of the library, named ``source#number``, and their vectors if none is pending."""
    with Assistant.open(library, create=False) as assistant:
        count = assistant.embedding_state().passages
        sources = {article.id: article.source for article in assistant.articles()}
        stored = list(assistant.library.passages(range(1, 2 * count + 1)).values())
    lines = (Paragraph(f"{sources[one.passage.article_id]}#{one.id}", one.context, one.text) for one in stored)
    passages.write_text("\n".join(json.dumps(asdict(line)) for line in lines), "utf-8")
    with sqlite3.connect(f"file:{library / 'library.db'}?mode=ro", uri=True) as connection:
        rows = dict(connection.execute("SELECT passage, vector FROM vectors"))
    if len(rows) == len(stored):
        np.save(vectors, np.stack([np.frombuffer(rows[one.id], "<f2") for one in stored]).astype(np.float32))


def ask(
    processes: dict[str, Process], blocks: Sequence[Sequence[Example]], record: Record, deadline: float
) -> None:
    """Ask all systems, block by block; search, for the recall, outside of the timing."""
    names = list(processes)
    for number, block in enumerate(tqdm(blocks, "asking")):
        if monotonic() > deadline:
            return
        shift = number % len(names)
        questions = [example.question for example in block]
        for name in names[shift:] + names[:shift]:
            if number not in record.of(name):
                answered = processes[name].do("ask", questions=questions)
                found = processes[name].do("search", questions=questions, k=DEPTH)
                record.add(system=name, block=number, **answered | {"rankings": found["rankings"]})


def asked_of(lines: dict[int, dict[str, Any]], blocks: Sequence[Sequence[Example]]) -> list[Asked]:
    """Return a system's answers to the questions that it was asked so far."""
    return [
        Asked(example, answer)
        for number, line in lines.items()
        for example, answer in zip(blocks[number], line["answers"], strict=True)
    ]


def figures_of(lines: dict[int, dict[str, Any]], asked: Sequence[Asked]) -> dict[str, Any]:
    """Return a system's figures over the questions that it was asked so far."""
    if not asked:
        return {}
    rankings = [ranking for line in lines.values() for ranking in line["rankings"]]
    figures = answer_figures(asked, _cites_article) | latency_figures(asked)
    right = [one for one in asked if score_v1(one.answer["text"], one.example.answers).f1 >= 0.5]
    if right:
        figures["citation_of_right"] = _percent([_cites_article(one) for one in right])
    for k in (1, 5, 10, 20):
        held = [
            _key(one.example.title) in {_article(id_) for id_ in ranking[:k]}
            for one, ranking in zip(asked, rankings, strict=True)
        ]
        figures[f"recall_at_{k}"] = _percent(held)
    figures["memory_mb"] = max(line["peak_mb"] for line in lines.values())
    return figures


def _cites_article(one: Asked) -> bool:
    return _article(one.answer.get("document") or "") == _key(one.example.title)


def _article(document: str) -> str:
    """Return the article of a document: Quotewell cites the article itself, a peer one of its passages."""
    title, mark, number = document.rpartition("#")
    return _key(title if mark and number.isdigit() else document)


def _key(title: str) -> str:
    """Return a title in the spelling that SQuAD and Wikipedia share."""
    return title.replace("_", " ").casefold()


def _percent(flags: Sequence[bool]) -> float:
    return round(100 * sum(flags) / len(flags), 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions_file", type=Path, metavar="questions")
    parser.add_argument("run", type=Path, help="folder of the records")
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--articles", type=int, help="use only this many articles: first those with questions")
    parser.add_argument(
        "--embed", action=argparse.BooleanOptionalAction, default=True, help="embed the pending passages"
    )
    parser.add_argument("--fill-only", action="store_true", help="add the articles, and ask nothing")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--peers-python", default=sys.executable)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after this many minutes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
