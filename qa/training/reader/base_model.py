"""Loads the model that training starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from embeddings.encoder import BUNDLED, EncoderError
from embeddings.inference.hub import first_line, quiet_transformers
from qa.errors import ModelError
from qa.reader.model import SpanModel, find_model, span_model

__all__ = ["load_base"]


def load_base(base: str | Path | None) -> tuple[SpanModel, Any]:
    """Return a network with a span head (a new one if the base has none), and its transformers tokenizer.

    CPUs use eager attention, because the backward pass of the fused kernel takes three times as long there.

    :param base: a folder or a hub id; the bundled encoder by default.
    :raises ModelError: if there is no such model.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    attention = None if torch.cuda.is_available() else "eager"
    try:
        folder = find_model(base) if base else BUNDLED
        with quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)  # nosec B615 # local
            network = AutoModelForQuestionAnswering.from_pretrained(  # nosec B615 # a local folder
                folder, local_files_only=True, dtype=torch.float32, attn_implementation=attention
            )
    except (EncoderError, OSError, ValueError) as error:
        raise ModelError(f"{base or 'the bundled encoder'} cannot be trained: {first_line(error)}") from error
    if not tokenizer.is_fast:
        raise ModelError(f"{base} has a slow tokenizer, which cannot return offsets")
    tokenizer.model_max_length = getattr(network.config, "max_position_embeddings", tokenizer.model_max_length)
    return span_model(network, tokenizer), tokenizer
