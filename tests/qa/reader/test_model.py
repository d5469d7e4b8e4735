from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import torch
from transformers import BertModel, ByT5Tokenizer
from transformers.utils import logging

from qa.errors import ModelError
from qa.reader import ExtractiveReader
from qa.reader.model import BUNDLED, find_model, load_model


@pytest.fixture
def broken(folders: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of a reader, to be broken."""
    return Path(shutil.copytree(folders["bert"], tmp_path / "broken"))


def refused(folder: Path | str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        ExtractiveReader(folder).warm_up()


def test_the_lookup_order(tmp_path: Path) -> None:
    assert find_model(None) == find_model("") == BUNDLED
    assert find_model(tmp_path) == find_model(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("name", ["./none", "/no/such/folder", "a/b/c", Path("none")])
def test_no_such_folder(name: str | Path) -> None:
    with pytest.raises(ModelError, match="give a folder"):
        ExtractiveReader(name).warm_up()


def test_a_hub_id_while_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"hub could not give such a model.*connect to the network"):
        _ = ExtractiveReader("deepset/no-such-reader").fingerprint


def test_a_hub_id_uses_the_copy_on_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def downloaded(name: str, **options: Any) -> str:
        assert (name, options["local_files_only"]) == ("org/reader", True)
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", downloaded)
    assert find_model("org/reader") == tmp_path


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    refused(tmp_path, "no config.json")


def test_a_folder_without_weights(broken: Path) -> None:
    (broken / "model.safetensors").unlink()
    refused(broken, r"no \*.safetensors")


def test_damaged_weights(broken: Path) -> None:
    (broken / "model.safetensors").write_bytes(b"no weights")
    refused(broken, "not a model for extractive QA")


def test_an_unknown_architecture(broken: Path) -> None:
    (broken / "config.json").write_text('{"model_type": "unheard-of"}')
    refused(broken, "broken")


def test_a_bare_encoder(broken: Path) -> None:
    BertModel.from_pretrained(broken, add_pooling_layer=False).save_pretrained(broken)
    refused(broken, "no weights for qa_outputs")


def test_no_tokenizer(broken: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (broken / name).unlink()
    refused(broken, "no vocabulary")


def test_a_slow_tokenizer(broken: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (broken / name).unlink()
    ByT5Tokenizer().save_pretrained(broken)
    refused(broken, "slow tokenizer")


def test_a_window_too_short_for_a_passage(folder: Path) -> None:
    with pytest.raises(ModelError, match="too short"):
        ExtractiveReader(folder, window_tokens=4).read("Who?", ["won"])


def test_the_fingerprint_is_that_of_the_content(broken: Path, folders: dict[str, Path]) -> None:
    before = ExtractiveReader(broken).fingerprint
    assert before.split(":") == ["broken", ExtractiveReader(folders["bert"]).fingerprint.split(":")[1]]
    config = json.loads((broken / "config.json").read_text())
    (broken / "config.json").write_text(json.dumps({**config, "layer_norm_eps": 1e-5}))
    assert ExtractiveReader(broken).fingerprint != before


def test_weights_are_float32_and_positions_bound_the_input(folders: dict[str, Path]) -> None:
    models = {kind: load_model(folder) for kind, folder in folders.items()}
    assert {p.dtype for model in models.values() for p in model.network.parameters()} == {torch.float32}
    assert [models[kind].max_tokens for kind in ("bert", "roberta")] == [512, 128]
    assert models["deberta"].max_tokens > 10_000
    assert [models[kind].takes_type_ids for kind in ("bert", "roberta", "deberta")] == [True, False, False]


def test_loading_says_nothing_and_leaves_the_logging_as_it_was(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    ExtractiveReader(folder).warm_up()
    assert capfd.readouterr() == ("", "")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before
