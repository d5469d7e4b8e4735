"""Compare ways to keep vectors in an index: memory, time, changes, and how many of the nearest they find.

    python -m benchmarks.index_kinds wikipedia.jsonl.xz questions.json FOLDER --vectors 1000000

The vectors are made as in benchmarks.large_library: some real ones of sentences, the others these with noise. All
kinds have the same clusters, of which a search visits a quarter. They are fewer than a library's, which saves time
and changes little here. Each kind runs in a process of its own. What it proposes is ranked by the vectors
themselves, read from a table in SQLite. FOLDER keeps the vectors, the table and the indexes (5 GB for a million
vectors). Times are CPU times but for wall_ms, so that other work does little to them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import faiss as faiss_with_stubs
import numpy as np

from benchmarks.large_library import add_noise, read_sentences
from embeddings.checksums import Ids
from embeddings.encoder import SentenceEncoder, Vectors
from embeddings.faiss_index import PROBED_SHARE, TRAINING_POINTS
from embeddings.inner_products import rank
from qa.evaluation import load_examples, sample
from qa.library.sqlite.vectors import HALF, read_vectors

faiss: Any = faiss_with_stubs
"""Its type stubs lack what is used here."""

KINDS: dict[str, tuple[int, ...]] = {
    "fp16": (100,),
    "8bit": (100, 120, 200),
    "8bit_uniform": (100, 120, 200),
    "8bit_direct_signed": (100, 120, 200),
    "4bit": (200, 400),
    "RaBitQ 1": (400, 1000, 2000),
    "RaBitQFastScan 1": (400, 1000, 2000),
}
"""Kinds of FAISS's scalar quantizer, or RaBitQ with its bits; and how many vectors they are to propose."""
MAPPED_KINDS = ("fp16", "8bit_uniform")
WANTED = 100
"""Vectors that a search is to return."""
AT_ONCE = 10_000
CHANGED = 10
"""Vectors of an article that is added and removed."""
REPEATS = 5

MAPPED = faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY


def main() -> None:
    """Prepare the vectors, build each index, and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--embedded", type=int, default=2000)
    parser.add_argument("--asks", type=int, default=100)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--measure", nargs=2, metavar=("KIND", "MAPPED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        kind, mapped = arguments.measure
        print(json.dumps(measure(arguments.folder, kind, mapped=mapped == "mapped")), flush=True)
        return
    arguments.folder.mkdir(parents=True, exist_ok=True)
    prepare(arguments)
    for kind in arguments.kinds:
        built = build(arguments.folder, kind)
        for mapped in ("read", "mapped") if kind in MAPPED_KINDS else ("read",):
            command = [sys.executable, "-m", "benchmarks.index_kinds", *sys.argv[1:4], "--measure", kind, mapped]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            print(json.dumps({"kind": kind, "mapped": mapped} | built | json.loads(output)), flush=True)


def prepare(arguments: argparse.Namespace) -> None:
    """Make the vectors, their table, the queries, and the true nearest of each, unless they are there."""
    folder, count = arguments.folder, arguments.vectors
    if (folder / "nearest.npy").exists():
        return
    encoder, sentences = SentenceEncoder(), list(read_sentences(arguments.corpus))
    real = encoder.encode(random.Random(0).sample(sentences, min(arguments.embedded, len(sentences))))
    examples = sample(load_examples(arguments.questions), arguments.asks, seed=0)
    queries = encoder.encode([example.question for example in examples]).astype(np.float32)
    vectors = np.memmap(folder / "vectors", HALF, "w+", shape=(count, encoder.dimension))
    scores = np.empty((len(queries), count), np.float32)
    with closing(sqlite3.connect(folder / "store.db")) as store, store:
        store.execute("CREATE TABLE vectors (passage INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
        for start in range(0, count, AT_ONCE):
            part = slice(start, min(start + AT_ONCE, count))
            vectors[part] = add_noise(real, len(vectors[part]), np.random.default_rng(start))
            rows = ((start + row, vector.tobytes()) for row, vector in enumerate(vectors[part]))
            store.executemany("INSERT INTO vectors VALUES (?, ?)", rows)
            scores[:, part] = queries @ vectors[part].astype(np.float32).T
    np.save(folder / "queries.npy", queries)
    np.save(
        folder / "nearest.npy", np.stack([_nearest(vectors, *pair) for pair in zip(queries, scores, strict=True)])
    )


def build(folder: Path, kind: str) -> dict[str, Any]:
    """Build an index and save it; return how long it took to encode the vectors, and the size of the file."""
    path, vectors = _index_path(folder, kind), _vectors(folder)
    index = _new_index(folder, kind, vectors)
    clusters = _nearest_clusters(folder, index, vectors)
    began = thread_time()
    for start in range(0, len(vectors), AT_ONCE):
        part = np.ascontiguousarray(_scaled(kind, vectors[start : start + AT_ONCE].astype(np.float32)))
        ids = np.arange(start, start + len(part))
        if kind.startswith("RaBitQFastScan"):
            index.add_with_ids(part, ids)  # it does not take clusters that are found already
        else:
            index.add_core(len(part), *map(faiss.swig_ptr, (part, ids, clusters[start : start + AT_ONCE])))
    seconds = thread_time() - began
    faiss.write_index(index, str(path))
    return {"encode_s": round(seconds, 1), "file_mb": round(path.stat().st_size / 1e6)}


class Trial:
    """An index that is read from its file or mapped into memory, and the table of its vectors."""

    def __init__(self, folder: Path, kind: str, *, mapped: bool) -> None:
        self.index = faiss.read_index(str(_index_path(folder, kind)), MAPPED if mapped else 0)
        self._parameters = _search_parameters(kind, math.ceil(self.index.nlist * PROBED_SHARE))
        self._kind = kind
        self._store = sqlite3.connect(folder / "store.db")
        self._ranks_itself = kind == "fp16" and not mapped
        if self._ranks_itself:
            self.index.set_direct_map_type(faiss.DirectMap.Hashtable)

    def propose(self, count: int, query: Vectors) -> Ids:
        """Return the ids that the index proposes."""
        found: Ids = self.index.search(_scaled(self._kind, query.reshape(1, -1)), count, params=self._parameters)[
            1
        ][0]
        return found[found >= 0]

    def search(self, count: int, query: Vectors) -> list[int]:
        """Return the best of the ids that the index proposes."""
        ids = self.propose(count, query)
        if self._ranks_itself:
            vectors = np.asarray(self.index.reconstruct_batch(ids), np.float32)
        else:
            ids, vectors = read_vectors(self._store, ids.tolist(), self.index.d)
        return [id_ for id_, _ in rank(dict(zip(ids.tolist(), vectors, strict=True)), query)][:WANTED]


def measure(folder: Path, kind: str, *, mapped: bool) -> dict[str, Any]:
    """Return the figures of an index."""
    queries, nearest = np.load(folder / "queries.npy"), np.load(folder / "nearest.npy")
    faiss.omp_set_num_threads(1)
    before, began = _resident_mb(), thread_time()
    trial = Trial(folder, kind, mapped=mapped)
    figures: dict[str, Any] = {"load_s": round(thread_time() - began, 2)}
    for count in KINDS[kind]:
        found = [trial.search(count, query) for query in queries]
        figures[f"recall_{count}"] = _recall(found, nearest)
        figures[f"propose_{count}_ms"] = _times(partial(trial.propose, count), queries)
        figures[f"search_{count}_ms"] = _times(partial(trial.search, count), queries)
    figures["resident_mb"] = {name: value - before[name] for name, value in _resident_mb().items()}
    propose = partial(trial.propose, KINDS[kind][-1])
    figures["wall_ms"] = {
        "one at a time": _wall_time(propose, queries, 1),
        "two at once": _wall_time(propose, queries, 2),
    }
    if not mapped:
        figures |= _change(trial.index, kind, _vectors(folder))
    faiss.omp_set_num_threads(2)
    trial.index.parallel_mode = 1  # over the clusters of a query
    figures["wall_ms"]["one by two threads"] = _wall_time(propose, queries, 1)
    return figures


def _wall_time(function: Callable[[Vectors], Any], queries: Vectors, threads: int) -> float:
    """Return the milliseconds on the clock for each query, with so many at once."""
    began = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(function, queries))
    return round((perf_counter() - began) / len(queries) * 1e3, 2)


def _change(index: Any, kind: str, vectors: Any) -> dict[str, Any]:
    """Return how long it takes to add the vectors of an article, and to remove them."""
    ids = np.arange(CHANGED) + len(vectors)
    new = _scaled(kind, vectors[:CHANGED].astype(np.float32))
    selector = (faiss.IDSelectorArray if kind == "fp16" else faiss.IDSelectorBatch)(ids)
    add, remove = partial(index.add_with_ids, new, ids), partial(index.remove_ids, selector)
    added, removed = np.median([(_cpu_time(add), _cpu_time(remove)) for _ in range(REPEATS)], axis=0) * 1e3
    return {"add_ms": round(added, 2), "remove_ms": round(removed, 2)}


def _new_index(folder: Path, kind: str, vectors: Any) -> Any:
    chosen = np.random.default_rng(0).choice(len(vectors), min(len(vectors), 50_000), replace=False)
    training = vectors[np.sort(chosen)].astype(np.float32)
    clusters = _clusters(folder, training, round(math.sqrt(len(vectors)) / 2))
    name, _, bits = kind.partition(" ")
    size = (clusters, vectors.shape[1], clusters.ntotal)
    if name == "RaBitQ":
        index = faiss.IndexIVFRaBitQ(*size, faiss.METRIC_INNER_PRODUCT, True, int(bits))
    elif name == "RaBitQFastScan":
        index = faiss.IndexIVFRaBitQFastScan(*size, faiss.METRIC_INNER_PRODUCT, 32, True, int(bits))
    else:
        quantizer = getattr(faiss.ScalarQuantizer, f"QT_{kind}")
        index = faiss.IndexIVFScalarQuantizer(*size, quantizer, faiss.METRIC_INNER_PRODUCT, False)
    index.train(_scaled(kind, training))
    return index


def _clusters(folder: Path, training: Vectors, count: int) -> Any:
    """Return the clusters that all kinds share."""
    path = folder / "clusters.faiss"
    if not path.exists():
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(training.shape[1]), training.shape[1], count)
        index.cp.spherical, index.cp.max_points_per_centroid, index.cp.niter = True, TRAINING_POINTS, 3
        index.metric_type = faiss.METRIC_INNER_PRODUCT
        index.train(training)
        faiss.write_index(index.quantizer, str(path))
    return faiss.read_index(str(path))


def _nearest_clusters(folder: Path, index: Any, vectors: Any) -> Ids:
    """Return the cluster of each vector, the same for all kinds."""
    path = folder / "assigned.npy"
    if not path.exists():
        parts = range(0, len(vectors), AT_ONCE)
        found = [
            index.quantizer.search(vectors[start : start + AT_ONCE].astype(np.float32), 1)[1] for start in parts
        ]
        np.save(path, np.concatenate(found).ravel())
    assigned: Ids = np.load(path)
    return assigned


def _search_parameters(kind: str, probes: int) -> Any:
    if not kind.startswith("RaBitQ"):
        return faiss.SearchParametersIVF(nprobe=probes)
    parameters = faiss.IVFRaBitQSearchParameters()
    parameters.nprobe, parameters.qb = probes, 8
    return parameters


def _scaled(kind: str, vectors: Vectors) -> Vectors:
    """Return the vectors, as integers from -128 to 127 for the kind that stores numbers so."""
    return np.clip(np.rint(vectors * 300), -128, 127) if kind == "8bit_direct_signed" else vectors


def _nearest(vectors: Any, query: Vectors, scores: Vectors) -> Ids:
    """Return the ids of the nearest vectors, ranked in double precision."""
    ids = np.argpartition(-scores, 2 * WANTED)[: 2 * WANTED]
    ranked = rank(dict(zip(ids.tolist(), vectors[ids].astype(np.float32), strict=True)), query)
    return np.array([id_ for id_, _ in ranked[:WANTED]])


def _recall(found: Sequence[Sequence[int]], nearest: Ids) -> float:
    shares = [len(set(one) & set(true.tolist())) / WANTED for one, true in zip(found, nearest, strict=True)]
    return round(float(np.mean(shares)), 5)


def _times(function: Callable[[Vectors], Any], queries: Vectors) -> list[float]:
    """Return the median and the 95th percentile in milliseconds."""
    seconds = [_cpu_time(partial(function, query)) for query in queries]
    return [round(float(value) * 1e3, 2) for value in np.percentile(seconds, [50, 95])]


def _cpu_time(function: Callable[[], Any]) -> float:
    began = thread_time()
    function()
    return thread_time() - began


def _resident_mb() -> dict[str, int]:
    """Return the resident memory, of the process's own and of files."""
    lines = Path(f"/proc/{os.getpid()}/status").read_text("ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return {name: int(values[key].split()[0]) // 1024 for name, key in (("own", "RssAnon"), ("files", "RssFile"))}


def _vectors(folder: Path) -> Any:
    dimension = np.load(folder / "queries.npy").shape[1]
    return np.memmap(folder / "vectors", HALF, "r").reshape(-1, dimension)


def _index_path(folder: Path, kind: str) -> Path:
    return folder / f"{kind.replace(' ', '-')}.faiss"


if __name__ == "__main__":
    main()
