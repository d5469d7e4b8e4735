"""Readings that are kept in a file, so that the next run of a benchmark reads nothing again."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from qa.reader import Reader
from qa.types import Reading, Span

__all__ = ["KeepingReader"]

Pair = tuple[str, str]


class KeepingReader:
    """A reader that keeps its readings in an SQLite file. Safe to use from many threads.

    A reading is known by the weights of the reader, the question and the passage. Delete the file after a change
    to the decoding of spans.
    """

    def __init__(self, reader: Reader, file: Path) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._readings = sqlite3.connect(file, check_same_thread=False)
        self._readings.execute("CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, reading TEXT NOT NULL)")

    @property
    def fingerprint(self) -> str:
        """Name and checksum of the reader."""
        return self._reader.fingerprint

    def warm_up(self) -> None:
        """Do nothing: the weights load when a pair is new."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return a reading of each passage, in order."""
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(self, pairs: Sequence[Pair], progress: Callable[[int], None] | None = None) -> list[Reading]:
        """Return a reading of each (question, passage) pair, in order."""
        with self._lock:
            keys = [self._key(pair) for pair in pairs]
            kept = {key: reading for key in keys if (reading := self._kept(key))}
            new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in kept}
            if new:
                read = dict(zip(new, self._reader.read_pairs(list(new.values())), strict=True))
                rows = [(key, _dumped(reading)) for key, reading in read.items()]
                with self._readings:
                    self._readings.executemany("INSERT INTO readings VALUES (?, ?)", rows)
                kept |= read
        if progress:
            progress(len(pairs))
        return [kept[key] for key in keys]

    def _key(self, pair: Pair) -> str:
        return sha256(json.dumps([self.fingerprint, *pair]).encode()).hexdigest()

    def _kept(self, key: str) -> Reading | None:
        row = self._readings.execute("SELECT reading FROM readings WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        spans, null_score = json.loads(row[0])
        return Reading(tuple(Span(*span) for span in spans), null_score)


def _dumped(reading: Reading) -> str:
    return json.dumps([[[span.start, span.end, span.score] for span in reading.spans], reading.null_score])
