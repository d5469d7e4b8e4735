"""Distillation: the logits of a larger reader on the training data, and the loss to learn from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from qa.reader.model import SpanModel
from qa.training.data.batches import Collator
from qa.training.data.inputs import Inputs, shuffled_batches
from qa.training.reader.base_model import load_base
from qa.training.reader.precision import autocast

__all__ = ["Teacher", "distillation_loss"]

BATCH_TOKENS = 32768


class Teacher:
    """A trained reader to learn from; its vocabulary must contain all word pieces of the inputs.

    :param on_batch: is called after each batch with how many inputs are done, and how many there are.
    :raises ModelError: if there is no such model.
    """

    def __init__(
        self, model: str | Path, device: torch.device, on_batch: Callable[[int, int], None] | None = None
    ) -> None:
        self._model: SpanModel = load_base(model)[0]
        self._model.network.to(device).eval()
        self._device = device
        self._on_batch = on_batch

    @torch.inference_mode()
    def logits(self, inputs: Inputs, tokenizer: Tokenizer, *, answerable: bool = False) -> torch.Tensor:
        """Return start and end logits of all inputs, shape ``(2, places)``, as ``Collator.places`` orders them.

        :param answerable: read only the inputs with an answer; the logits of the others are 0.

        :raises ModelError: if the teacher's vocabulary lacks a word piece.
        """
        collator = Collator(inputs, tokenizer, self._model, self._device)
        logits = torch.zeros(2, collator.places_count, dtype=torch.float16, device=self._device)
        asked = np.flatnonzero(inputs.answerable) if answerable else np.arange(len(inputs))
        done = 0
        for some in shuffled_batches(collator.lengths[asked], BATCH_TOKENS, "teacher"):
            rows = asked[some]
            batch = collator.batch(rows)
            with autocast(self._device):
                output = self._model.network(**self._model.arguments(batch.ids, batch.mask, batch.type_ids))
            batch_logits = torch.stack([output.start_logits, output.end_logits]).to(logits.dtype)
            places = collator.places(torch.from_numpy(rows).to(self._device), batch.allowed)
            logits[:, places[batch.allowed]] = batch_logits[:, batch.allowed]
            done += len(rows)
            if self._on_batch:
                self._on_batch(done, len(asked))
        return logits


def distillation_loss(
    start_logits: torch.Tensor,
    end_logits: torch.Tensor,
    soft: torch.Tensor,
    allowed: torch.Tensor,
    temperature: float,
) -> torch.Tensor:
    """Return for each input the divergence of start and end from the teacher's, both softened by the temperature.

    The mean Kullback-Leibler divergence of both, times the temperature squared (Hinton et al. 2015,
    arXiv 1503.02531), over the positions where a span may start or end. Shape ``(inputs,)``.
    """
    own = torch.stack([start_logits, end_logits]).float().masked_fill(~allowed, -1e9)
    log_shares = (own / temperature).log_softmax(-1).masked_fill(~allowed, 0)
    target = (soft / temperature).softmax(-1)
    divergence: torch.Tensor = -(target * log_shares).sum(-1) - torch.special.entr(target).sum(-1)
    return divergence.mean(0) * temperature**2
