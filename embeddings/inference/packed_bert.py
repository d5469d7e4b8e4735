"""BERT without padding, in float32 or int8.

The texts of a batch are packed into one long row of tokens. All layers except attention work on single tokens, so
they take the whole row; attention takes one text at a time, or several of the same length. So padding and masks
cost nothing, the result of a text does not depend on the other texts, and batches can be small enough for the
cache of the processor. Query, key and value are one product, so that their input is quantised once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

import torch
from torch.nn.functional import embedding, layer_norm, linear, scaled_dot_product_attention

from embeddings.inference import batching
from embeddings.inference.batching import Ids
from embeddings.inference.bert_weights import BertWeights
from embeddings.inference.quantization import QuantizedLinear

__all__ = ["PackedBert"]


class PackedBert:
    """Computes the hidden states of packed texts.

    :param int8: whether the linear layers compute in int8.
    """

    def __init__(self, weights: BertWeights, *, int8: bool) -> None:
        self._words = weights["embeddings.word_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"]
        self._types = weights["embeddings.token_type_embeddings.weight"]
        self._norm = _Norm.of(weights, "embeddings.LayerNorm")
        self.max_tokens, self.width = self._positions.shape
        self._layers = [_Layer(weights, f"encoder.layer.{number}", int8) for number in range(weights.layers)]

    def hidden_states(self, ids: Ids, type_ids: Ids = ()) -> torch.Tensor:
        """Return the states of all tokens in the last layer, text by text, of shape ``(tokens, width)``.

        All packed networks share one batcher, which runs the requests of waiting threads together.

        :param ids: the token ids of each text with special tokens: at least one id, at most ``max_tokens``.
        :param type_ids: the token type ids of each text; 0 for all tokens by default.
        """
        return batching.BATCHER.run(self._states, ids, type_ids)

    @torch.inference_mode()
    def _states(self, ids: Ids, type_ids: Ids) -> torch.Tensor:
        lengths = [len(text) for text in ids]
        positions = torch.cat([torch.arange(length) for length in lengths])
        states = embedding(torch.tensor([token for text in ids for token in text]), self._words)
        if type_ids:
            states += embedding(torch.tensor([kind for text in type_ids for kind in text]), self._types)
        else:
            states += self._types[0]
        states = self._norm(states.add_(embedding(positions, self._positions)))
        runs = list(_runs(lengths))
        for layer in self._layers:
            states = layer(states, runs)
        return states


class _Norm(NamedTuple):
    """A layer norm."""

    weight: torch.Tensor
    bias: torch.Tensor
    epsilon: float

    @classmethod
    def of(cls, weights: BertWeights, name: str) -> _Norm:
        return cls(weights[f"{name}.weight"], weights[f"{name}.bias"], weights.epsilon)

    def __call__(self, states: torch.Tensor) -> torch.Tensor:
        return layer_norm(states, self.weight.shape, self.weight, self.bias, self.epsilon)


class _Layer:
    """A layer of the encoder that works on packed tokens.

    :param name: before the names of its weights.
    """

    def __init__(self, weights: BertWeights, name: str, int8: bool) -> None:
        self._heads = weights.heads
        attention = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        self._attend = _linear(weights, int8, *attention)
        self._project = _linear(weights, int8, f"{name}.attention.output.dense")
        self._attended_norm = _Norm.of(weights, f"{name}.attention.output.LayerNorm")
        self._widen = _linear(weights, int8, f"{name}.intermediate.dense")
        self._narrow = _linear(weights, int8, f"{name}.output.dense")
        self._norm = _Norm.of(weights, f"{name}.output.LayerNorm")

    def __call__(self, states: torch.Tensor, runs: Sequence[tuple[int, int]]) -> torch.Tensor:
        attended = self._attention(self._attend(states), runs)
        states = self._attended_norm(self._project(attended).add_(states))
        wide = torch.ops.aten.gelu_(self._widen(states))
        return self._norm(self._narrow(wide).add_(states))

    def _attention(self, projected: torch.Tensor, runs: Sequence[tuple[int, int]]) -> torch.Tensor:
        """Return the attended values, of shape ``(tokens, width)``."""
        tokens, width = projected.shape[0], projected.shape[1] // 3
        attended = projected.new_empty(tokens, width)
        first = 0
        for count, length in runs:
            stop = first + count * length
            shape = count, length, 3, self._heads, width // self._heads
            query, key, value = projected[first:stop].view(shape).permute(2, 0, 3, 1, 4)
            part = attended[first:stop].view(count, length, self._heads, width // self._heads)
            part.copy_(scaled_dot_product_attention(query, key, value).transpose(1, 2))
            first = stop
        return attended


def _linear(weights: BertWeights, int8: bool, *names: str) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return one linear layer that gives the outputs of all named layers, concatenated."""
    weight, bias = (torch.cat([weights[f"{name}.{part}"] for name in names]) for part in ("weight", "bias"))
    if int8:
        return QuantizedLinear(weight, bias)
    return partial(linear, weight=weight, bias=bias)


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the size of each run of equal lengths, and the length."""
    for length, same in groupby(lengths):
        yield sum(1 for _ in same), length
