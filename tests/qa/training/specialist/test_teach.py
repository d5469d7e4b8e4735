from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from qa.errors import DataError
from qa.reader.model import BUNDLED, checksum
from qa.reader.specialist import Specialist
from qa.training.recipe import Recipe
from qa.training.specialist.teach import RECIPE, train_specialist
from tests.qa.training.specialist.test_tasks import question, write

RECIPE_TEXT = """
[training]
batch_tokens = 512

[[stages]]
epochs = 1

[sources.lists]
licence = "MIT"

[sources.yes_no]
licence = "MIT"
held_out = 1
"""


def folder(path: Path) -> Path:
    path.mkdir()
    write(path / "lists.jsonl", question("Whom does the mill employ?", "Anna Berg", "Carl Dahl", "Eva Falk"))
    lines = [
        {"question": f"Is mill {n} old?", "context": f"It is {n} years old.", "yes_no": "yes"} for n in range(10)
    ]
    write(path / "yes_no.jsonl", *lines)
    return path


def test_a_specialist_is_trained_from_a_folder_and_a_recipe(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE_TEXT, "utf-8")
    options = ["--recipe", str(tmp_path / "recipe.toml"), "--output", str(tmp_path / "specialist")]
    done = CliRunner().invoke(cli, ["train", "specialist", str(folder(tmp_path / "data")), *options])
    assert done.exit_code == 0, done.output
    specialist = Specialist(tmp_path / "specialist")
    assert specialist.is_for(f"reader:{checksum(BUNDLED)}")
    assert 0 < specialist.yes([("Is it old?", "It is 8 years old.")])[0] < 1
    manifest = json.loads((tmp_path / "specialist" / "manifest.json").read_text("utf-8"))
    assert [manifest["yes_no"][name] for name in ("tasks", "left_out")] == [10, 2]


def test_a_missing_file_and_a_second_run_are_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE_TEXT, "utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="does not hold lists"):
        train_specialist(tmp_path / "empty", tmp_path / "specialist", tmp_path / "recipe.toml")
    (tmp_path / "specialist").mkdir()
    (tmp_path / "specialist" / "model.safetensors").touch()
    with pytest.raises(DataError, match="already holds a model"):
        train_specialist(tmp_path / "empty", tmp_path / "specialist", tmp_path / "recipe.toml")


def test_the_bundled_recipe_learns_claims_first() -> None:
    claims, rest = Recipe.load(RECIPE).stages
    assert set(claims.weights) | set(rest.weights) == set(Recipe.load(RECIPE).sources)
