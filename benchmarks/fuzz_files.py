"""Damage files of every format and load them: whatever the bytes, a file is articles, failures or a LoadError.

    python -m benchmarks.fuzz_files [--count 2000] [--seed 0]

Valid documents are damaged at random (bits flipped, cut short, spliced, repeated, NUL, huge numbers, deep nesting)
and loaded in fresh worker processes within the default limits. Prints a table of the outcomes for each format.
Exits with 1 if a file crashed this process, took longer than the limit, raised anything but LoadError, or gave an
article that does not come back from an export as it was. A part runs as ``tests/security/test_damaged_files.py``.
"""

from __future__ import annotations

import argparse
import importlib
import io
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

from qa.errors import LoadError
from qa.export.articles import export_articles
from qa.loaders import COMPRESSIONS, DEFAULT_LIMITS, LoadFailure, load
from qa.loaders.base import LimitExceededError
from qa.loaders.worker import pool
from qa.types import Article
from tests.qa.loaders.documents import valid_documents, zip_bytes

__all__ = ["OUTCOMES", "Damage", "damages", "load_outcome"]

OUTCOMES = ("articles", "with failures", "refused", "over a limit", "VIOLATION")
GRACE_SECONDS = 15.0
"""How much longer than the limit on parsing a file may take: reading it, starting a worker, a busy machine."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged document."""

    suffix: str
    name: str
    data: bytes


def _flip(random: Random, data: bytearray) -> None:
    for _ in range(random.choice([1, 1, 3, 30])):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _drop(random: Random, data: bytearray) -> None:
    start = random.randrange(len(data))
    del data[start : start + random.randrange(1, 200)]


def _repeat(random: Random, data: bytearray) -> None:
    start = random.randrange(len(data))
    part = bytes(data[start : start + random.choice([1, 8, 60, 1000])])
    data[start:start] = part * random.choice([2, 50, 3000 // len(part) + 1])


def _insert(random: Random, data: bytearray) -> None:
    start = random.randrange(len(data))
    data[start:start] = random.choice(INSERTED)


def _number(random: Random, data: bytearray) -> None:
    """Replace a digit by a huge number, where there is one."""
    digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        start = random.choice(digits)
        data[start : start + 1] = random.choice(NUMBERS)


def _nest(random: Random, data: bytearray) -> None:
    start = random.randrange(len(data))
    data[start:start] = random.choice(NESTED) * random.choice([20, 400, 20_000])


NUMBERS = (b"-1", b"0", b"99999999999999999999", b"4294967295", b"2147483648", b"1e999", b"NaN", b"9" * 5000)
INSERTED = (
    b"\0",
    b"\0" * 500,
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xef\xbf\xbf",
    b"\x1b[2J",
    b"\\ud800",
    b"&#0;&#xD800;",
    b"\r",
    *NUMBERS,
)
NESTED = (
    b"<div>",
    b"<b><i>",
    b"[",
    b"[[",
    b'{"a":',
    b"> ",
    b"- ",
    b"(",
    b"<<",
    b"<![CDATA[",
    b"<!--",
    b'"',
    b"*_",
    b"# ",
)
DAMAGE: Mapping[str, Callable[[Random, bytearray], None]] = {
    "flip": _flip,
    "cut": _cut,
    "drop": _drop,
    "repeat": _repeat,
    "insert": _insert,
    "number": _number,
    "nest": _nest,
}


def damages(count: int, seed: int) -> Iterator[Damage]:
    """Yield damaged documents, the formats in turn; the same for the same seed.

    Archives and compressed files are damaged inside as often as outside, because their checksums catch most damage
    from outside.
    """
    random = Random(seed)
    valid = valid_documents()
    everything = [data for group in valid.values() for data in group]
    for number in range(count):
        suffix = [*valid][number % len(valid)]
        data = random.choice(valid[suffix])
        names = random.choices([*DAMAGE, "splice"], k=random.choice([1, 1, 2, 3]))
        own = [*valid[suffix], random.choice(everything)]
        yield Damage(suffix, f"{number}-{'-'.join(names)}", _damage_inside(random, suffix, data, names, own))


def _damage_inside(
    random: Random, suffix: str, data: bytes, names: Sequence[str], others: Sequence[bytes]
) -> bytes:
    if random.random() < 0.5:
        return _damage(random, data, names, others)
    if suffix in (".docx", ".epub", ".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        chosen = random.choice([name for name, content in members.items() if content])
        members[chosen] = _damage(random, members[chosen], names, others)
        return zip_bytes(members)
    if compression := COMPRESSIONS.get(PurePosixPath(suffix).suffix):
        module = importlib.import_module(compression)
        return bytes(module.compress(_damage(random, module.decompress(data), names, others)))
    return _damage(random, data, names, others)


def _damage(random: Random, valid: bytes, names: Sequence[str], others: Sequence[bytes]) -> bytes:
    data = bytearray(valid)
    for name in names:
        if not data:
            break
        if name == "splice":
            other = random.choice(others)
            data = data[: random.randrange(len(data))] + other[random.randrange(len(other)) :]
        else:
            DAMAGE[name](random, data)
    return bytes(data)


def load_outcome(path: Path) -> tuple[str, str]:
    """Load a file and return its outcome, with the details of a violation."""
    start = time.monotonic()
    articles: list[Article] = []
    try:
        items = list(load(path))
        articles = [item for item in items if isinstance(item, Article)]
        has_failures = any(isinstance(item, LoadFailure) and not item.is_skipped for item in items)
        outcome, details = "with failures" if has_failures else "articles", ""
    except LoadError as error:
        outcome, details = "over a limit" if isinstance(error, LimitExceededError) else "refused", ""
        if not str(error).strip() or "\n" in str(error):
            outcome, details = "VIOLATION", f"the message is not one line: {str(error)!r}"
    except Exception as error:  # anything else is what this looks for
        outcome, details = "VIOLATION", f"raised {error!r}"
    if (seconds := time.monotonic() - start) > DEFAULT_LIMITS.seconds + GRACE_SECONDS:
        outcome, details = "VIOLATION", f"took {seconds:.0f} s"
    if problem := _lost(articles, path.parent / "export.jsonl"):
        outcome, details = "VIOLATION", problem
    return outcome, details


def _lost(articles: Sequence[Article], path: Path) -> str:
    """Export the articles and load them again; return the difference."""
    if not articles:
        return ""
    try:
        export_articles(articles, path)
        loaded = list(load(path))
    except Exception as error:  # as above
        return f"the articles cannot be exported and loaded again: {error!r}"
    return "" if loaded == articles else "the articles differ after export and load"


def main() -> int:
    """Load the damaged files and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder to write the files that violate the rules to")
    arguments = parser.parse_args()
    table: dict[str, Counter[str]] = {}
    slowest = (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        for damage in damages(arguments.count, arguments.seed):
            path = Path(folder) / f"{damage.name}{damage.suffix}"
            path.write_bytes(damage.data)
            start = time.monotonic()
            outcome, details = load_outcome(path)
            slowest = max(slowest, (time.monotonic() - start, path.name))
            table.setdefault(damage.suffix, Counter())[outcome] += 1
            if details:
                print(f"{path.name}: {details}", file=sys.stderr)
                if arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    (arguments.keep / path.name).write_bytes(damage.data)
            with suppress(FileNotFoundError):
                path.unlink()
    pool.shut_down()
    print("| format |", " | ".join(OUTCOMES), "|")
    print("|---|" + "---|" * len(OUTCOMES))
    for suffix, counts in table.items():
        print(f"| {suffix[1:]} |", " | ".join(str(counts[outcome]) for outcome in OUTCOMES), "|")
    violations = sum(counts["VIOLATION"] for counts in table.values())
    print(
        f"\n{arguments.count} files, {violations} violations; the slowest took {slowest[0]:.1f} s ({slowest[1]})"
    )
    return min(violations, 1)


if __name__ == "__main__":
    sys.exit(main())
