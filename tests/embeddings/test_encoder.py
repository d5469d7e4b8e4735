from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from embeddings import encoder as module
from embeddings.encoder import EncoderError, SentenceEncoder

TEXTS = ["The harbour was rebuilt in 1931.", "Bees make honey.", "They reconstructed the port.", ""]


def test_the_bundled_model_is_known_by_its_published_checksum(encoder: SentenceEncoder) -> None:
    assert encoder.fingerprint == f"all-MiniLM-L6-v2@{module.PUBLISHED_SHA256[:12]}"
    assert (encoder.dimension, encoder.max_tokens) == (384, 256)


def test_a_damaged_bundled_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    monkeypatch.setattr(module, "BUNDLED", tmp_path)
    with pytest.raises(EncoderError, match="is damaged; reinstall quotewell"):
        _ = SentenceEncoder().fingerprint


def test_the_bundled_weights_are_half_of_those_that_were_published() -> None:
    files = {file.name for file in module.BUNDLED.rglob("*") if file.is_file()}
    assert {
        "README.md",
        "config.json",
        "model.safetensors",
        "modules.json",
        "tokenizer.json",
        "vocab.txt",
    } <= files
    weights = load_file(module.BUNDLED / "model.safetensors")
    assert {str(tensor.dtype) for tensor in weights.values()} == {"torch.float16", "torch.int64"}
    assert module.PUBLISHED_SHA256 in (module.BUNDLED / "README.md").read_text("utf-8")
    assert (module.BUNDLED / "model.safetensors").stat().st_size < 50 << 20  # what GitHub takes


def test_vectors_are_unit_and_in_the_order_of_the_texts(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1]
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_progress_counts_every_text(encoder: SentenceEncoder) -> None:
    batches: list[int] = []
    encoder.encode(["text"] * 70, batches.append)
    assert sum(batches) == 70
    assert encoder.encode([]).shape == (0, 384)


def test_tokens_are_counted_without_truncation(encoder: SentenceEncoder) -> None:
    assert encoder.count_tokens(["hello world", "", "hello " * 1000]) == [2, 0, 1000]


def test_a_model_in_a_folder(tmp_path: Path, encoder: SentenceEncoder) -> None:
    folder = tmp_path / "my-model"
    shutil.copytree(module.BUNDLED, folder)
    own = SentenceEncoder(folder)
    assert own.fingerprint.startswith("my-model@")
    np.testing.assert_array_equal(own.encode(TEXTS), encoder.encode(TEXTS))


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json"])
def test_the_error_for_a_folder_without_a_model_names_what_is_missing(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(module.BUNDLED, folder, ignore=shutil.ignore_patterns(missing))
    own = SentenceEncoder(folder)
    with pytest.raises(EncoderError, match=missing.rsplit(".", maxsplit=1)[-1]):
        _ = (own.fingerprint, own.count_tokens(["x"]))


def test_damaged_settings_are_named(tmp_path: Path) -> None:
    shutil.copytree(module.BUNDLED, tmp_path / "model")
    (tmp_path / "model" / "modules.json").write_text("{")
    with pytest.raises(EncoderError, match=r"modules\.json is damaged"):
        _ = SentenceEncoder(tmp_path / "model").dimension


def test_a_hub_model_needs_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match="no-such/model"):
        _ = SentenceEncoder("no-such/model").fingerprint


def test_the_dimension_comes_without_the_weights(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(json.dumps([{"path": ""}, {"path": "1_Pooling"}, {"path": "2_Dense"}]))
    for name, key in (("1_Pooling", "word_embedding_dimension"), ("2_Dense", "out_features")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps({key: len(name)}))
    assert SentenceEncoder(tmp_path).dimension == len("2_Dense")


def test_vectors_are_those_of_sentence_transformers_in_float32_and_near_them_in_int8() -> None:
    from sentence_transformers import SentenceTransformer

    texts = [*TEXTS, "A longer one. " * 40, "word " * 400]
    expected = SentenceTransformer(str(module.BUNDLED), device="cpu").encode(texts)
    exact, near = (SentenceEncoder(dtype=dtype).encode(texts) for dtype in ("float32", "int8"))
    np.testing.assert_allclose(exact, expected, atol=1e-5)
    assert np.einsum("ij,ij->i", near, expected).min() > 0.98


def test_a_model_with_other_pooling_runs_with_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = tmp_path / "cls"
    shutil.copytree(module.BUNDLED, folder)
    pooling = folder / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text()) | {
        "pooling_mode_mean_tokens": False,
        "pooling_mode_cls_token": True,
    }
    pooling.write_text(json.dumps(settings))
    expected = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(SentenceEncoder(folder).encode(TEXTS), expected, atol=1e-5)
