"""Inner-product search over vectors with ids, on FAISS."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from embeddings.encoder import Vectors
from embeddings.inner_products import inner_products, rank

__all__ = ["HALF", "FaissIndex", "Halves", "Ids", "IndexFileError"]

Ids = npt.NDArray[np.int64]
Halves = npt.NDArray[np.float16]
HALF = np.dtype("<f2")
"""How vectors are stored: in half precision, which moves the cosine of two unit vectors by less than 0.0005."""

EXACT_LIMIT = 100_000
"""Every search is exact up to this many vectors."""
PROBED_SHARE = 1 / 4
"""Share of the clusters that a search visits: recall@10 is 0.97 on 10,000 real sentences, and grows with their
number."""
TRAINING_POINTS = 64
"""At most this many vectors per cluster are used for k-means."""

_MAGIC = b"QWINDEX1"
_HEADER = struct.Struct("<8sQI")  # magic, length and CRC-32 of what follows
_CHUNK = 1 << 20
_BLOCK = 1 << 14


class IndexFileError(Exception):
    """A file is not an index, or is damaged or of another dimension."""


class FaissIndex:
    """Inner-product search over vectors with stable ids: exact up to ``exact_limit``, clustered (IVF) beyond it.

    A filtered search is exact at any size. Beyond the limit vectors are kept in half precision, which halves the
    memory and what a search reads: give vectors that are already rounded, and all scores stay exact. The index has
    no lock: callers take turns.
    """

    def __init__(self, dimension: int, *, exact_limit: int = EXACT_LIMIT) -> None:
        faiss = _faiss()
        self.dimension = dimension
        self._exact_limit = exact_limit
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._ids: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def exact(self) -> bool:
        """Whether unfiltered searches are exact."""
        return not hasattr(self._index, "nlist")

    @property
    def ids(self) -> Ids:
        """The ids in the index, ascending, of shape ``(n,)``."""
        return np.array(sorted(self._ids), dtype=np.int64)

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors of ids in the index, of shape ``(n, dimension)``."""
        return np.asarray(self._index.reconstruct_batch(ids), dtype=np.float32)

    def blocks(self) -> Iterator[tuple[Ids, Halves]]:
        """Yield all vectors in half precision, of shape ``(n, dimension)``, with their ids, block by block."""
        if self.exact:
            all_ids = self.ids
            for start in range(0, len(all_ids), _BLOCK):
                ids = all_ids[start : start + _BLOCK]
                yield ids, self.vectors(ids).astype(HALF)
            return
        for ids, codes in _stored_lists(self._index):
            yield ids, codes.view(HALF)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape ``(n, dimension)`` under ids of shape ``(n,)`` that are not in the index yet.

        :raises ValueError: if the shapes do not agree, or an id is repeated or already in the index.
        """
        ids, vectors = np.asarray(ids, np.int64), np.ascontiguousarray(vectors, np.float32)
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(
                f"{len(ids)} ids need vectors of shape ({len(ids)}, {self.dimension}), not {vectors.shape}"
            )
        new = set(ids.tolist())
        if len(new) < len(ids) or not self._ids.isdisjoint(new):
            raise ValueError("ids must be distinct and not in the index yet")
        if len(ids) == 0:
            return
        if self._needs_clusters(len(self) + len(ids)):
            self._cluster(ids, vectors)
        else:
            self._index.add_with_ids(vectors, ids)
        self._ids |= new

    def remove(self, ids: Ids) -> int:
        """Remove the vectors of those of the ids that are in the index; return how many."""
        faiss = _faiss()
        present = self._ids.intersection(np.asarray(ids, np.int64).tolist())
        if present:
            array = np.array(sorted(present), dtype=np.int64)
            # Each kind of index has one selector that removes in time linear in the vectors.
            selector = (faiss.IDSelectorBatch if self.exact else faiss.IDSelectorArray)(array)
            self._index.remove_ids(selector)
            self._ids -= present
        return len(present)

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """Return up to k ids with their inner products, best first; only ids in ``allowed`` if it is given."""
        limit = min(k, len(self) if allowed is None else len(allowed))
        if limit <= 0:
            return []
        if self.exact:
            return self._search(vector, limit, allowed)
        nlist = self._index.nlist
        probes = max(1, math.ceil(nlist * PROBED_SHARE)) if allowed is None else nlist
        results = self._search(vector, limit, allowed, probes)
        if allowed is None and len(results) < limit:
            results = self._search(vector, limit, allowed, nlist)
        return results

    def scores(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """Return the inner products of the vector with those of the ids that are in the index."""
        present = [i for i in dict.fromkeys(ids) if i in self._ids]
        if not present:
            return {}
        products = inner_products(self.vectors(np.array(present, dtype=np.int64)), vector)
        return dict(zip(present, products, strict=True))

    def save(self, path: Path) -> None:
        """Write the index to a file.

        :raises OSError: if the file cannot be written; a part of it may be there then, which :meth:`load` refuses.
        """
        faiss = _faiss()
        with path.open("wb") as file:
            _write_checked(file, lambda write: faiss.write_index(self._index, faiss.PyCallbackIOWriter(write)))

    @classmethod
    def load(cls, path: Path, dimension: int, *, exact_limit: int = EXACT_LIMIT) -> FaissIndex:
        """Read an index from a file.

        :raises OSError: if the file cannot be read.
        :raises IndexFileError: if it is not an index, or is damaged or of another dimension.
        """
        faiss = _faiss()
        with path.open("rb") as file:
            _verify(file, path)
            try:
                loaded = faiss.read_index(faiss.PyCallbackIOReader(file.read))
            except RuntimeError as error:
                raise IndexFileError(f"{path.name} cannot be read as an index: {error}") from None
        index = cls(dimension, exact_limit=exact_limit)
        index._adopt(loaded, path)
        return index

    def _adopt(self, loaded: Any, path: Path) -> None:
        faiss = _faiss()
        if not isinstance(loaded, faiss.IndexIDMap2 | faiss.IndexIVFScalarQuantizer) or loaded.d != self.dimension:
            raise IndexFileError(f"{path.name} does not contain vectors of {self.dimension} numbers")
        self._index = loaded
        self._ids = {id_ for ids in _stored_ids(loaded) for id_ in ids.tolist()}

    def _search(
        self, vector: Vectors, k: int, allowed: Ids | None, probes: int | None = None
    ) -> list[tuple[int, float]]:
        faiss = _faiss()
        options: dict[str, Any] = {}
        if allowed is not None:
            options["sel"] = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
        if probes is not None:
            parameters = faiss.SearchParametersIVF(nprobe=probes, **options)
        else:
            parameters = faiss.SearchParameters(**options)
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        _, found = self._index.search(query, k, params=parameters)
        ids = found[0][found[0] >= 0]
        return rank(dict(zip(ids.tolist(), self.vectors(ids), strict=True)), vector) if len(ids) else []

    def _needs_clusters(self, size: int) -> bool:
        if size <= self._exact_limit:
            return False
        return self.exact or _clusters(size) >= 2 * int(self._index.nlist)

    def _cluster(self, ids: Ids, vectors: Vectors) -> None:
        """Move all vectors, including those of ``ids``, into an index with clusters that suit their number."""
        faiss = _faiss()
        if self._ids:
            old = self.ids
            ids, vectors = np.concatenate([old, ids]), np.concatenate([self.vectors(old), vectors])
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(self.dimension),
            self.dimension,
            _clusters(len(ids)),
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
            False,  # the vectors themselves, not what is left of them without their centroids
        )
        index.cp.spherical = True
        index.cp.max_points_per_centroid = TRAINING_POINTS
        index.cp.min_points_per_centroid = 1
        index.train(vectors)
        index.set_direct_map_type(faiss.DirectMap.Hashtable)  # reconstructs and removes by id
        index.add_with_ids(vectors, ids)
        self._index = index


def _faiss() -> Any:
    """Import FAISS on first use: it loads slowly, and its type stubs lack what is used here."""
    import faiss

    return faiss


def _clusters(size: int) -> int:
    return max(1, round(2 * math.sqrt(size)))


def _stored_ids(index: Any) -> Iterator[Ids]:
    faiss = _faiss()
    if not hasattr(index, "nlist"):
        yield faiss.vector_to_array(index.id_map)
        return
    for ids, _ in _stored_lists(index):
        yield ids


def _stored_lists(index: Any) -> Iterator[tuple[Ids, npt.NDArray[np.uint8]]]:
    """Yield views of the ids and the codes of each cluster."""
    faiss = _faiss()
    lists = index.invlists
    for number in range(index.nlist):
        if size := lists.list_size(number):
            codes = faiss.rev_swig_ptr(lists.get_codes(number), size * lists.code_size)
            yield faiss.rev_swig_ptr(lists.get_ids(number), size), codes.reshape(size, -1)


def _write_checked(file: IO[bytes], write_body: Any) -> None:
    """Write a body after a header with its length and checksum, and flush it to the disk.

    The checksum is needed because FAISS trusts the sizes that it reads: a damaged file could crash it.
    """
    length = checksum = 0

    def write(chunk: bytes) -> int:
        nonlocal length, checksum
        length, checksum = length + len(chunk), zlib.crc32(chunk, checksum)
        return file.write(chunk)

    file.write(_HEADER.pack(_MAGIC, 0, 0))
    try:
        write_body(write)
    except RuntimeError as error:
        raise OSError(f"the index cannot be written: {error}") from None
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, length, checksum))


def _verify(file: IO[bytes], path: Path) -> None:
    """Check the header and the body, and leave the file at the body's first byte."""
    header = file.read(_HEADER.size)
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
