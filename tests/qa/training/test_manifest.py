"""Nothing that the bundled reader is evaluated on was trained on. The data is not in the repository."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
from pathlib import Path

import pytest

from qa.evaluation import load_examples
from qa.evaluation.metrics.squad import normalize
from qa.reader.model import BUNDLED
from qa.training.data.sources import load_sources, overlaps
from qa.training.recipe import Recipe

DATA = Path(os.environ.get("QUOTEWELL_DATA", Path(__file__).parents[4] / "shared" / "data"))
OWN = Path(__file__).parents[3] / "benchmarks" / "questions" / "train"
MANIFEST = json.loads((BUNDLED / "manifest.json").read_text("utf-8"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="set QUOTEWELL_DATA to the folder with train/ and eval/")


def test_every_source_of_the_recipe_is_in_the_manifest_with_its_licence() -> None:
    recipe = Recipe.load(BUNDLED / "recipe.toml")
    assert recipe == Recipe.load()
    assert {name: one["licence"] for name, one in MANIFEST.items()} == {
        name: source.licence for name, source in recipe.sources.items()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data with our own questions, which are in this repository."""
    for file in [*(DATA / "train").iterdir(), *OWN.iterdir()]:
        (tmp_path / file.name).symlink_to(file)
    return tmp_path


@needs_data
def test_the_files_are_those_of_the_manifest(folder: Path) -> None:
    for one in MANIFEST.values():
        assert hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"]


@needs_data
def test_no_question_or_paragraph_of_the_evaluation_was_trained_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.training.data.sources.normalize", functools.cache(normalize))  # texts come again
    files = sorted([*(DATA / "eval").iterdir(), *OWN.parent.glob("meaning-*.json")])
    evaluated = [example for file in files for example in load_examples(file)]
    data = load_sources(folder, Recipe.load(BUNDLED / "recipe.toml"), evaluated)
    counts = {name: {key: one[key] for key in ("trained_on", "held_out")} for name, one in data.manifest.items()}
    assert counts == {
        name: {key: one[key] for key in ("trained_on", "held_out")} for name, one in MANIFEST.items()
    }
    used = itertools.chain(*data.training.values(), *data.held_out.values())
    assert not overlaps(list(used), evaluated)
