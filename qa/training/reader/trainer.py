"""The training loop, with checkpoints from which a run resumes exactly where it stopped."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from qa.export.atomic_write import atomic_replace
from qa.reader.model import SpanModel
from qa.training.data.batches import Batch, Collator
from qa.training.data.inputs import Inputs, shuffled_batches
from qa.training.reader.averaging import save_weights
from qa.training.reader.distillation import Teacher, distillation_loss
from qa.training.reader.optimization import build_optimizer, freeze, learning_rate_at, set_dropout
from qa.training.reader.precision import autocast, pick_device
from qa.training.recipe import Recipe

__all__ = ["BEST", "CHECKPOINT", "Evaluation", "Progress", "Trainer", "span_losses"]

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"
LOG = "training-log.jsonl"

Pass = tuple[Inputs, list[npt.NDArray[np.int64]]]
"""The inputs of an epoch, and the batches of one pass over them, as indices."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of the reader on held-out questions, 0 to 100.

    ``f1`` and ``exact_match`` are over the answerable ones, without abstaining; ``best_f1`` is over all, including
    unanswerable ones, with the best threshold.
    """

    f1: float
    exact_match: float
    best_f1: float

    @property
    def score(self) -> float:
        """The score that decides which weights are the best."""
        return (self.f1 + self.best_f1) / 2


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run after a step."""

    step: int
    steps: int
    tokens_per_second: float
    loss: float
    evaluation: Evaluation | None = None


@dataclass(slots=True)
class _State:
    """The state of a run, apart from the weights."""

    step: int = 0
    best_score: float = -1.0
    since_best: int = 0


class Trainer:
    """Trains a span model by a recipe; writes the checkpoint, the log and the best weights to ``folder``.

    :param epochs: the inputs of each epoch of the recipe, as word pieces of ``tokenizer``.
    :param evaluate: evaluates the current weights; those with the best score are saved.
    :param teacher: a larger reader to learn from, in addition to the answers.
    """

    def __init__(
        self,
        model: SpanModel,
        epochs: Sequence[Inputs],
        tokenizer: Tokenizer,
        recipe: Recipe,
        folder: Path,
        evaluate: Callable[[], Evaluation],
        teacher: Teacher | None = None,
    ) -> None:
        self._model = model
        self._epochs = epochs
        self._tokenizer = tokenizer
        self._recipe = recipe
        self._folder = folder
        self._evaluate = evaluate
        self._teacher = teacher
        self._device = pick_device()
        self._network = model.network.to(self._device)
        self._state = _State()
        self._losses: list[torch.Tensor] = []
        freeze(self._network, recipe)
        set_dropout(self._network, recipe.dropout)
        self._optimizer = build_optimizer(self._network, recipe)

    def run(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        """Train to the end, or until the score stops improving; resumes from a checkpoint in the folder."""
        passes = list(self._passes())
        steps = sum(len(batches) for _, batches in passes)
        self._resume()
        start, tokens = time.monotonic(), 0
        for batch in self._remaining(passes):
            self._losses.append(self._step(batch, steps))
            self._state.step += 1
            tokens += int(batch.mask.numel())
            # The loss of the previous step: reading that of this step would make the device wait.
            loss = float(self._losses[-2 if len(self._losses) > 1 else -1])
            evaluation = self._checkpoint(steps) if self._is_due(steps) else None
            if on_progress:
                rate = tokens / (time.monotonic() - start)
                on_progress(Progress(self._state.step, steps, rate, loss, evaluation))
            if evaluation and 0 < self._recipe.patience <= self._state.since_best:
                break

    def _passes(self) -> Iterator[Pass]:
        """Yield the inputs and the batches of each pass over each epoch, up to the recipe's most steps."""
        left = self._recipe.most_steps or sys.maxsize
        passes = [stage.passes for stage in self._recipe.stages for _ in range(stage.epochs)]
        for epoch, (inputs, count) in enumerate(zip(self._epochs, passes, strict=True)):
            lengths = inputs.lengths(self._model.template.size)
            for number in range(count):
                seed = f"{self._recipe.seed}:{epoch}:{number}"
                batches = shuffled_batches(lengths, self._recipe.batch_tokens, seed)[:left]
                left -= len(batches)
                yield inputs, batches

    def _remaining(self, passes: Sequence[Pass]) -> Iterator[Batch]:
        """Yield the batches that remain."""
        done = self._state.step
        collator, collated = None, None
        for inputs, batches in passes:
            if done >= len(batches):
                done -= len(batches)
                continue
            if collator is None or collated is not inputs:
                collator, collated = self._collator(inputs), inputs
            yield from map(collator.batch, batches[done:])
            done = 0

    def _collator(self, inputs: Inputs) -> Collator:
        collator = Collator(inputs, self._tokenizer, self._model, self._device)
        if self._teacher:
            answerable = not self._recipe.teach_unanswerable
            collator.teach(self._teacher.logits(inputs, self._tokenizer, answerable=answerable))
        return collator

    def _step(self, batch: Batch, steps: int) -> torch.Tensor:
        self._network.train()
        rate = learning_rate_at(self._state.step, steps, self._recipe)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        with autocast(self._device):
            output = self._network(**self._model.arguments(batch.ids, batch.mask, batch.type_ids))
        loss = self._loss(output.start_logits, output.end_logits, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), self._recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return loss.detach()

    def _loss(self, start_logits: torch.Tensor, end_logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        recipe = self._recipe
        losses = span_losses(start_logits, end_logits, batch, recipe.label_smoothing)
        if batch.soft is None:
            return losses.mean()
        taught = distillation_loss(start_logits, end_logits, batch.soft, batch.allowed, recipe.temperature)
        is_taught = recipe.teach_unanswerable | (batch.starts[:, self._model.template.null_index] == 0)
        share = recipe.soft_share * is_taught
        return ((1 - share) * losses + share * taught).mean()

    def _is_due(self, steps: int) -> bool:
        return self._state.step % self._recipe.evaluate_every == 0 or self._state.step == steps

    def _checkpoint(self, steps: int) -> Evaluation:
        """Evaluate, save the weights if they are the best, and write the log and the checkpoint."""
        self._network.eval()
        evaluation = self._evaluate()
        state = self._state
        if evaluation.score > state.best_score:
            state.best_score, state.since_best = evaluation.score, 0
            self._save(BEST, self._network.state_dict())
        else:
            state.since_best += 1
        if self._recipe.keep_weights:
            save_weights(self._network.state_dict(), self._folder / f"step-{state.step}.safetensors")
        mean = float(torch.stack(self._losses).mean())
        self._losses.clear()
        line = {"step": state.step, "steps": steps, "loss": round(mean, 4), **asdict(evaluation)}
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        self._save(
            CHECKPOINT,
            {
                "network": self._network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "state": asdict(state),
                "recipe": self._recipe.to_dict(),
                "random": torch.get_rng_state(),
            },
        )
        return evaluation

    def _save(self, name: str, values: dict[str, Any]) -> None:
        with atomic_replace(self._folder / name) as temporary:
            torch.save(values, temporary)

    def _resume(self) -> None:
        path = self._folder / CHECKPOINT
        if not path.exists():
            return
        saved = torch.load(path, map_location=self._device, weights_only=True)
        self._network.load_state_dict(saved["network"])
        self._optimizer.load_state_dict(saved["optimizer"])
        self._state = _State(**saved["state"])
        torch.set_rng_state(saved["random"].cpu())


def span_losses(
    start_logits: torch.Tensor, end_logits: torch.Tensor, batch: Batch, smoothing: float
) -> torch.Tensor:
    """Return for each input the mean cross-entropy of start and end, over the positions where a span may be.

    Shape ``(inputs,)``. Label smoothing (Szegedy et al. 2016, arXiv 1512.00567) distributes its share over these
    positions.
    """
    losses = []
    counts = batch.allowed.sum(1, keepdim=True)
    for logits, target in ((start_logits, batch.starts), (end_logits, batch.ends)):
        log_shares = logits.float().masked_fill(~batch.allowed, -1e9).log_softmax(-1)
        smoothed = (1 - smoothing) * target + smoothing * batch.allowed / counts
        losses.append(-(smoothed * log_shares.masked_fill(~batch.allowed, 0)).sum(-1))
    return torch.stack(losses).mean(0)
