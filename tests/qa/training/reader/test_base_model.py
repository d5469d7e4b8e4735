from __future__ import annotations

from pathlib import Path

import pytest
import torch

from qa.errors import ModelError
from qa.training.reader.base_model import load_base


def test_the_bundled_encoder_gets_a_fresh_span_head() -> None:
    model, tokenizer = load_base(None)
    assert sum(parameter.numel() for parameter in model.network.parameters()) == 22_566_146
    assert model.network.get_parameter("qa_outputs.weight").shape == (2, 384)
    assert model.max_tokens == tokenizer.model_max_length == 512
    assert next(model.network.parameters()).dtype == torch.float32


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be trained"):
        load_base(tmp_path)
