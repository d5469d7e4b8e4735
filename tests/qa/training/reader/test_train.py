"""The whole of training, with a tiny model that learns a tiny data set by heart."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from qa.errors import DataError, ModelError
from qa.reader import ExtractiveReader
from qa.training.data.prepare import Prepared
from qa.training.reader import trainer
from qa.training.reader.train import prepare_reader, train_reader
from qa.training.reader.trainer import Progress
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


def prepare(folder: Path, name: str = "prepared", **options: Any) -> Prepared:
    return prepare_reader(folder / "data", folder / name, folder / "recipe.toml", base=folder / "base", **options)


def train(folder: Path, name: str, **options: Any) -> trainer.Evaluation:
    there = Prepared.is_at(folder / "prepared")
    prepared = Prepared(folder / "prepared") if there else prepare(folder)
    return train_reader(prepared, folder / name, base=folder / "base", **options)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_file(folder / "model.safetensors"))


def renumbered(base: Path, folder: Path) -> Path:
    """Save a model like the base with every id one higher and two more special tokens in an input."""
    from transformers import AutoModelForQuestionAnswering

    shutil.copytree(base, folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = {"[MORE]": 0} | {piece: number + 1 for piece, number in vocabulary.items()}
    for token in tokenizer["added_tokens"]:
        token["id"] += 1
    tokenizer["post_processor"] = {"type": "RobertaProcessing", "sep": ["[SEP]", 4], "cls": ["[CLS]", 3]} | {
        "trim_offsets": False,
        "add_prefix_space": False,
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    network = AutoModelForQuestionAnswering.from_pretrained(base)
    network.resize_token_embeddings(len(vocabulary) + 1)
    network.save_pretrained(folder)
    return folder


class StoppedError(Exception):
    """The machine was switched off."""


def test_a_run_may_end_after_a_number_of_steps(folder: Path) -> None:
    recipe = RECIPE.replace("[training]", "[training]\nmost_steps = 3")
    (folder / "recipe.toml").write_text(recipe, "utf-8")
    steps: list[tuple[int, int]] = []
    train(folder, "run", on_progress=lambda state: steps.append((state.step, state.steps)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


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


def test_a_run_that_was_cut_off_at_any_time_goes_on(folder: Path) -> None:
    def stop(_: object) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        prepare(folder, "out", on_epoch=stop)
    assert not Prepared.is_at(folder / "out")
    with pytest.raises(DataError, match="does not hold a prepared run"):
        train_reader(Prepared(folder / "out"), folder / "out", base=folder / "base", resume=True)
    prepared = prepare(folder, "out")
    with pytest.raises(StoppedError):
        train_reader(prepared, folder / "out", base=folder / "base", on_progress=stop)
    seen: list[Progress] = []
    train_reader(prepared, folder / "out", base=folder / "base", resume=True, on_progress=seen.append)
    assert seen[0].step == 1
    assert seen[-1].step == seen[-1].steps


def test_it_stops_early_when_nothing_gets_better(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worse = iter(range(90, 0, -1))
    monkeypatch.setattr(
        "qa.training.reader.train._evaluate", lambda model, development: trainer.Evaluation(next(worse), 0, 0)
    )
    text = RECIPE.replace("evaluate_every = 5", "evaluate_every = 1\npatience = 3")
    (folder / "recipe.toml").write_text(text, "utf-8")
    seen: list[Progress] = []
    train(folder, "out", on_progress=seen.append)
    assert (len(seen), seen[-1].steps > 4) == (4, True)


def test_what_is_evaluated_on_is_left_out(folder: Path) -> None:
    manifest = prepare(folder, excluded=examples(3)).manifest["towns"]
    assert (manifest["overlapping"], manifest["trained_on"]) == (3, 21)


def test_the_epochs_are_prepared_once_and_say_what_they_are(folder: Path) -> None:
    seen: list[int] = []
    prepared = prepare(folder, on_epoch=seen.append)
    first, second = prepared.epochs
    assert seen == [1, 1]
    assert prepared.recipe.batch_tokens == 300
    assert len(prepared.held_out()) == 6
    assert min(len(first), len(second)) >= 24
    with pytest.raises(DataError, match="already holds a run"):
        prepare(folder)
    (folder / "prepared" / "inputs-1.npz").write_bytes(b"")
    with pytest.raises(DataError, match=r"inputs-1\.npz does not hold training inputs"):
        _ = Prepared(folder / "prepared").epochs
    with pytest.raises(DataError, match="does not hold a prepared run"):
        _ = Prepared(folder / "data").manifest


def test_passes_read_the_same_questions_again(folder: Path) -> None:
    (folder / "recipe.toml").write_text(RECIPE.replace("epochs = 2", "epochs = 1\npasses = 3"), "utf-8")
    seen: list[Progress] = []
    train(folder, "out", on_progress=seen.append)
    assert len(Prepared(folder / "prepared").epochs) == 1
    assert seen[-1].steps % 3 == 0


def test_a_teacher_teaches_one_with_another_template_and_other_ids(folder: Path) -> None:
    teacher = renumbered(folder / "base", folder / "teacher")
    seen: list[Progress] = []
    train(folder, "out", teacher=teacher, on_progress=seen.append)
    assert seen[-1].loss < seen[0].loss
    assert "- **Teacher**: teacher; its logits have 70% of the weight in the loss." in (
        folder / "out" / "README.md"
    ).read_text("utf-8")


def test_a_teacher_with_another_vocabulary_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match="does not share the vocabulary"):
        train(folder, "out", teacher=save("roberta", folder / "teacher"))


def test_a_folder_with_another_run_is_left_alone(folder: Path) -> None:
    train(folder, "out")
    with pytest.raises(DataError, match="already holds a run"):
        train(folder, "out")
    with pytest.raises(DataError, match="no checkpoint"):
        train(folder, "new", resume=True)


def test_a_base_that_is_none(folder: Path) -> None:
    with pytest.raises(ModelError, match="cannot be trained"):
        train_reader(prepare(folder), folder / "out", base=folder / "data")


def test_something_must_be_held_out(folder: Path) -> None:
    (folder / "recipe.toml").write_text('[sources.towns]\nlicence = "MIT"\n', "utf-8")
    with pytest.raises(DataError, match="no answerable question is held out"):
        prepare(folder)
