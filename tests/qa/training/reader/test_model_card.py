from __future__ import annotations

from qa.training.reader.model_card import model_card
from qa.training.recipe import Recipe, Source, Stage


def test_a_card_names_data_licences_and_figures() -> None:
    recipe = Recipe({"a": Source("MIT"), "b": Source("CC BY 4.0")}, (Stage(2), Stage(1, passes=3)), soft_share=0.8)
    manifest = {
        "a": {"file": "a.jsonl", "trained_on": 12000, "held_out": 5, "licence": "MIT"},
        "b": {"file": "b.jsonl", "trained_on": 3, "held_out": 0, "licence": "CC BY 4.0"},
    }
    figures = {"f1": 81.25, "exact_match": 70.0, "best_f1": 66.6}
    card = model_card("a base", "a teacher", recipe, manifest, figures)
    assert "12,003 questions from the files below (CC BY 4.0, MIT)" in card
    assert "5 epochs" in card
    assert "a teacher; its logits have 80%" in card
    assert "Teacher" not in model_card("a base", None, recipe, manifest, figures)
    assert "EM 70.0, F1 81.2" in card
    assert "| a.jsonl | 12,000 | 5 | MIT |" in card
    assert "| b.jsonl | 3 | - | CC BY 4.0 |" in card
