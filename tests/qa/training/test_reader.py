"""The whole of training, with a tiny model that learns a tiny data set by heart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from qa.errors import DataError, ModelError
from qa.reader import ExtractiveReader
from qa.training import trainer
from qa.training.reader import train_reader
from qa.training.trainer import Progress
from tests.qa.reader.models import save
from tests.qa.training.questions import examples, write

RECIPE = """
[training]
learning_rate = 5e-3
batch_tokens = 300
evaluate_every = 5
max_tokens = 120

[[stages]]
epochs = 2

[sources.towns]
licence = "MIT"
near = 0.2
altered = 0.2
held_out = 6
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with data, a recipe and a base model."""
    write(tmp_path / "data" / "towns.jsonl", examples(30))
    (tmp_path / "recipe.toml").write_text(RECIPE, "utf-8")
    save("bert", tmp_path / "base")
    return tmp_path


def train(folder: Path, name: str, **options: Any) -> trainer.Evaluation:
    return train_reader(folder / "data", folder / name, folder / "recipe.toml", base=folder / "base", **options)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_file(folder / "model.safetensors"))


class StoppedError(Exception):
    """The machine was switched off."""


def test_a_run_makes_a_reader_with_all_that_is_to_be_known_of_it(folder: Path) -> None:
    seen: list[Progress] = []
    evaluation = train(folder, "out", on_progress=seen.append)
    out = folder / "out"
    assert [one.step for one in seen] == list(range(1, seen[-1].steps + 1))
    assert seen[-1].tokens_per_second > 0
    assert seen[-1].loss < seen[0].loss
    log = [json.loads(line) for line in (out / "training-log.jsonl").read_text("utf-8").splitlines()]
    assert [line["step"] for line in log] == [one.step for one in seen if one.evaluation]
    assert evaluation.score == max((line["f1"] + line["best_f1"]) / 2 for line in log)
    assert json.loads((out / "manifest.json").read_text("utf-8"))["towns"]["trained_on"] == 24
    assert len((out / "held-out" / "towns.jsonl").read_text("utf-8").splitlines()) == 6
    card = (out / "README.md").read_text("utf-8")
    assert "| towns.jsonl | 24 | 6 | MIT |" in card
    assert {tensor.dtype for tensor in weights(out).values()} == {torch.float16}
    assert ExtractiveReader(out).read("Where?", ["Lumen lies by the sea."])[0].spans
    assert (out / "recipe.toml").read_text("utf-8") == RECIPE


def test_a_run_that_was_cut_off_goes_on_exactly(folder: Path) -> None:
    train(folder, "whole")

    def stop(progress: Progress) -> None:
        if progress.step == 8:
            raise StoppedError

    with pytest.raises(StoppedError):
        train(folder, "cut", on_progress=stop)
    seen: list[int] = []
    train(folder, "cut", resume=True, on_progress=lambda progress: seen.append(progress.step))
    assert seen[0] == 6  # the step after the checkpoint
    whole, cut = weights(folder / "whole"), weights(folder / "cut")
    assert all(torch.equal(whole[name], cut[name]) for name in whole)
    for name in ("training-log.jsonl", "README.md", "manifest.json"):
        assert (folder / "whole" / name).read_text("utf-8") == (folder / "cut" / name).read_text("utf-8")


def test_it_stops_early_when_nothing_gets_better(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worse = iter(range(90, 0, -1))
    monkeypatch.setattr(
        "qa.training.reader._evaluate", lambda model, development: trainer.Evaluation(next(worse), 0, 0)
    )
    text = RECIPE.replace("evaluate_every = 5", "evaluate_every = 1\npatience = 3")
    (folder / "recipe.toml").write_text(text, "utf-8")
    seen: list[Progress] = []
    train(folder, "out", on_progress=seen.append)
    assert (len(seen), seen[-1].steps > 4) == (4, True)


def test_what_is_evaluated_on_is_left_out(folder: Path) -> None:
    train(folder, "out", excluded=examples(3))
    manifest = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))["towns"]
    assert (manifest["overlapping"], manifest["trained_on"]) == (3, 21)


def test_a_folder_with_another_run_is_left_alone(folder: Path) -> None:
    train(folder, "out")
    with pytest.raises(DataError, match="holds a run already"):
        train(folder, "out")
    with pytest.raises(DataError, match="no checkpoint"):
        train(folder, "new", resume=True)


def test_a_base_that_is_none(folder: Path) -> None:
    with pytest.raises(ModelError, match="cannot be trained"):
        train_reader(folder / "data", folder / "out", folder / "recipe.toml", base=folder / "data")


def test_something_must_be_held_out(folder: Path) -> None:
    (folder / "recipe.toml").write_text('[sources.towns]\nlicence = "MIT"\n', "utf-8")
    with pytest.raises(DataError, match="nothing is held out"):
        train(folder, "out")
