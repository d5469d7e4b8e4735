from __future__ import annotations

from qa.training.model_card import model_card
from qa.training.recipe import Recipe, Source, Stage


def test_a_card_names_data_licences_and_figures() -> None:
    recipe = Recipe({"a": Source("MIT"), "b": Source("CC BY 4.0")}, (Stage(2), Stage(1)))
    manifest = {
        "a": {"file": "a.jsonl", "trained_on": 12000, "held_out": 5, "licence": "MIT"},
        "b": {"file": "b.jsonl", "trained_on": 3, "held_out": 0, "licence": "CC BY 4.0"},
    }
    card = model_card("a base", recipe, manifest, {"f1": 81.25, "exact_match": 70.0, "best_f1": 66.6})
    assert "12,003 questions of the files below (CC BY 4.0, MIT)" in card
    assert "3 epochs" in card
    assert "EM 70.0, F1 81.2" in card
    assert "| a.jsonl | 12,000 | 5 | MIT |" in card
    assert "| b.jsonl | 3 | - | CC BY 4.0 |" in card
