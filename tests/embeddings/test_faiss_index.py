"""FaissIndex: candidates of an exact and of a clustered index, filters, removal, files."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import faiss_index
from embeddings.checksums import Ids
from embeddings.encoder import Vectors
from embeddings.faiss_index import FaissIndex, IndexFileError, OutdatedIndexError, sample_size


def mixture(count: int, dimension: int, seed: int = 0, clusters: int = 200) -> Vectors:
    """Unit vectors around random centres, as the sentences of a corpus lie around its topics."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(clusters, dimension))
    vectors = centres[random.integers(0, clusters, count)] + 0.8 * random.normal(size=(count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


IDS = np.arange(400, dtype=np.int64) * 7 + 2**40
SUMS = np.arange(400) + 1000
VECTORS = mixture(400, 16)
QUERY = VECTORS[3] + VECTORS[4]


def brute(ids: Ids, vectors: Vectors, query: Vectors, k: int) -> list[int]:
    return ids[np.argsort(-(vectors @ query), kind="stable")[:k]].tolist()


def new_index(kind: str) -> FaissIndex:
    return FaissIndex(16) if kind == "exact" else FaissIndex.clustered(400, VECTORS)


@pytest.fixture(params=["exact", "clustered"])
def index(request: pytest.FixtureRequest) -> FaissIndex:
    return new_index(request.param)


def put(index: FaissIndex, chosen: slice) -> None:
    index.add(IDS[chosen], VECTORS[chosen], SUMS[chosen])


def nearest(index: FaissIndex, query: Vectors, k: int, allowed: Ids | None = None) -> list[int]:
    """Return the k nearest of the candidates, as a caller ranks them."""
    found = np.sort(index.candidates(query, k, allowed))
    assert len(set(found.tolist())) == len(found)
    return brute(found, VECTORS[np.searchsorted(IDS, found)], query, k)


def test_finds_each_vector_by_its_id(index: FaissIndex) -> None:
    put(index, slice(300, 400))
    put(index, slice(0, 300))
    assert len(index) == 400
    assert index.checksums.ids.tolist() == IDS.tolist()
    assert index.checksums.values.tolist() == SUMS.tolist()
    assert [nearest(index, VECTORS[row], 1) for row in range(0, 400, 40)] == [[id_] for id_ in IDS[::40]]


def test_the_nearest_are_among_the_candidates(index: FaissIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_index, "PROBED_SHARE", 1)
    put(index, slice(None))
    for seed in range(20):
        query = mixture(1, 16, seed)[0]
        for k in (1, 10, 150):
            assert nearest(index, query, k) == brute(IDS, VECTORS, query, k)


def test_an_index_suits_a_range_of_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_index, "EXACT_LIMIT", 50)
    assert [FaissIndex(16).suits(size) for size in (0, 50, 51)] == [True, True, False]
    index = FaissIndex.clustered(400, VECTORS)
    assert not index.exact
    assert [index.suits(size) for size in (10, 400, 1500, 1600)] == [True, True, True, False]


def test_clusters_need_a_sample_of_many_vectors() -> None:
    assert sample_size(400) == 400
    assert sample_size(10**6) == 64 * 2000


def test_filtered_candidates_are_allowed_ones_and_enough(index: FaissIndex) -> None:
    put(index, slice(None))
    few, many = IDS[5::11], np.concatenate([IDS[5::3], [1, 2]])
    assert nearest(index, QUERY, 10, few) == brute(few, VECTORS[5::11], QUERY, 10)
    assert nearest(index, QUERY, 100, few) == brute(few, VECTORS[5::11], QUERY, 100)
    assert nearest(index, QUERY, 10, many) == brute(IDS[5::3], VECTORS[5::3], QUERY, 10)
    assert index.candidates(QUERY, 5, np.array([1, 2, IDS[8]])).tolist() == [IDS[8]]
    assert index.candidates(QUERY, 5, np.array([], dtype=np.int64)).tolist() == []


def test_k_candidates_are_k_at_least(index: FaissIndex) -> None:
    assert index.candidates(QUERY, 5).tolist() == []
    put(index, slice(None))
    for k in (300, 400, 1000):
        assert len(set(index.candidates(QUERY, k).tolist())) >= min(k, 400)
    assert index.candidates(QUERY, 0).tolist() == []


def test_removed_vectors_are_gone_and_their_ids_free(index: FaissIndex) -> None:
    put(index, slice(None))
    assert index.remove(np.array([IDS[0], IDS[1], 5, IDS[0]])) == 2
    assert index.remove(np.array([IDS[0]])) == 0
    assert len(index) == 398
    assert index.checksums.ids.tolist() == IDS[2:].tolist()
    assert IDS[0] not in index.candidates(VECTORS[0], 400)
    index.add(IDS[:1], VECTORS[1:2], SUMS[1:2])
    assert IDS[0] in index.candidates(VECTORS[1], 1)


def test_refuses_wrong_shapes_and_ids_twice(index: FaissIndex) -> None:
    put(index, slice(0, 2))
    for ids, vectors in [
        (IDS[2:4], VECTORS[2:3]),
        (IDS[2:3], VECTORS[2:3, :8]),
        (IDS[1:2], VECTORS[1:2]),
        (np.array([5, 5]), VECTORS[2:4]),
    ]:
        with pytest.raises(ValueError, match="ids"):
            index.add(ids, vectors, SUMS[: len(ids)])
    put(index, slice(0, 0))
    assert len(index) == 2


def test_saves_and_loads(index: FaissIndex, tmp_path: Path) -> None:
    path = tmp_path / "índex 1.faiss"
    put(index, slice(None))
    index.remove(IDS[:5])
    index.save(path)
    index.save(path)
    loaded = FaissIndex.load(path, 16)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert loaded.exact == index.exact
    assert loaded.checksums == index.checksums
    assert loaded.candidates(VECTORS[9], 7).tolist() == index.candidates(VECTORS[9], 7).tolist()
    assert loaded.remove(IDS[5:9]) == 4
    loaded.add(IDS[:2], VECTORS[:2], SUMS[:2])
    assert nearest(loaded, VECTORS[1], 1) == [IDS[1]]


def test_saves_and_loads_an_empty_index(tmp_path: Path) -> None:
    FaissIndex(16).save(tmp_path / "empty")
    assert len(FaissIndex.load(tmp_path / "empty", 16)) == 0


@settings(max_examples=40)
@given(data=st.data())
def test_damaged_files_are_refused(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("damaged") / "index"
    index = FaissIndex(16)
    put(index, slice(0, 20))
    index.save(path)
    content = bytearray(path.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[position:]
    else:
        content[position] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(IndexFileError):
        FaissIndex.load(path, 16)


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.write_bytes(b"%PDF-1.7 is no index at all")
    with pytest.raises(IndexFileError, match="not an index"):
        FaissIndex.load(path, 16)
    body = b"IxXX and more"
    path.write_bytes(struct.pack("<8sQI", b"QWINDEX2", len(body), zlib.crc32(body)) + body)
    with pytest.raises(IndexFileError, match="cannot be read"):
        FaissIndex.load(path, 16)
    path.write_bytes(struct.pack("<8sQI", b"QWINDEX1", len(body), zlib.crc32(body)) + body)
    with pytest.raises(OutdatedIndexError, match="earlier version"):
        FaissIndex.load(path, 16)
    FaissIndex(8).save(path)
    with pytest.raises(IndexFileError, match="16 numbers"):
        FaissIndex.load(path, 16)
    with pytest.raises(FileNotFoundError):
        FaissIndex.load(tmp_path / "missing", 16)


def test_clustered_recall() -> None:
    vectors, queries = mixture(6000, 384), mixture(60, 384, seed=1)
    ids = np.arange(6000, dtype=np.int64)
    index = FaissIndex.clustered(6000, vectors)
    index.add(ids, vectors, ids)
    recalls = [len(set(index.candidates(q, 10).tolist()) & set(brute(ids, vectors, q, 10))) / 10 for q in queries]
    assert np.mean(recalls) >= 0.95


def test_eight_bits_a_number_lose_none_of_the_nearest() -> None:
    vectors, queries = mixture(6000, 384), mixture(20, 384, seed=1)
    ids = np.arange(6000, dtype=np.int64)
    index = FaissIndex.clustered(6000, vectors)
    index.add(ids, vectors, ids)
    for query in queries:
        found = index.candidates(query, 100, ids)
        assert len(found) == 150
        assert set(brute(ids, vectors, query, 100)) <= set(found.tolist())


@settings(max_examples=30)
@given(
    kind=st.sampled_from(["exact", "clustered"]),
    steps=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 79), min_size=1, max_size=30)), max_size=12),
)
def test_agrees_with_a_set(kind: str, steps: list[tuple[bool, set[int]]]) -> None:
    index, model = new_index(kind), set[int]()
    for adds, chosen in steps:
        if adds:
            new = np.array(sorted(chosen - model), dtype=np.int64)
            index.add(new, VECTORS[new], SUMS[new])
            model |= chosen
        else:
            assert index.remove(np.array(sorted(chosen))) == len(model & chosen)
            model -= chosen
    assert index.checksums.ids.tolist() == sorted(model)
    assert sorted(index.candidates(VECTORS[0], 100).tolist()) == sorted(model)
