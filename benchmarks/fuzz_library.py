"""Damages copies of a library, uses each in a process of its own, and checks what comes of it.

Usage: python -m benchmarks.fuzz_library [--count 300] [--seed 0]

A copy is damaged as disks and people damage files: bits are flipped, pages zeroed, swapped or spliced, files
truncated, exchanged or deleted. Then it is opened, read, searched, examined and written to. None of that may crash
the interpreter, hang, or raise anything but a ``QuotewellError``. If ``doctor`` calls a copy healthy, everything
that it serves must be what was stored.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from qa.errors import QuotewellError
from qa.feedback import Feedback
from qa.library.base import IndexedArticle, Library
from qa.library.sqlite.library import SqliteLibrary
from qa.testing.material import DIMENSION, ENCODER, indexed, unit, without_vectors
from qa.types import Filters, Heading

__all__ = ["Outcome", "fuzz", "main"]

TIME_LIMIT = 120.0
"""Seconds that a copy may take, on a busy machine; usually it is a tenth of one."""
PAGE = 4096
ARTICLES = 40

Damage = Callable[[Path, random.Random], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one damaged copy: ``failures`` is empty if all promises were kept."""

    damage: str
    verdict: str
    failures: list[str] = field(default_factory=list)


def main() -> None:
    """Damage as many copies as asked for, and print what came of them."""
    parser = argparse.ArgumentParser(description="Damage copies of a library, and check what comes of it.")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    verdicts: Counter[str] = Counter()
    failures = 0
    for number, outcome in enumerate(fuzz(arguments.count, arguments.seed), 1):
        verdicts[outcome.verdict] += 1
        failures += bool(outcome.failures)
        for failure in outcome.failures:
            print(f"{number}. {outcome.damage}: {failure}")
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"{arguments.count} damaged libraries: {counts}.")
    print(f"{failures} broke a promise.")
    sys.exit(failures > 0)


def fuzz(count: int, seed: int) -> Iterator[Outcome]:
    """Yield what came of each of ``count`` damaged copies of a library; the same for a seed."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "stored")
        build(folder / "other", seed=1)
        with closing(_open(folder / "stored")) as library:
            stored = served(library)
        kinds = list(DAMAGES)
        for number in range(count):
            kind = kinds[number] if number < len(kinds) else chance.choice(kinds)
            copy = folder / "copy"
            shutil.copytree(folder / "stored", copy)
            DAMAGES[kind](copy, chance)
            yield _examine(kind, copy, stored)
            shutil.rmtree(copy)


def build(folder: Path, seed: int = 0) -> None:
    """Create a library with all that one holds: headings, pages, tags, pending passages, ratings and an index."""
    with closing(_open(folder)) as library:
        articles = [_article(number, seed) for number in range(ARTICLES)]
        library.put(articles[: ARTICLES // 2])
        library.put(articles[ARTICLES // 2 : -3])
        library.put(without_vectors(*articles[-3:]))
        library.remove([articles[5].article.id])
        for number in range(20):
            library.put_feedback(_feedback(number))


def served(library: Library) -> list[Any]:
    """Return everything that a library serves."""
    infos = library.articles()
    ids = [info.id for info in infos]
    passages = library.passages_of(ids)
    vector = unit(7)[0]
    dense = library.search_dense(vector, 999)
    return [
        infos,
        list(library.iter_articles()),
        [library.get(id_) for id_ in ids],
        [library.text(id_, 5, 60) for id_ in ids],
        library.content_hashes(ids),
        passages,
        list(library.passages([passage.id for passage in passages]).values()),
        library.pending(999),
        library.embedding_state(),
        [library.search_lexical(words, 999) for words in ("town", "fact 7", "harbour 33", "notes")],
        library.search_lexical("town", 99, Filters(tags=("odd",), after=dt.date(2024, 1, 3))),
        [(id_, round(score, 5)) for id_, score in dense],
        [id_ for id_, _ in library.search_dense(vector, 99, Filters(sources=("*3",)))],
        {id_: round(score, 5) for id_, score in library.score_dense(vector, range(99)).items()},
        library.feedback(),
    ]


def _article(number: int, seed: int) -> IndexedArticle:
    name = number + 100 * seed
    facts = [f"Fact {part} of {name}: the town {part * 7 + number} lies here." for part in range(20)]
    text = "Notes\n" + " ".join(facts) + " Its harbour is old. 漢字 😀"
    return indexed(
        f"source/{number}",
        text,
        size=120,
        seed=seed,
        title=f"Town {number}",
        date=dt.date(2024, 1, 1 + number % 28),
        tags=("odd",) if number % 2 else ("even", "town"),
        headings=(Heading(0, 5, 1),),
        pages=(0, 300),
        metadata={"author": f"Author {number}"},
    )


def _feedback(number: int) -> Feedback:
    return Feedback(
        given_at=dt.datetime(2024, 5, 6, number, tzinfo=dt.UTC),
        verdict="good",
        comment=f"Comment {number}",
        question=f"Which town is {number}?",
        answer="the town" if number % 2 else None,
        confidence=number / 20,
        min_confidence=0.5,
        context="the town lies here",
    )


def _open(folder: Path) -> Library:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


def _examine(damage: str, folder: Path, stored: list[Any]) -> Outcome:
    """Use the library in a process of its own."""
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_use, args=(folder, stored, sender))
    process.start()
    sender.close()
    try:
        if not receiver.poll(TIME_LIMIT):
            return Outcome(damage, "hung", [f"no end within {TIME_LIMIT:.0f} s"])
        verdict, failures = receiver.recv()
        return Outcome(damage, verdict, failures)
    except EOFError:
        process.join()
        return Outcome(damage, "crashed", [f"the process ended with {process.exitcode}"])
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()


def _use(folder: Path, stored: list[Any], sender: Connection) -> None:
    """Use a library in every way, and send a verdict with a sentence for each broken promise."""
    failures: list[str] = []

    def attempt(use: Callable[[], Any]) -> Any:
        try:
            return use()
        except QuotewellError:
            return None
        except Exception as error:
            failures.append(f"{type(error).__name__}: {str(error)[:200]}")
            return None

    logging.disable()
    verdict = "refused"
    library = attempt(lambda: _open(folder))
    if library is not None:
        with closing(library):
            same = attempt(lambda: served(library)) == stored
            report = attempt(library.doctor)
            healthy = report is not None and report.healthy
            same_after = attempt(lambda: served(library)) == stored
            if healthy and not (same and same_after):
                failures.append("doctor calls it healthy, but it does not serve what was stored")
            verdict = "found by doctor" if not healthy else "healthy and as stored"
            for write in _WRITES:
                attempt(partial(write, library))
            attempt(library.doctor)
    sender.send((verdict, failures))


_WRITES: tuple[Callable[[Library], object], ...] = (
    lambda library: library.put([_article(3, 2), indexed("new", "A new text.")]),
    lambda library: library.put_vectors(library.pending(3), unit(1, count=len(library.pending(3)))),
    lambda library: library.remove([_article(number, 0).article.id for number in (1, 7)]),
    lambda library: library.put_feedback(_feedback(3)),
    lambda library: library.renew_vectors(ENCODER, DIMENSION),
    lambda library: library.search_dense(unit(1)[0], 5),
)


def _flip(count: int, pattern: str = "library.db") -> Damage:
    def damage(folder: Path, chance: random.Random) -> None:
        path = next(folder.glob(pattern))
        content = bytearray(path.read_bytes())
        for _ in range(count):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)

    return damage


def _flip_in_texts(folder: Path, chance: random.Random) -> None:
    path = folder / "library.db"
    content = bytearray(path.read_bytes())
    places = [place for place in range(len(content) - 4) if content[place : place + 4] == b"town"]
    content[chance.choice(places) + chance.randrange(4)] ^= 1
    path.write_bytes(content)


def _truncate(pattern: str) -> Damage:
    def damage(folder: Path, chance: random.Random) -> None:
        path = next(folder.glob(pattern))
        os.truncate(path, chance.randrange(path.stat().st_size))

    return damage


def _pages(change: Callable[[bytearray, int, int], None]) -> Damage:
    def damage(folder: Path, chance: random.Random) -> None:
        path = folder / "library.db"
        content = bytearray(path.read_bytes())
        one, other = (PAGE * chance.randrange(len(content) // PAGE) for _ in range(2))
        change(content, one, other)
        path.write_bytes(content)

    return damage


def _zero(content: bytearray, one: int, _: int) -> None:
    content[one : one + PAGE] = bytes(PAGE)


def _swap(content: bytearray, one: int, other: int) -> None:
    first, second = content[one : one + PAGE], content[other : other + PAGE]
    content[one : one + PAGE], content[other : other + PAGE] = second, first


def _repeat(content: bytearray, one: int, other: int) -> None:
    content[one : one + PAGE] = content[other : other + PAGE]


def _splice(folder: Path, chance: random.Random) -> None:
    """Replace a part of the file by the same part of another library's."""
    path, other = folder / "library.db", folder.parent / "other" / "library.db"
    content, foreign = bytearray(path.read_bytes()), other.read_bytes()
    start = chance.randrange(min(len(content), len(foreign)))
    part = foreign[start : start + chance.randrange(1, 4 * PAGE)]
    content[start : start + len(part)] = part
    path.write_bytes(content)


def _foreign_index(folder: Path, _: random.Random) -> None:
    index = next(folder.glob("index-*"))
    shutil.copy(next((folder.parent / "other").glob("index-*")), index)


def _index_folder(folder: Path, _: random.Random) -> None:
    index = next(folder.glob("index-*"))
    index.unlink()
    index.mkdir()


def _write(name: str, content: bytes) -> Damage:
    def damage(folder: Path, _: random.Random) -> None:
        (folder / name).write_bytes(content)

    return damage


def _noise(name: str) -> Damage:
    def damage(folder: Path, chance: random.Random) -> None:
        (folder / name).write_bytes(chance.randbytes(3 * PAGE))

    return damage


DAMAGES: dict[str, Damage] = {
    "a bit of a text flipped": _flip_in_texts,
    "a bit flipped": _flip(1),
    "5 bits flipped": _flip(5),
    "200 bits flipped": _flip(200),
    "truncated": _truncate("library.db"),
    "a page zeroed": _pages(_zero),
    "two pages swapped": _pages(_swap),
    "a page repeated": _pages(_repeat),
    "spliced with another library": _splice,
    "the index of another library": _foreign_index,
    "a bit of the index flipped": _flip(1, "index-*"),
    "the index truncated": _truncate("index-*"),
    "a folder for an index": _index_folder,
    "an empty database": _write("library.db", b""),
    "a text for a database": _write("library.db", b"my notes\n" * 99),
    "noise for a write-ahead log": _noise("library.db-wal"),
    "noise for a journal": _noise("library.db-journal"),
    "an index from the future": _write(f"index-{10**30}.faiss", b"x"),
    "no database": lambda folder, _: (folder / "library.db").unlink(),
}

_CONTEXT: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
if os.name == "posix":
    _CONTEXT.set_forkserver_preload(["faiss", "qa.library.sqlite.library", "qa.testing.material"])

if __name__ == "__main__":
    main()
