from __future__ import annotations

from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file, save_file

from qa.cli.main import cli
from qa.errors import ModelError
from qa.reader import ExtractiveReader
from qa.training.reader.averaging import average
from tests.qa.reader.models import save


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def shifted(folder: Path, by: float, file: Path) -> Path:
    save_file({name: weight + by for name, weight in weights(folder).items()}, file)
    return file


def test_the_mean_lies_between_in_its_shares_and_can_be_read_with(tmp_path: Path) -> None:
    model = save("bert", tmp_path / "model")
    other = shifted(model, 0.4, tmp_path / "step-1.safetensors")
    average([(model, 3), (other, 1)], tmp_path / "mean")
    for name, weight in weights(tmp_path / "mean").items():
        assert weight.dtype == torch.float16
        torch.testing.assert_close(weight.float(), weights(model)[name].float() + 0.1, atol=2e-3, rtol=1e-3)
    reading = ExtractiveReader(str(tmp_path / "mean")).read("Who?", ["Lumen lies on the Alder."])
    assert reading[0].spans


def test_a_model_alone_is_its_own_mean(tmp_path: Path) -> None:
    model = save("bert", tmp_path / "model")
    average([(model, 5)], tmp_path / "mean")
    for name, weight in weights(tmp_path / "mean").items():
        assert torch.equal(weight, weights(model)[name].half())


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    model = save("bert", tmp_path / "model")
    save_file({"one": torch.zeros(2)}, tmp_path / "one.safetensors")
    with pytest.raises(ModelError, match="do not fit the network"):
        average([(model, 1), (tmp_path / "one.safetensors", 1)], tmp_path / "mean")
    with pytest.raises(ModelError, match="cannot be read as weights"):
        average([(model, 1), (tmp_path / "none.safetensors", 1)], tmp_path / "mean")


def test_the_command_averages(tmp_path: Path) -> None:
    model = save("bert", tmp_path / "model")
    other = shifted(model, 1.0, tmp_path / "other.safetensors")
    given = ["train", "average", str(model), "1", str(other), "1", "--output", str(tmp_path / "mean")]
    result = CliRunner().invoke(cli, given)
    assert result.exit_code == 0, result.output
    name, weight = next(iter(weights(model).items()))
    torch.testing.assert_close(
        weights(tmp_path / "mean")[name].float(), weight.float() + 0.5, atol=2e-3, rtol=1e-3
    )


@pytest.mark.parametrize("parts", [["{model}"], ["{model}", "x"], ["{model}", "0"], ["{model}/config.json", "1"]])
def test_parts_that_make_no_sense_are_refused(tmp_path: Path, parts: list[str]) -> None:
    model = save("bert", tmp_path / "model")
    given = [part.format(model=model) for part in parts]
    result = CliRunner().invoke(cli, ["train", "average", *given, "--output", str(tmp_path / "mean")])
    assert result.exit_code == 2
    assert not (tmp_path / "mean").exists()
