from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForQuestionAnswering, BertModel, RobertaConfig, RobertaModel

from embeddings.inference.bert_weights import BertWeights, is_plain_bert, read_bert

SIZES = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 20,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A reader in half precision, as readers are stored."""
    BertForQuestionAnswering(BertConfig(**SIZES)).half().save_pretrained(tmp_path)
    return tmp_path


def test_weights_from_files_are_those_that_transformers_loads(folder: Path) -> None:
    read = read_bert(folder)
    network = BertForQuestionAnswering.from_pretrained(folder, dtype=torch.float32)
    expected = BertWeights.of(network.bert)
    assert read is not None
    assert (read.layers, read.heads, read.epsilon) == (expected.layers, expected.heads, expected.epsilon)
    assert (read.positions, read.types) == (20, 2)
    for name, tensor in expected.tensors.items():
        assert torch.equal(read[name], tensor), name
    assert torch.equal(read["qa_outputs.weight"], network.qa_outputs.weight)


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "roberta"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
    ],
)
def test_another_kind_of_model_is_left_to_transformers(folder: Path, change: dict[str, object]) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))
    assert read_bert(folder) is None


@pytest.mark.parametrize(("name", "content"), [("model.safetensors", b"damaged"), ("config.json", b"{")])
def test_a_damaged_model_is_left_to_transformers(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert read_bert(folder) is None


def test_a_model_that_lacks_a_layer_is_left_to_transformers(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    assert read_bert(folder) is None


def test_only_a_bert_with_gelu_is_plain() -> None:
    assert is_plain_bert(BertModel(BertConfig(**SIZES)))
    assert not is_plain_bert(BertModel(BertConfig(**SIZES, hidden_act="relu")))
    assert not is_plain_bert(RobertaModel(RobertaConfig(**SIZES)))
