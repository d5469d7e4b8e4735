"""Candidates for the nearest vectors by inner product, on FAISS."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from embeddings.checksums import Checksums, Ids
from embeddings.encoder import Vectors

__all__ = ["FaissIndex", "IndexFileError", "OutdatedIndexError", "sample_size"]

EXACT_LIMIT = 100_000
"""Every search is exact up to this many vectors."""
PROBED_SHARE = 1 / 4
"""Share of the clusters that a search visits: recall@10 is 0.97 on 10,000 real sentences, and grows with their
number."""
CANDIDATES, FEWEST_CANDIDATES = 1.5, 100
"""How many candidates per result, and at least, make up for 8 bits a number: at a million vectors, 1.2 find what
16 bits do."""
TRAINING_POINTS = 64
"""This many vectors per cluster are enough for k-means."""

_MAGIC, _EARLIER = b"QWINDEX2", b"QWINDEX1"
_HEADER = struct.Struct("<8sQI")  # magic, length and CRC-32 of what follows
_CHUNK = 1 << 20


class IndexFileError(Exception):
    """A file is not an index, or is damaged or of another dimension."""


class OutdatedIndexError(IndexFileError):
    """A file is an index of an earlier version."""


class FaissIndex:
    """Proposes the vectors that are nearest to a query by inner product, by id; the caller ranks them.

    An index is exact, or it has clusters (IVF) and a byte for each number of a vector. Then it proposes more than
    it is asked for, and the best of them by the vectors themselves, which it does not keep, are those of an exact
    search of the clusters. Behind a filter all clusters are searched. The index has no lock: callers take turns.
    """

    def __init__(self, dimension: int) -> None:
        faiss = _faiss()
        self.dimension = dimension
        self.checksums = Checksums()
        """The checksums of the vectors in the index."""
        self._index: Any = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))

    @classmethod
    def clustered(cls, size: int, sample: Vectors) -> FaissIndex:
        """Return an empty index with clusters for so many vectors, found in a sample of them."""
        faiss = _faiss()
        index = cls(sample.shape[1])
        index._index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(index.dimension),
            index.dimension,
            _clusters(size),
            faiss.ScalarQuantizer.QT_8bit_uniform,
            faiss.METRIC_INNER_PRODUCT,
            False,  # the vectors themselves, not what is left of them without their centroids
        )
        index._index.cp.spherical = True
        index._index.cp.min_points_per_centroid = 1
        index._index.cp.max_points_per_centroid = TRAINING_POINTS
        index._index.train(np.ascontiguousarray(sample, np.float32))
        return index

    def __len__(self) -> int:
        return len(self.checksums)

    @property
    def exact(self) -> bool:
        """Whether all vectors are compared as they are."""
        return not hasattr(self._index, "nlist")

    def suits(self, size: int) -> bool:
        """Whether it may grow to so many vectors, or another index should take its place."""
        return size <= EXACT_LIMIT if self.exact else _clusters(size) < 2 * int(self._index.nlist)

    def add(self, ids: Ids, vectors: Vectors, checksums: npt.ArrayLike) -> None:
        """Add vectors of shape ``(n, dimension)`` under ids of shape ``(n,)`` that are not in the index yet.

        :raises ValueError: if the shapes do not agree, or an id is repeated or already in the index.
        """
        ids, vectors = np.asarray(ids, np.int64), np.ascontiguousarray(vectors, np.float32)
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(
                f"{len(ids)} ids need vectors of shape ({len(ids)}, {self.dimension}), not {vectors.shape}"
            )
        new = Checksums(ids, checksums)
        if len(new) < len(ids) or len(self.checksums.present(ids)):
            raise ValueError("ids must be distinct and not in the index yet")
        if len(ids):
            self._index.add_with_ids(vectors, ids)
            self.checksums = self.checksums.added(new)

    def remove(self, ids: Ids) -> int:
        """Remove the vectors of those of the ids that are in the index; return how many."""
        present = self.checksums.present(ids)
        if len(present):
            self._index.remove_ids(_faiss().IDSelectorBatch(present))
            self.checksums = self.checksums.removed(present)
        return len(present)

    def candidates(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Ids:
        """Return ids, in no order, with the k nearest among them; only ids in ``allowed`` if it is given."""
        size = len(self) if allowed is None else len(allowed)
        wanted = min(k if self.exact else max(math.ceil(CANDIDATES * k), FEWEST_CANDIDATES), size)
        if min(k, wanted) <= 0:
            return np.array([], dtype=np.int64)
        if allowed is not None and wanted == size:
            return self.checksums.present(allowed)
        if self.exact:
            return self._search(vector, wanted, allowed)
        nlist = int(self._index.nlist)
        probes = max(1, math.ceil(nlist * PROBED_SHARE)) if allowed is None else nlist
        found = self._search(vector, wanted, allowed, probes)
        if allowed is None and len(found) < min(k, size):
            found = self._search(vector, wanted, allowed, nlist)
        return found

    def save(self, path: Path) -> None:
        """Write the index to a file.

        :raises OSError: if the file cannot be written; a part of it may be there then, which :meth:`load` refuses.
        """
        with path.open("wb") as file:
            _write_checked(file, self._write)

    @classmethod
    def load(cls, path: Path, dimension: int) -> FaissIndex:
        """Read an index from a file.

        :raises OSError: if the file cannot be read.
        :raises OutdatedIndexError: if an earlier version wrote it.
        :raises IndexFileError: if it is not an index, or is damaged or of another dimension.
        """
        faiss = _faiss()
        index = cls(dimension)
        with path.open("rb") as file:
            _verify(file, path)
            try:
                ids, values = np.lib.format.read_array(file, allow_pickle=False)
                index._index = faiss.read_index(faiss.PyCallbackIOReader(file.read))
            except (RuntimeError, ValueError) as error:
                raise IndexFileError(f"{path.name} cannot be read as an index: {error}") from None
        kinds = faiss.IndexIDMap | faiss.IndexIVFScalarQuantizer
        if not isinstance(index._index, kinds) or index._index.d != dimension:
            raise IndexFileError(f"{path.name} does not contain vectors of {dimension} numbers")
        index.checksums = Checksums(ids, values)
        return index

    def _write(self, file: _CheckedWriter) -> None:
        faiss = _faiss()
        np.lib.format.write_array(file, np.stack([self.checksums.ids, self.checksums.values]), allow_pickle=False)
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))

    def _search(self, vector: Vectors, k: int, allowed: Ids | None, probes: int | None = None) -> Ids:
        faiss = _faiss()
        options: dict[str, Any] = {} if probes is None else {"nprobe": probes}
        if allowed is not None:
            options["sel"] = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
        parameters = (faiss.SearchParameters if probes is None else faiss.SearchParametersIVF)(**options)
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        _, found = self._index.search(query, k, params=parameters)
        ids: Ids = found[0][found[0] >= 0]
        return ids


def sample_size(size: int) -> int:
    """Return how many of so many vectors :meth:`FaissIndex.clustered` needs."""
    return min(size, TRAINING_POINTS * _clusters(size))


def _faiss() -> Any:
    """Import FAISS on first use: it loads slowly, and its type stubs lack what is used here."""
    import faiss

    return faiss


def _clusters(size: int) -> int:
    return max(1, round(2 * math.sqrt(size)))


class _CheckedWriter:
    """Writes to a file, and keeps the length and the checksum of what it has written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.length = self.checksum = 0

    def write(self, chunk: bytes) -> int:
        self.length, self.checksum = self.length + len(chunk), zlib.crc32(chunk, self.checksum)
        return self._file.write(chunk)


def _write_checked(file: IO[bytes], write_body: Callable[[_CheckedWriter], None]) -> None:
    """Write a body after a header with its length and checksum.

    The checksum is needed because FAISS trusts the sizes that it reads: a damaged file could crash it.
    """
    body = _CheckedWriter(file)
    file.write(_HEADER.pack(_MAGIC, 0, 0))
    try:
        write_body(body)
    except RuntimeError as error:
        raise OSError(f"the index cannot be written: {error}") from None
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, body.length, body.checksum))


def _verify(file: IO[bytes], path: Path) -> None:
    """Check the header and the body, and leave the file at the body's first byte."""
    header = file.read(_HEADER.size)
    if header.startswith(_EARLIER):
        raise OutdatedIndexError(f"{path.name} is of an earlier version")
    if len(header) < _HEADER.size or not header.startswith(_MAGIC):
        raise IndexFileError(f"{path.name} is not an index of vectors")
    _, length, checksum = _HEADER.unpack(header)
    actual_length, actual = 0, 0
    for chunk in _chunks(file):
        actual_length, actual = actual_length + len(chunk), zlib.crc32(chunk, actual)
    if (actual_length, actual) != (length, checksum):
        raise IndexFileError(f"{path.name} is damaged: it is truncated or some bytes have changed")
    file.seek(_HEADER.size)


def _chunks(file: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")
