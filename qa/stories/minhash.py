"""Bucket keys: what texts that may be copies of each other have in common, as a store can look it up.

MinHash (Broder 1997, "On the resemblance and containment of documents") with banding (Leskovec, Rajaraman and
Ullman, "Mining of Massive Datasets", section 3.4). Two sets of shingles with the Jaccard similarity s share a
bucket with the probability 1 - (1 - s²)^48: 99% at s = 0.3, and 0.5% at 0.01.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

from qa.stories.shingling import Wording

__all__ = ["bucket_keys"]

BANDS = 48
ROWS = 2
"""Hash values of a band: 32 bits each, so that a key has the 64 bits of a SQLite integer."""
HEAD = 150
"""Words of the beginning that have a signature of their own: a copy that was cut keeps the beginning of its
original, and may share too little with the whole of a long one."""
LONGEST = 2000
"""Words that are hashed of a long text: enough to find its copies, and a limit for time and memory."""


def bucket_keys(wording: Wording) -> set[int]:
    """Return the keys of a text: signed integers of 64 bits, none for a text without words.

    They are the same on every machine and in every version, because a store keeps them. Two texts may be copies of
    each other only if they have a key in common.
    """
    if not wording.words:
        return set()
    return _keys(wording.first(LONGEST)) | _keys(wording.first(HEAD))


def _keys(wording: Wording) -> set[int]:
    signature = _empty_signature().copy()
    signature.update_batch([zlib.crc32(shingle.encode()) for shingle in wording.shingles])
    values = signature.hashvalues.astype("<u4").reshape(BANDS, ROWS)
    return {int(key) for key in values.view("<i8").ravel()}


@cache
def _empty_signature() -> Any:
    from datasketch import MinHash  # imports SciPy, which takes long

    return MinHash(BANDS * ROWS, hashfunc=int)
