"""Questions to token ids with their targets, in batches of similar length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from qa.evaluation.datasets import Example
from qa.reader.model import SpanModel
from qa.reader.windows import batches, cut_question, window_starts

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding

__all__ = ["Batch", "Feature", "Featurizer", "collate", "shuffled_batches"]

POOL = 4096
ENCODED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Feature:
    """An input and where its answers stand in it, as (first, last) positions; the null position without any."""

    ids: npt.NDArray[np.int32]
    passage: tuple[int, int]
    type_ids: npt.NDArray[np.int32]
    targets: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.ids)


class Batch(NamedTuple):
    """Tensors of shape ``(inputs, tokens)``.

    ``allowed`` marks where a span may begin or end, the null position among them; ``starts`` and ``ends`` are
    distributions over positions.
    """

    ids: torch.Tensor
    type_ids: torch.Tensor
    mask: torch.Tensor
    allowed: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor


class Featurizer:
    """Cuts questions and passages to windows as the reader does."""

    def __init__(self, model: SpanModel, max_tokens: int, stride_tokens: int) -> None:
        self._model = model
        self._room = min(max_tokens, model.max_tokens) - model.template.size
        self._stride = stride_tokens
        self._contexts: dict[str, Encoding] = {}

    def features(self, examples: Sequence[Example]) -> list[Feature]:
        """Return the inputs of all examples: one for each window of the passage."""
        made: list[Feature] = []
        for first in range(0, len(examples), ENCODED_AT_ONCE):
            some = examples[first : first + ENCODED_AT_ONCE]
            questions = self._encode([example.question for example in some])
            contexts = self._encode([example.context for example in some])
            for example, question, context in zip(some, questions, contexts, strict=True):
                made += self._windows(example, question, context)
        return made

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        unique = list(dict.fromkeys(texts))
        found = dict(
            zip(unique, self._model.tokenizer.encode_batch(unique, add_special_tokens=False), strict=True)
        )
        return [found[text] for text in texts]

    def _windows(self, example: Example, question: Encoding, context: Encoding) -> Iterator[Feature]:
        spans = [
            _token_span(context, s, s + len(t))
            for t, s in zip(example.answers, example.answer_starts, strict=True)
        ]
        found = sorted({span for span in spans if span})
        if example.answers and not found:
            return  # the answer is no whole token: nothing to learn from
        template = self._model.template
        asked = cut_question(question.ids, self._room // 2)
        room = self._room - len(asked)
        offset = len(template.before) + len(asked) + len(template.between)
        for start in window_starts(len(context.ids), room, self._stride):
            part = context.ids[start : start + room]
            ids, type_ids = template.fill(asked, part)
            shift = offset - start
            inside = tuple(
                (first + shift, last + shift)
                for first, last in found
                if start <= first and last < start + len(part)
            )
            yield Feature(
                ids=np.asarray(ids, dtype=np.int32),
                passage=(offset, offset + len(part)),
                type_ids=np.asarray(type_ids, dtype=np.int32),
                targets=inside or ((template.null_index, template.null_index),),
            )


def _token_span(context: Encoding, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and the last token of ``context[start:end]``."""
    first = next((t for c in range(start, end) if (t := context.char_to_token(c)) is not None), None)
    last = next((t for c in range(end - 1, start - 1, -1) if (t := context.char_to_token(c)) is not None), None)
    return None if first is None or last is None else (first, last)


def shuffled_batches(features: Sequence[Feature], batch_tokens: int, seed: str) -> list[list[Feature]]:
    """Return batches of inputs of similar length, at most ``batch_tokens`` each with padding, in random order."""
    random_ = random.Random(seed)  # noqa: S311
    order = random_.sample(features, len(features))
    made = [
        batch
        for first in range(0, len(order), POOL)
        for batch in batches(order[first : first + POOL], batch_tokens)
    ]
    random_.shuffle(made)
    return made


def collate(batch: Sequence[Feature], model: SpanModel) -> Batch:
    """Return a batch as tensors; several answers of a question share its probability evenly."""
    import torch

    shape = (len(batch), max(map(len, batch)))
    ids = torch.full(shape, model.pad_id)
    type_ids, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    allowed, starts, ends = torch.zeros(shape, dtype=torch.bool), torch.zeros(shape), torch.zeros(shape)
    for row, feature in enumerate(batch):
        size, (first, last) = len(feature), feature.passage
        ids[row, :size] = torch.from_numpy(feature.ids)
        type_ids[row, :size] = torch.from_numpy(feature.type_ids)
        mask[row, :size] = 1
        allowed[row, first:last] = True
        allowed[row, model.template.null_index] = True
        for start, end in feature.targets:
            starts[row, start] += 1 / len(feature.targets)
            ends[row, end] += 1 / len(feature.targets)
    return Batch(ids, type_ids, mask, allowed, starts, ends)
