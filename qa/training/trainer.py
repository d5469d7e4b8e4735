"""The loop: batches to steps, with checkpoints from which a run goes on as if it had never stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.reader.model import SpanModel
from qa.training.averaging import save_weights
from qa.training.features import Batch, Feature, Featurizer, collate, shuffled_batches
from qa.training.mixture import Mixture
from qa.training.optimization import freeze, optimizer_of, rate_at, set_dropout
from qa.training.recipe import Recipe

if TYPE_CHECKING:
    import torch

__all__ = ["BEST", "CHECKPOINT", "Evaluation", "Progress", "Trainer", "precision_of", "span_loss"]

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"
LOG = "training-log.jsonl"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the reader gets on held-out questions, 0 to 100.

    ``f1`` and ``exact_match`` on the answerable ones, when it must answer; ``best_f1`` at the best threshold when
    unanswerable ones are mixed in.
    """

    f1: float
    exact_match: float
    best_f1: float

    @property
    def score(self) -> float:
        """What decides which weights are kept."""
        return (self.f1 + self.best_f1) / 2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    step: int
    steps: int
    tokens_per_second: float
    loss: float
    evaluation: Evaluation | None = None


@dataclass(slots=True)
class _State:
    """Where a run stands, besides the weights."""

    step: int = 0
    best_score: float = -1.0
    since_best: int = 0
    losses: list[float] = field(default_factory=list)


class Trainer:
    """Trains a span model by a recipe; keeps checkpoint, log and the best weights in ``folder``.

    :param evaluate: what to measure every so often; the weights of the best evaluation are kept.
    """

    def __init__(
        self,
        model: SpanModel,
        mixture: Mixture,
        recipe: Recipe,
        folder: Path,
        evaluate: Callable[[], Evaluation],
    ) -> None:
        import torch

        self._model = model
        self._mixture = mixture
        self._recipe = recipe
        self._folder = folder
        self._evaluate = evaluate
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = model.network.to(self._device)
        self._featurizer = Featurizer(model, recipe.max_tokens, recipe.stride_tokens)
        self._state = _State()
        freeze(self._network, recipe)
        set_dropout(self._network, recipe.dropout)
        self._optimizer = optimizer_of(self._network, recipe)

    def run(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        """Train to the end, or until nothing has got better for long; goes on from a checkpoint in the folder."""
        epochs = len(self._mixture.epochs())
        first = self._batches(0)
        sizes = [len(first), *(len(self._batches(epoch)) for epoch in range(1, epochs))]
        self._resume()
        begun, tokens = time.monotonic(), 0
        for batch in self._remaining(sizes, first):
            loss = self._step(batch, sum(sizes))
            self._state.losses.append(loss)
            self._state.step += 1
            tokens += sum(map(len, batch))
            evaluation = self._checkpoint(sum(sizes)) if self._is_due(sum(sizes)) else None
            if on_progress:
                rate = tokens / (time.monotonic() - begun)
                on_progress(Progress(self._state.step, sum(sizes), rate, loss, evaluation))
            if evaluation and 0 < self._recipe.patience <= self._state.since_best:
                break

    def _batches(self, epoch: int) -> list[list[Feature]]:
        features = self._featurizer.features(self._mixture.draw(epoch))
        return shuffled_batches(features, self._recipe.batch_tokens, f"{self._recipe.seed}:{epoch}")

    def _remaining(self, sizes: list[int], first: list[list[Feature]]) -> Iterator[list[Feature]]:
        """Yield the batches from where the run stands."""
        done = self._state.step
        for epoch, size in enumerate(sizes):
            if done >= size:
                done -= size
                continue
            yield from (first if epoch == 0 else self._batches(epoch))[done:]
            done = 0

    def _step(self, features: list[Feature], steps: int) -> float:
        import torch

        self._network.train()
        rate = rate_at(self._state.step, steps, self._recipe)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        batch = Batch(*(tensor.to(self._device) for tensor in collate(features, self._model)))
        with precision_of(self._device):
            inputs = {"input_ids": batch.ids, "attention_mask": batch.mask}
            if self._model.takes_type_ids:
                inputs["token_type_ids"] = batch.type_ids
            output = self._network(**inputs)
        loss = span_loss(output.start_logits, output.end_logits, batch, self._recipe.label_smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), self._recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _is_due(self, steps: int) -> bool:
        return self._state.step % self._recipe.evaluate_every == 0 or self._state.step == steps

    def _checkpoint(self, steps: int) -> Evaluation:
        """Evaluate, keep the weights if they are the best, write the log and the checkpoint."""
        import torch

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
        mean = sum(state.losses) / len(state.losses)
        state.losses.clear()
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
        import torch

        torch.save(values, self._folder / f"{name}.new")
        (self._folder / f"{name}.new").replace(self._folder / name)

    def _resume(self) -> None:
        import torch

        path = self._folder / CHECKPOINT
        if not path.exists():
            return
        saved = torch.load(path, map_location=self._device, weights_only=True)
        self._network.load_state_dict(saved["network"])
        self._optimizer.load_state_dict(saved["optimizer"])
        self._state = _State(**saved["state"])
        torch.set_rng_state(saved["random"].cpu())


def span_loss(
    start_logits: torch.Tensor, end_logits: torch.Tensor, batch: Batch, smoothing: float
) -> torch.Tensor:
    """Return the mean cross-entropy of the start and the end, over the positions where a span may begin or end.

    Label smoothing (Szegedy et al. 2016, arXiv 1512.00567) spreads its share over these positions.
    """
    import torch

    losses = []
    counts = batch.allowed.sum(1, keepdim=True)
    for logits, target in ((start_logits, batch.starts), (end_logits, batch.ends)):
        log_shares = logits.float().masked_fill(~batch.allowed, -1e9).log_softmax(-1)
        wanted = (1 - smoothing) * target + smoothing * batch.allowed / counts
        losses.append(-(wanted * log_shares.masked_fill(~batch.allowed, 0)).sum(-1).mean())
    return torch.stack(losses).mean()


def precision_of(device: torch.device) -> AbstractContextManager[Any]:
    """Return the context to compute in: bfloat16 on CUDA and on CPUs with instructions for it, else float32."""
    import torch

    in_hardware = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    if device.type == "cuda" or in_hardware:
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()
