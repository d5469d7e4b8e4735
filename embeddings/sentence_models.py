"""Load and run embedding models in the format of sentence-transformers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.inference.bert_weights import read_bert
from embeddings.inference.hub import quiet_transformers
from embeddings.inference.packed_bert import PackedBert
from embeddings.inference.quantization import quantize, wants_int8
from embeddings.inference.token_batches import token_batches

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceModel", "load_sentence_model"]

Floats = npt.NDArray[np.float32]
Progress = Callable[[int], None]

BATCH_TEXTS = 32
BATCH_TOKENS = 2048
"""The most tokens in one forward pass: enough to keep the cores busy, few enough for their caches."""
TEXTS_AT_ONCE = 1024
POOLING_FLAGS = {"word_embedding_dimension", "pooling_mode_mean_tokens", "include_prompt"}


class SentenceModel(Protocol):
    """Embeds texts in batches. Many threads may embed at once."""

    dimension: int

    def embed(self, texts: Sequence[str], progress: Progress) -> Floats:
        """Return unit vectors of shape ``(len(texts), dimension)``; ``progress`` gets the size of each batch."""
        ...


def load_sentence_model(folder: Path, max_tokens: int, dtype: str) -> SentenceModel:
    """Load a model: as a packed network if it is a BERT with mean pooling, else with sentence-transformers.

    :param dtype: ``float32``, ``int8`` or ``auto``, which is int8 for a packed network where that is faster.
    :raises Exception: of many kinds, if the folder does not hold such a model.
    """
    weights = read_bert(folder) if _has_mean_pooling(folder) else None
    if weights:
        return _PackedModel(folder, max_tokens, PackedBert(weights, int8=wants_int8(dtype)))
    with quiet_transformers():
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()
    if dtype == "int8":
        quantize(model)
    return _PaddedModel(model)


class _PackedModel:
    """A packed BERT, whose vector is the mean of its states."""

    def __init__(self, folder: Path, max_tokens: int, network: PackedBert) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(min(max_tokens, network.max_tokens))
        self._tokenizer.no_padding()
        self._network = network
        self.dimension = network.width

    def embed(self, texts: Sequence[str], progress: Progress) -> Floats:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(texts), TEXTS_AT_ONCE):
            encodings = self._tokenizer.encode_batch(list(texts[first : first + TEXTS_AT_ONCE]))
            ids = [encoding.ids for encoding in encodings]
            order = sorted(range(len(ids)), key=lambda number: len(ids[number]))  # equal lengths attend together
            for part in token_batches([len(ids[number]) for number in order], BATCH_TOKENS):
                batch = order[part]
                vectors[[first + number for number in batch]] = self._means([ids[number] for number in batch])
                progress(len(batch))
        return vectors

    def _means(self, ids: Sequence[Sequence[int]]) -> Floats:
        import torch

        states = torch.split(self._network.hidden_states(ids), [len(text) for text in ids])
        means = torch.stack([text.mean(0) for text in states])
        return torch.nn.functional.normalize(means).numpy()


class _PaddedModel:
    """Any model that sentence-transformers can run."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self.dimension = int(model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str], progress: Progress) -> Floats:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(order), BATCH_TEXTS):
            batch = order[first : first + BATCH_TEXTS]
            vectors[batch] = self._model.encode(
                [texts[i] for i in batch], normalize_embeddings=True, show_progress_bar=False
            )
            progress(len(batch))
        return vectors


def _has_mean_pooling(folder: Path) -> bool:
    """Return whether the model is a transformer with mean pooling and, perhaps, normalisation; nothing else."""
    modules = _read(folder / "modules.json") or []
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or modules[0]["path"]:
        return False
    pooling = _read(folder / modules[1]["path"] / "config.json") or {}
    mean = pooling.get("pooling_mode_mean_tokens", pooling.get("pooling_mode") == "mean")
    others = {name for name, value in pooling.items() if value is True} - POOLING_FLAGS
    prompts = (_read(folder / "config_sentence_transformers.json") or {}).get("default_prompt_name")
    lowered = (_read(folder / "sentence_bert_config.json") or {}).get("do_lower_case")
    return bool(mean and not others and not prompts and not lowered)


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8")) if file.is_file() else None
