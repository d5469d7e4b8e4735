"""Measure the tokens per second of training steps, by precision and kind of attention.

    python -m benchmarks.training_step --inputs 24 --tokens 170

For the speeds in docs/reader-training.md, preload tcmalloc and let idle threads sleep, as that page says.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import nullcontext

import torch

from qa.training.reader.base_model import load_base
from qa.training.reader.optimization import build_optimizer, freeze, set_dropout
from qa.training.recipe import Recipe

WARM_UP_STEPS = 3


def main() -> None:
    """Print a line for each combination."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=24, help="inputs in a batch")
    parser.add_argument("--tokens", type=int, default=170, help="tokens in each input")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--base", help="folder of another model")
    arguments = parser.parse_args()
    print("precision  attention  tokens a second")
    for precision in (torch.float32, torch.bfloat16):
        for attention in ("eager", "sdpa"):
            step = make_step(arguments.base, precision, attention, (arguments.inputs, arguments.tokens))
            seconds = time_steps(step, arguments.steps)
            rate = arguments.steps * arguments.inputs * arguments.tokens / seconds
            print(f"{str(precision).removeprefix('torch.'):9}  {attention:9}  {rate:,.0f}")


def make_step(
    base: str | None, precision: torch.dtype, attention: str, shape: tuple[int, int]
) -> Callable[[], None]:
    """Return a training step on random tokens of shape ``(inputs, tokens)``.

    :param attention: ``eager``, in separate steps, or ``sdpa``, fused.
    """
    recipe = Recipe.load()
    network = load_base(base)[0].network
    network.set_attn_implementation(attention)  # type: ignore[operator]
    freeze(network, recipe)
    set_dropout(network, 0.0)
    optimizer = build_optimizer(network, recipe)
    network.train()
    ids = torch.randint(1000, 20000, shape)
    answers = torch.zeros(shape[0], dtype=torch.long)

    def step() -> None:
        with nullcontext() if precision == torch.float32 else torch.autocast("cpu", precision):
            output = network(input_ids=ids, attention_mask=torch.ones_like(ids))
        logits = (output.start_logits, output.end_logits)
        loss = sum(torch.nn.functional.cross_entropy(scores.float(), answers) for scores in logits)
        loss.backward()  # type: ignore[union-attr]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step


def time_steps(step: Callable[[], None], count: int) -> float:
    """Return the seconds that ``count`` steps take, after a few to warm up."""
    for _ in range(WARM_UP_STEPS):
        step()
    start = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
