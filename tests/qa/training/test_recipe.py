from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import DataError
from qa.training.recipe import BUNDLED, Recipe, Source


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_recipe_of_the_bundled_reader() -> None:
    recipe = Recipe.load()
    assert recipe.sources["squad11_train_first44"].held_out
    assert all(source.licence for source in recipe.sources.values())
    assert recipe.to_dict()["learning_rate"] == recipe.learning_rate


@pytest.mark.parametrize("name", ["reader-first.toml", "teacher.toml"])
def test_the_recipes_that_its_teacher_rests_on_hold_out_the_same(name: str) -> None:
    own, other = Recipe.load(BUNDLED.with_name("reader-taught.toml")), Recipe.load(BUNDLED.with_name(name))
    assert list(other.sources) == list(own.sources)
    held_out = [{name: one.held_out for name, one in recipe.sources.items()} for recipe in (own, other)]
    assert held_out[0] == held_out[1]
    assert other.seed == own.seed


@pytest.mark.parametrize("name", ["reader-taught.toml", "reader-trial.toml", "reader-words.toml"])
def test_what_it_holds_out_was_held_out_before(name: str) -> None:
    own, other = Recipe.load(), Recipe.load(BUNDLED.with_name(name))
    for source, settings in own.sources.items():
        if source in other.sources:
            assert settings.held_out == other.sources[source].held_out
    assert other.seed == own.seed


def test_what_a_recipe_leaves_out_has_a_default(tmp_path: Path) -> None:
    recipe = Recipe.load(written(tmp_path, '[sources.a]\nlicence = "MIT"\n[training]\nseed = 7\n'))
    assert recipe.sources == {"a": Source("MIT")}
    assert (recipe.seed, recipe.clip, len(recipe.stages)) == (7, 1.0, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[training", "not a recipe"),
        ("[training]\nseed = 1", "names no sources"),
        ("[tuning]\n", "unknown table 'tuning'"),
        ("[sources.a]\nweight = 1.0", "sources.a has no 'licence'"),
        ('[sources.a]\nlicence = "MIT"\n[training]\nlearningrate = 1', "training: unknown field 'learningrate'"),
        (
            '[sources.a]\nlicence = "MIT"\n[[stages]]\nweights = { b = 1 }',
            "a weight for 'b', which is not a source",
        ),
        ("sources = { a = 1 }", "sources.a is not a table"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        Recipe.load(written(tmp_path, text))


def test_a_missing_recipe(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a recipe"):
        Recipe.load(tmp_path / "none.toml")
