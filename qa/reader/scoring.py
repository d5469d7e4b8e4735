"""From the inputs of the reader to start and end logits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

from embeddings.inference.bert_weights import BertWeights, is_plain_bert, read_bert
from embeddings.inference.packed_bert import PackedBert
from embeddings.inference.quantization import quantize
from qa.reader.input_layout import InputLayout, read_bert_layout
from qa.reader.model import SpanModel, load_model, weight_files
from qa.reader.windows import Window, batches, packs

__all__ = ["PaddedScorer", "Scorer", "build_scorer", "load_scorer"]

Floats = npt.NDArray[np.float32]
Logits = tuple[Floats, Floats]


class Scorer(Protocol):
    """Runs the network on inputs, in batches of its choice. Safe to use from many threads."""

    def logits(self, windows: Sequence[Window], batch_tokens: int) -> Iterator[tuple[Window, Logits]]:
        """Yield each input, in any order, with its start and end logits: one of each per token, padding last."""
        ...


def load_scorer(folder: Path, int8: bool) -> tuple[InputLayout, Scorer]:
    """Load a reader: a plain BERT straight from its files, which is fast, any other with transformers.

    :param int8: whether the linear layers compute in int8, except the span head.
    :raises ModelError: if the folder does not hold a model for extractive QA with a fast tokenizer.
    """
    weight_files(folder)
    if bert := read_bert(folder):
        layout = read_bert_layout(folder, positions=bert.positions, types=bert.types)
        weight, bias = bert.tensors.get("qa_outputs.weight"), bert.tensors.get("qa_outputs.bias")
        if layout and weight is not None and bias is not None:
            return layout, _PackedScorer(PackedBert(bert, int8=int8), weight, bias, layout.takes_type_ids)
    model = load_model(folder)
    return model, build_scorer(model, int8=int8)


def build_scorer(model: SpanModel, *, int8: bool) -> Scorer:
    """Return the fastest scorer for a model whose weights no longer change: packed for BERT, else padded.

    :param int8: quantise the model, in place.
    """
    body, head = getattr(model.network, "bert", None), getattr(model.network, "qa_outputs", None)
    if isinstance(body, torch.nn.Module) and isinstance(head, torch.nn.Linear) and is_plain_bert(body):
        bert = PackedBert(BertWeights.of(body), int8=int8)
        return _PackedScorer(bert, head.weight.detach(), head.bias.detach(), model.takes_type_ids)
    if int8:
        quantize(model.network)
    return PaddedScorer(model)


class PaddedScorer:
    """Runs any network on inputs padded to one length. Its weights may change between calls."""

    def __init__(self, model: SpanModel) -> None:
        self._model = model

    def logits(self, windows: Sequence[Window], batch_tokens: int) -> Iterator[tuple[Window, Logits]]:
        """Yield the inputs, the longest first; the logits of padding come last."""
        for batch in batches(windows, batch_tokens):
            yield from zip(batch, self._logits(batch), strict=True)

    def _logits(self, batch: Sequence[Window]) -> list[Logits]:
        model = self._model
        longest = max(map(len, batch))
        ids = torch.full((len(batch), longest), model.pad_id)
        type_ids, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, window in enumerate(batch):
            ids[row, : len(window)] = torch.tensor(window.ids)
            type_ids[row, : len(window)] = torch.tensor(window.type_ids)
            mask[row, : len(window)] = 1
        device = next(model.network.parameters()).device
        with torch.inference_mode():
            output = model.network(**model.arguments(ids.to(device), mask.to(device), type_ids.to(device)))
        starts, ends = (logits.float().cpu().numpy() for logits in (output.start_logits, output.end_logits))
        return list(zip(starts, ends, strict=True))


class _PackedScorer:
    """Runs a BERT with a span head on inputs without padding."""

    def __init__(
        self, network: PackedBert, weight: torch.Tensor, bias: torch.Tensor, takes_type_ids: bool
    ) -> None:
        self._network = network
        self._weight, self._bias = weight, bias
        self._takes_type_ids = takes_type_ids

    def logits(self, windows: Sequence[Window], batch_tokens: int) -> Iterator[tuple[Window, Logits]]:
        for batch in packs(windows, batch_tokens):
            kinds = [window.type_ids for window in batch] if self._takes_type_ids else ()
            states = self._network.hidden_states([window.ids for window in batch], kinds)
            with torch.inference_mode():
                starts, ends = torch.nn.functional.linear(states, self._weight, self._bias).numpy().T
            edges = np.cumsum([len(window) for window in batch])[:-1]
            logits = zip(np.split(starts, edges), np.split(ends, edges), strict=True)
            yield from zip(batch, logits, strict=True)
