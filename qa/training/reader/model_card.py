"""Writes the model card of a trained reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa.training.recipe import Recipe

__all__ = ["model_card"]


def model_card(
    base: str,
    teacher: str | None,
    recipe: Recipe,
    manifest: Mapping[str, Mapping[str, Any]],
    figures: Mapping[str, Any],
) -> str:
    """Return the README of a model folder, in Markdown."""
    licences = sorted({one["licence"] for one in manifest.values()})
    epochs = sum(stage.epochs * stage.passes for stage in recipe.stages)
    total = sum(one["trained_on"] for one in manifest.values())
    rows = [
        f"| {one['file']} | {one['trained_on']:,} | {one['held_out'] or '-'} | {one['licence']} |"
        for one in manifest.values()
    ]
    return "\n".join(
        [
            "# A reader for extractive question answering",
            "",
            "Finds the span of a passage that answers a question, or abstains. Trained with",
            "`quotewell train reader`: see `recipe.toml` for the hyperparameters, `manifest.json` for the data,",
            "and `training-log.jsonl` for the course of the training. Store a confidence fitted to it",
            "(`quotewell train confidence`) next to it as `confidence.json`.",
            "",
            f"- **Base**: {base}, with a span head.",
            *(
                [f"- **Teacher**: {teacher}; its logits have {recipe.soft_share:.0%} of the weight in the loss."]
                if teacher
                else ()
            ),
            f"- **Data**: {total:,} questions from the files below ({', '.join(licences)}).",
            f"- **Training**: {epochs} epochs; AdamW, learning rate"
            f" {recipe.learning_rate:g}, {recipe.batch_tokens:,} tokens a batch, inputs of at most"
            f" {recipe.max_tokens} tokens.",
            f"- **On held-out questions**: EM {figures['exact_match']:.1f}, F1 {figures['f1']:.1f}; best-threshold"
            f" F1 with as many unanswerable ones {figures['best_f1']:.1f}.",
            "- **Limits**: only the language of its data.",
            "",
            "| file | questions trained on | held out | licence |",
            "| --- | ---: | ---: | --- |",
            *rows,
            "",
        ]
    )
