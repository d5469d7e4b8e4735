"""Turns packed inputs into batches, on the device that trains the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from qa.errors import ModelError
from qa.reader.model import SpanModel
from qa.training.data.inputs import NOTHING, Inputs, rounded

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Batch", "Collator", "map_vocabulary"]


class Batch(NamedTuple):
    """Tensors of shape ``(inputs, tokens)``.

    ``allowed`` marks the positions where a span may start or end, including the null position. ``starts`` and
    ``ends`` are distributions over positions. ``soft``, of shape ``(2, inputs, tokens)``, has the start and end
    logits of the teacher, if there is one, at the allowed positions.
    """

    ids: torch.Tensor
    type_ids: torch.Tensor
    mask: torch.Tensor
    allowed: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    soft: torch.Tensor | None = None


class Collator:
    """Makes batches of inputs for a model, whose vocabulary must contain all of their pieces.

    :param tokenizer: the tokenizer that the ids of the pieces belong to.
    :raises ModelError: if the model's vocabulary lacks a piece.
    """

    def __init__(self, inputs: Inputs, tokenizer: Tokenizer, model: SpanModel, device: torch.device) -> None:
        self._template = model.template
        self._pad_id = model.pad_id
        self._device = device
        pieces = map_vocabulary(tokenizer, model.tokenizer)[inputs.pieces]
        if (pieces == NOTHING).any():
            raise ModelError("the model does not share the vocabulary that the training data was prepared with")
        totals = inputs.sizes.sum(1)
        self.lengths = inputs.lengths(model.template.size)
        self._pieces = torch.from_numpy(pieces).to(device)
        self._sizes = torch.from_numpy(inputs.sizes).to(device).long()
        self._targets = torch.from_numpy(inputs.targets).to(device).long()
        self._firsts = torch.from_numpy(np.cumsum(totals, dtype=np.int64) - totals).to(device)
        count = self._sizes[:, 1] + 1
        self._first_places = count.cumsum(0) - count
        self._soft: torch.Tensor | None = None

    def batch(self, rows: npt.NDArray[np.int64]) -> Batch:
        """Return a batch of the inputs with these indices; the answers to a question have equal probability."""
        template = self._template
        numbers = torch.from_numpy(rows).to(self._device)
        width = int(rounded(self.lengths[rows]).max())
        at = torch.arange(width, device=self._device).expand(len(rows), -1)
        question, passage = self._sizes[numbers].unsqueeze(-1).unbind(1)
        first, before, between = self._firsts[numbers, None], len(template.before), len(template.between)
        offset = before + question + between
        end = offset + passage
        in_question = (at >= before) & (at < before + question)
        in_passage = (at >= offset) & (at < end)
        source = torch.where(in_question, at - before, at - before - between) + first
        pieces = self._pieces[torch.where(in_question | in_passage, source, 0)].long()
        ids = torch.where(in_question | in_passage, pieces, self._pad_id)
        kinds = torch.zeros_like(ids).masked_fill_(in_question, template.question_type)
        kinds.masked_fill_(in_passage, template.passage_type)
        for part, begins in ((template.before, 0), (template.between, before + question), (template.after, end)):
            for number, (token, kind) in enumerate(part):
                here = at == begins + number
                ids.masked_fill_(here, token)
                kinds.masked_fill_(here, kind)
        allowed = in_passage | (at == template.null_index)
        starts, ends = (self._target(numbers, offset, side, at.shape) for side in (0, 1))
        mask = (at < end + len(template.after)).long()
        return Batch(ids, kinds, mask, allowed, starts, ends, self._soft_of(numbers, allowed))

    def _target(
        self, numbers: torch.Tensor, offset: torch.Tensor, side: int, shape: tuple[int, ...]
    ) -> torch.Tensor:
        targets = self._targets[numbers, :, side]
        real = targets != NOTHING
        shares = real / real.sum(1, keepdim=True).clamp_min(1)
        distribution = torch.zeros(shape, device=self._device)
        distribution.scatter_add_(1, torch.where(real, targets + offset, 0), shares)
        distribution[:, self._template.null_index] += ~real.any(1)
        return distribution

    def teach(self, soft: torch.Tensor) -> None:
        """Add a teacher's logits to all batches; shape ``(2, places)``, in the order of :meth:`places`."""
        self._soft = soft

    def places(self, numbers: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        """Return the index of each allowed position among those of all inputs, which is the same for any model.

        Each input has a place for the null position, and one for each piece of its passage.
        """
        firsts = self._first_places[numbers, None]
        return torch.where(allowed, firsts + allowed.long().cumsum(1) - 1, 0)

    @property
    def places_count(self) -> int:
        """The number of places of all inputs."""
        return int(self._sizes[:, 1].sum()) + len(self.lengths)

    def _soft_of(self, numbers: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor | None:
        if self._soft is None:
            return None
        return self._soft[:, self.places(numbers, allowed)].float().masked_fill(~allowed, float("-inf"))


def map_vocabulary(own: Tokenizer, other: Tokenizer) -> npt.NDArray[np.int32]:
    """Return the id in ``other`` of each piece of ``own``; -1 for pieces that it lacks."""
    vocabulary = other.get_vocab()
    table = np.full(own.get_vocab_size(), NOTHING, dtype=np.int32)
    for piece, number in own.get_vocab().items():
        table[number] = vocabulary.get(piece, NOTHING)
    return table
