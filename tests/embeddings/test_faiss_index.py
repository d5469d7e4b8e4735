"""FaissIndex: exact and clustered search, filters, removal, files."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import faiss_index
from embeddings.encoder import Vectors
from embeddings.faiss_index import HALF, FaissIndex, Ids, IndexFileError

CLUSTERED = 50
EXACT = 10**6


def unit(vectors: np.ndarray) -> Vectors:
    """Unit vectors in half precision, as a library rounds them."""
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(HALF).astype(np.float32)


def mixture(count: int, dimension: int, seed: int = 0, clusters: int = 200) -> Vectors:
    """Vectors around random centres, as the sentences of a corpus lie around its topics."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(clusters, dimension))
    return unit(centres[random.integers(0, clusters, count)] + 0.8 * random.normal(size=(count, dimension)))


def brute(ids: Ids, vectors: Vectors, query: Vectors, k: int) -> list[int]:
    return ids[np.argsort(-(vectors @ query), kind="stable")[:k]].tolist()


@pytest.fixture(params=[EXACT, CLUSTERED], ids=["exact", "clustered"])
def index(request: pytest.FixtureRequest) -> FaissIndex:
    return FaissIndex(16, exact_limit=request.param)


IDS = np.arange(400, dtype=np.int64) * 7 + 2**40
VECTORS = mixture(400, 16)


def test_finds_each_vector_by_its_id(index: FaissIndex) -> None:
    index.add(IDS[:300], VECTORS[:300])
    index.add(IDS[300:], VECTORS[300:])
    assert len(index) == 400
    assert index.ids.tolist() == IDS.tolist()
    np.testing.assert_array_equal(index.vectors(IDS[::9]), VECTORS[::9])
    for position in range(0, 400, 40):
        [(found, score)] = index.search(VECTORS[position], 1)
        assert found == IDS[position]
        assert score == pytest.approx(1, abs=1e-3)


def test_yields_all_vectors_in_blocks(index: FaissIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_index, "_BLOCK", 60)
    index.add(IDS, VECTORS)
    blocks = list(index.blocks())
    assert len(blocks) > 5
    held = {id_: row for ids, vectors in blocks for id_, row in zip(ids.tolist(), vectors, strict=True)}
    assert sorted(held) == IDS.tolist()
    np.testing.assert_array_equal(np.stack([held[id_] for id_ in IDS.tolist()]), VECTORS.astype(HALF))
    assert list(FaissIndex(16).blocks()) == []


def test_small_indexes_are_exact_and_large_ones_clustered() -> None:
    index = FaissIndex(16, exact_limit=CLUSTERED)
    index.add(IDS[:CLUSTERED], VECTORS[:CLUSTERED])
    assert index.exact
    index.add(IDS[CLUSTERED:], VECTORS[CLUSTERED:])
    assert not index.exact
    assert len(index) == 400


def test_clusters_grow_with_the_index() -> None:
    index = FaissIndex(16, exact_limit=CLUSTERED)
    index.add(IDS[:60], VECTORS[:60])
    before = index._index.nlist
    index.add(IDS[60:], VECTORS[60:])
    assert index._index.nlist > 2 * before
    assert index.ids.tolist() == IDS.tolist()


def test_results_are_ordered_and_scores_are_inner_products(index: FaissIndex) -> None:
    index.add(IDS, VECTORS)
    query = VECTORS[3] + VECTORS[4]
    found = index.search(query, 20)
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    expected = dict(zip(IDS.tolist(), (VECTORS @ query).tolist(), strict=True))
    assert dict(found) == pytest.approx({i: expected[i] for i, _ in found}, abs=1e-5)
    assert index.scores(query, [IDS[5], 1, IDS[5], IDS[9]]) == pytest.approx(
        {IDS[5]: expected[IDS[5]], IDS[9]: expected[IDS[9]]}, abs=1e-5
    )


def test_filtered_search_is_exact_and_full(index: FaissIndex) -> None:
    index.add(IDS, VECTORS)
    allowed = IDS[5::11]
    found = [i for i, _ in index.search(VECTORS[0], 10, allowed)]
    assert found == brute(allowed, VECTORS[5::11], VECTORS[0], 10)
    assert len(index.search(VECTORS[0], 100, allowed)) == len(allowed)
    assert index.search(VECTORS[0], 5, np.array([1, 2, IDS[8]])) == [
        (IDS[8], pytest.approx(VECTORS[0] @ VECTORS[8], abs=1e-5))
    ]
    assert index.search(VECTORS[0], 5, np.array([], dtype=np.int64)) == []


def test_k_results_are_k_results(index: FaissIndex) -> None:
    assert index.search(VECTORS[0], 5) == []
    index.add(IDS, VECTORS)
    assert len(index.search(VECTORS[0], 400)) == 400
    assert len(index.search(VECTORS[0], 1000)) == 400
    assert index.search(VECTORS[0], 0) == []


def test_removed_vectors_are_gone_and_their_ids_free(index: FaissIndex) -> None:
    index.add(IDS, VECTORS)
    assert index.remove(np.array([IDS[0], IDS[1], 5, IDS[0]])) == 2
    assert index.remove(np.array([IDS[0]])) == 0
    assert len(index) == 398
    assert index.scores(VECTORS[0], [IDS[0], IDS[2]]).keys() == {IDS[2]}
    assert IDS[0] not in dict(index.search(VECTORS[0], 400))
    np.testing.assert_array_equal(index.vectors(IDS[2:]), VECTORS[2:])
    index.add(IDS[:1], VECTORS[1:2])
    assert index.search(VECTORS[1], 1)[0][0] == IDS[0]


def test_refuses_wrong_shapes_and_ids_twice(index: FaissIndex) -> None:
    index.add(IDS[:2], VECTORS[:2])
    for ids, vectors in [
        (IDS[2:4], VECTORS[2:3]),
        (IDS[2:3], VECTORS[2:3, :8]),
        (IDS[1:2], VECTORS[1:2]),
        (np.array([5, 5]), VECTORS[2:4]),
    ]:
        with pytest.raises(ValueError, match="ids"):
            index.add(ids, vectors)
    index.add(IDS[:0], VECTORS[:0])
    assert len(index) == 2


def test_saves_and_loads(index: FaissIndex, tmp_path: Path) -> None:
    path = tmp_path / "índex 1.faiss"
    index.add(IDS, VECTORS)
    index.remove(IDS[:5])
    index.save(path)
    index.save(path)
    loaded = FaissIndex.load(path, 16)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert loaded.ids.tolist() == IDS[5:].tolist()
    assert loaded.search(VECTORS[9], 7) == index.search(VECTORS[9], 7)
    assert loaded.remove(IDS[5:9]) == 4
    loaded.add(IDS[:2], VECTORS[:2])
    assert loaded.search(VECTORS[1], 1)[0][0] == IDS[1]


def test_saves_and_loads_an_empty_index(tmp_path: Path) -> None:
    FaissIndex(16).save(tmp_path / "empty")
    assert len(FaissIndex.load(tmp_path / "empty", 16)) == 0


@settings(max_examples=40)
@given(data=st.data())
def test_damaged_files_are_refused(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("damaged") / "index"
    index = FaissIndex(16)
    index.add(IDS[:20], VECTORS[:20])
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
    path.write_bytes(struct.pack("<8sQI", b"QWINDEX1", len(body), zlib.crc32(body)) + body)
    with pytest.raises(IndexFileError, match="cannot be read"):
        FaissIndex.load(path, 16)
    FaissIndex(8).save(path)
    with pytest.raises(IndexFileError, match="16 numbers"):
        FaissIndex.load(path, 16)
    with pytest.raises(FileNotFoundError):
        FaissIndex.load(tmp_path / "missing", 16)


def test_clustered_recall() -> None:
    vectors, queries = mixture(6000, 384), mixture(60, 384, seed=1)
    ids = np.arange(6000, dtype=np.int64)
    index = FaissIndex(384, exact_limit=1000)
    index.add(ids, vectors)
    found = [{i for i, _ in index.search(query, 10)} for query in queries]
    recall = np.mean([len(f & set(brute(ids, vectors, q, 10))) / 10 for f, q in zip(found, queries, strict=True)])
    assert recall >= 0.95


@settings(max_examples=30)
@given(steps=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 79), min_size=1, max_size=30)), max_size=12))
def test_agrees_with_a_dictionary(steps: list[tuple[bool, set[int]]]) -> None:
    index, model = FaissIndex(16, exact_limit=40), set[int]()
    for adds, chosen in steps:
        if adds:
            new = np.array(sorted(chosen - model), dtype=np.int64)
            index.add(new, VECTORS[new])
            model |= chosen
        else:
            assert index.remove(np.array(sorted(chosen))) == len(model & chosen)
            model -= chosen
    held = np.array(sorted(model), dtype=np.int64)
    assert index.ids.tolist() == held.tolist()
    found = [i for i, _ in index.search(VECTORS[0], 100)]
    assert sorted(found) == held.tolist()
    np.testing.assert_array_equal(index.vectors(held), VECTORS[held])
