"""A cache of readings, so that a repeated question is not read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import sha256

from qa.reader.base import Reader
from qa.types import Reading

__all__ = ["CachingReader"]

Pair = tuple[str, str]
_Key = tuple[str, bytes]


class CachingReader:
    """A reader with a cache of its latest readings. Safe to use from many threads.

    A reading depends only on the question and the text of the passage, so the cache stays valid when the library
    changes.

    :param size: how many readings are cached, about 2 kB each.
    """

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader = reader
        self._size = size
        self._readings: OrderedDict[_Key, Reading] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Name and checksum of the reader."""
        return self._reader.fingerprint

    def warm_up(self) -> None:
        """Load the weights now."""
        self._reader.warm_up()

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return a reading of each passage, in order."""
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(self, pairs: Sequence[Pair], progress: Callable[[int], None] | None = None) -> list[Reading]:
        """Return a reading of each (question, passage) pair, in order."""
        keys = [(question, _digest(passage)) for question, passage in pairs]
        cached = self._cached(keys)
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in cached}
        if progress and len(new) < len(pairs):
            progress(len(pairs) - len(new))
        if new:
            read = dict(zip(new, self._reader.read_pairs(list(new.values()), progress), strict=True))
            self._store(read)
            cached |= read
        return [cached[key] for key in keys]

    def _cached(self, keys: Sequence[_Key]) -> dict[_Key, Reading]:
        with self._lock:
            cached = {key: self._readings[key] for key in keys if key in self._readings}
            for key in cached:
                self._readings.move_to_end(key)
            return cached

    def _store(self, readings: dict[_Key, Reading]) -> None:
        with self._lock:
            self._readings |= readings
            while len(self._readings) > self._size:
                self._readings.popitem(last=False)


def _digest(passage: str) -> bytes:
    return sha256(passage.encode("utf-8", "surrogatepass")).digest()
