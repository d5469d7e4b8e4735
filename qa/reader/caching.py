"""Readings that are remembered, so that a question that comes again need not be read again."""

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
    """A reader that remembers its latest readings. Many threads may read at once.

    What a reading says depends on the question and the passage's text alone, so that nothing remembered is ever
    out of date, whatever becomes of the library.

    :param size: how many readings are remembered, at some 2 kB each.
    """

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader = reader
        self._size = size
        self._readings: OrderedDict[_Key, Reading] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """That of the reader."""
        return self._reader.fingerprint

    def warm_up(self) -> None:
        """Load the weights now."""
        self._reader.warm_up()

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Return a reading of each passage, in their order."""
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(self, pairs: Sequence[Pair], progress: Callable[[int], None] | None = None) -> list[Reading]:
        """Return a reading of each (question, passage) pair, in their order."""
        keys = [(question, _digest(passage)) for question, passage in pairs]
        known = self._known(keys)
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        if progress and len(new) < len(pairs):
            progress(len(pairs) - len(new))
        if new:
            read = dict(zip(new, self._reader.read_pairs(list(new.values()), progress), strict=True))
            self._remember(read)
            known |= read
        return [known[key] for key in keys]

    def _known(self, keys: Sequence[_Key]) -> dict[_Key, Reading]:
        with self._lock:
            known = {key: self._readings[key] for key in keys if key in self._readings}
            for key in known:
                self._readings.move_to_end(key)
            return known

    def _remember(self, readings: dict[_Key, Reading]) -> None:
        with self._lock:
            self._readings |= readings
            while len(self._readings) > self._size:
                self._readings.popitem(last=False)


def _digest(passage: str) -> bytes:
    return sha256(passage.encode("utf-8", "surrogatepass")).digest()
