from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa.answering.confidence import ConfidenceModel
from qa.cli.main import cli
from qa.training.confidence.trials import load_trials, save_trials
from tests.qa.reader.models import save
from tests.qa.training.making import made_trials
from tests.qa.training.questions import examples, write

TOWNS = ("Lumen", "Karst", "Pallin", "Orsk", "Vell", "Tarn")
PEOPLE = ("Anna Berg", "Per Holt", "Ida Lund", "Jon Falk", "Eva Strand", "Nils Dahl")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["train", "confidence", *map(str, arguments)])


def write_domain(path: Path, what: str, year: int) -> Path:
    """Write a file of questions about a building of each town."""
    lines = []
    for i, (town, person) in enumerate(zip(TOWNS, PEOPLE, strict=True)):
        text = f"The {what} of {town} was built in {year + i} by {person}, who also painted its doors."
        for number, question, answer in (
            (1, f"Who built the {what} of {town}?", person),
            (2, f"When was the {what} of {town} built?", str(year + i)),
        ):
            answers = [{"text": answer, "answer_start": text.index(answer)}]
            record = {"id": f"{i}-{number}", "question": question, "context": text, "answers": answers}
            lines.append(json.dumps(record | {"title": town}))
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_the_confidence_is_fitted_to_questions_and_again_to_the_trials_kept(tmp_path: Path) -> None:
    all_of_them = tmp_path / "all"
    all_of_them.mkdir()
    files = [write_domain(tmp_path / f"{what}.jsonl", what, 1900) for what in ("harbour", "mill")]
    for file in files:
        write_domain(all_of_them / file.name, file.stem, 1800)
    options = ["--articles", all_of_them, "--questions", 8, "--trials", tmp_path / "trials.gz"]
    options += ["--libraries", tmp_path / "libraries"]
    result = run(*files, *options, "--output", tmp_path / "c.json", "--report", tmp_path / "report", "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["n"] == 2 * 8 * 4
    assert {"ece", "macro_ce", "coverage_at_95", "softmax_ece", "softmax_auroc"} <= figures.keys()
    page = (tmp_path / "report" / "confidence-report.md").read_text("utf-8")
    assert "| harbour |" in page
    assert (tmp_path / "report" / "images" / "reliability.svg").exists()
    trials = load_trials(tmp_path / "trials.gz")
    assert {trial.domain for trial in trials} == {"harbour", "mill"}
    fitted = ConfidenceModel.load(tmp_path / "c.json")
    assert fitted.fingerprint == ConfidenceModel.load().fingerprint
    assert sorted(path.name for path in (tmp_path / "libraries").iterdir()) == ["harbour", "mill"]
    years = {found.text.split(" built in ")[1][:2] for trial in trials for found in trial.passages}
    assert years == {"18", "19"}
    again = run("--trials", tmp_path / "trials.gz", "--output", tmp_path / "again.json", "--json")
    assert json.loads(again.stdout) == figures
    assert ConfidenceModel.load(tmp_path / "again.json") == fitted


@pytest.mark.parametrize(
    ("given", "message"), [(False, "name files of questions"), (True, "one domain is not enough")]
)
def test_too_little_to_fit_to_is_refused_at_once(tmp_path: Path, given: bool, message: str) -> None:
    files = [write_domain(tmp_path / "mill.jsonl", "mill", 1900)] if given else []
    result = run(*files)
    assert result.exit_code == 2
    assert message in result.output


def test_trials_of_one_domain_are_refused(tmp_path: Path) -> None:
    save_trials(made_trials(10), tmp_path / "trials.gz")
    result = run("--trials", tmp_path / "trials.gz", "--output", tmp_path / "c.json")
    assert result.exit_code == 1
    assert "at least two" in str(result.exception)
    assert not (tmp_path / "c.json").exists()


def test_a_reader_is_trained_from_a_folder_and_a_recipe(tmp_path: Path) -> None:
    write(tmp_path / "data" / "towns.jsonl", examples(20))
    evaluated = write(tmp_path / "dev.jsonl", examples(2))
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[training]\nevaluate_every = 1\n[sources.towns]\nlicence = "MIT"\nheld_out = 4\n', "utf-8")
    base = save("bert", tmp_path / "base")
    options = ["--output", tmp_path / "out", "--recipe", recipe, "--base", base, "--exclude", evaluated]
    arguments = ["train", "reader", *map(str, [tmp_path / "data", *options])]
    result = CliRunner().invoke(cli, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout).keys() == {"output", "f1", "exact_match", "best_f1"}
    assert (tmp_path / "out" / "model.safetensors").stat().st_size
    assert result.stderr.startswith("step 1: F1 ")
    again = CliRunner().invoke(cli, [*arguments, "--resume"])
    assert again.exit_code == 0, again.output
    assert "exact match" in again.stdout
