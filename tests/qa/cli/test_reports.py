from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from tests.qa.evaluation.report.making import made_run


def test_a_report_is_written_again(tmp_path: Path) -> None:
    made_run(tmp_path / "run", 6)
    path = tmp_path / "run" / "report.html"
    for arguments in ([], ["--json"]):
        path.unlink(missing_ok=True)
        result = CliRunner().invoke(cli, ["evaluate", "report", str(tmp_path / "run"), *arguments])
        assert result.exit_code == 0, result.output
        assert path.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(result.output) == {"report": str(path)}


@pytest.mark.usefixtures("few_draws")
def test_runs_are_compared_on_a_page(tmp_path: Path) -> None:
    for seed, name in enumerate(("before", "after")):
        made_run(tmp_path / name, 6, seed)
    path = tmp_path / "compared.html"
    runs = [str(tmp_path / name) for name in ("before", "after")]
    result = CliRunner().invoke(cli, ["evaluate", "compare", *runs, "--html", str(path), "--json"])
    assert result.exit_code == 0, result.output
    assert "before and after compared" in path.read_text("utf-8")


def test_a_folder_without_a_run_has_no_report(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["evaluate", "report", str(tmp_path)])
    assert "contains no run" in str(result.exception)
