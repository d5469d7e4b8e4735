import json
from dataclasses import replace
from pathlib import Path

import pytest

from qa.errors import DataError, SettingsError
from qa.evaluation import Figure, Metrics, Prediction, Run, RunInfo

INFO = RunInfo(
    mode="reader",
    data="dev.json",
    data_sha256="0" * 64,
    limit=5,
    seeds=(0, 1),
    settings={"threshold": 0.5, "passages": 10},
    reader="reader:1",
    version="1.0",
    machine={"cores": 2},
    started="2026-01-01T00:00:00+00:00",
)
METRICS = Metrics(
    "reader", 2, {"f1": Figure(50.0, 40.0, 60.0), "best_threshold": Figure(1.0)}, {"0": {"f1": 50.0}}, {}
)


def line(id_: str, seed: int = 0, question: str = "Who?") -> Prediction:
    return Prediction(id=id_, seed=seed, question=question, source="s", gold=[], answerable=False)


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = Run.start(INFO, tmp_path / "deep" / "run")
    run.append([line("a"), line("a", seed=1)])
    run.append([line("b", question="Half a \ud83d surrogate, a\u2028line separator and ü?")])
    unfinished = Run.load(tmp_path / "deep" / "run")
    assert unfinished.metrics is None
    run.finish(METRICS)
    again = Run.load(tmp_path / "deep" / "run")
    assert (again.info, again.predictions, again.metrics) == (INFO, run.predictions, METRICS)
    assert again.name == "run"
    assert again.metrics is not None
    assert (again.metrics["f1"], again.metrics.values()) == (50, {"f1": 50, "best_threshold": 1})
    assert sorted(file.name for file in (tmp_path / "deep" / "run").iterdir()) == [
        "metrics.json",
        "predictions.jsonl",
        "run.json",
    ]


def test_a_run_goes_on_where_only_the_machine_the_time_and_the_name_of_the_data_changed(tmp_path: Path) -> None:
    Run.start(INFO, tmp_path).append([line("a")])
    other = replace(INFO, machine={"cores": 64}, started="2027", data="renamed.json")
    run = Run.start(other, tmp_path)
    assert run.holds(0, "a")
    assert not run.holds(1, "a")
    assert run.info == INFO


def test_a_run_of_an_earlier_version_goes_on_with_a_renamed_setting(tmp_path: Path) -> None:
    Run.start(replace(INFO, settings={"cascade": True}), tmp_path)
    run = Run.start(replace(INFO, settings={"early_stopping": True}), tmp_path)
    assert run.info.settings == {"early_stopping": True}


def test_a_run_goes_on_whose_settings_are_written_as_lists(tmp_path: Path) -> None:
    info = replace(INFO, settings={"readers": (), "folders": ("a", "b")})
    Run.start(info, tmp_path).append([line("a")])
    assert Run.start(info, tmp_path).holds(0, "a")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"limit": None}, "limit was 5 and is None"),
        ({"seeds": (0,)}, r"seeds was \(0, 1\) and is \(0,\)"),
        ({"reader": "reader:2"}, "reader was reader:1 and is reader:2"),
        ({"data_sha256": "1" * 64}, "data_sha256 was 0"),
        ({"settings": {"threshold": 0.5}}, "passages was 10 and is None"),
        ({"mode": "open", "version": "2"}, "mode was reader and is open; version was 1.0 and is 2"),
    ],
)
def test_what_changes_the_predictions_is_refused(changed: dict[str, object], message: str, tmp_path: Path) -> None:
    Run.start(INFO, tmp_path)
    with pytest.raises(SettingsError, match=message):
        Run.start(replace(INFO, **changed), tmp_path)  # type: ignore[arg-type]


def test_half_a_line_is_cut_off_when_a_run_goes_on(tmp_path: Path) -> None:
    Run.start(INFO, tmp_path).append([line("a"), line("b")])
    file = tmp_path / "predictions.jsonl"
    whole = file.read_text("utf-8")
    file.write_text(whole + '{"id": "c", "se', "utf-8")
    assert [one["id"] for one in Run.load(tmp_path).predictions] == ["a", "b"]
    Run.start(INFO, tmp_path).append([line("c")])
    assert file.read_text("utf-8") == whole + json.dumps(line("c")) + "\n"


def test_without_a_folder_a_run_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = Run.start(INFO)
    run.append([line("a")])
    run.finish(METRICS)
    assert (run.folder, run.name, len(run.predictions)) == (None, "reader", 1)
    assert not list(tmp_path.iterdir())


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="contains no run"):
        Run.load(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(DataError, match="not empty and does not hold a run"):
        Run.start(INFO, tmp_path)
    (tmp_path / "run.json").write_text("[]")
    with pytest.raises(DataError, match="cannot be read"):
        Run.load(tmp_path)
    with pytest.raises(DataError, match="cannot be written"):
        Run.start(INFO, tmp_path / "letter.txt" / "run")
