from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.reader.input_layout import InputLayout, read_bert_layout
from qa.reader.model import BUNDLED, load_model
from tests.qa.reader.models import TEXTS


def assert_same(layout: InputLayout | None, expected: InputLayout) -> None:
    assert layout is not None
    names = ("template", "pad_id", "max_tokens", "takes_type_ids")
    assert [getattr(layout, name) for name in names] == [getattr(expected, name) for name in names]
    for text in (*TEXTS, "Ünïcode\u200b and ﬁ [CLS] CAPITALS"):
        encoding, other = (one.tokenizer.encode(text) for one in (layout, expected))
        assert (encoding.ids, encoding.offsets) == (other.ids, other.offsets)


def test_the_bundled_reader_has_the_layout_that_transformers_finds() -> None:
    assert_same(read_bert_layout(BUNDLED, positions=512, types=2), load_model(BUNDLED))


def test_a_bert_has_the_layout_that_transformers_finds(folders: dict[str, Path]) -> None:
    assert_same(read_bert_layout(folders["bert"], positions=512, types=2), load_model(folders["bert"]))


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("tokenizer_config.json", {"do_lower_case": False}),
        ("tokenizer_config.json", {"tokenizer_class": "ElectraTokenizer"}),
        ("tokenizer_config.json", {"pad_token": "[NONE]"}),
        ("tokenizer.json", {"model": None}),
    ],
)
def test_files_that_do_not_say_it_all_are_left_to_transformers(
    tmp_path: Path, file: str, change: dict[str, Any]
) -> None:
    folder = Path(shutil.copytree(BUNDLED, tmp_path / "reader"))
    (folder / file).write_text(json.dumps(json.loads((folder / file).read_text("utf-8")) | change))
    assert read_bert_layout(folder, positions=512, types=2) is None


def test_a_model_without_token_types_takes_none() -> None:
    layout = read_bert_layout(BUNDLED, positions=100, types=1)
    assert layout is not None
    assert layout == replace(layout, max_tokens=100, takes_type_ids=False)
