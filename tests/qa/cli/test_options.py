from __future__ import annotations

from pathlib import Path

from tests.qa.cli.running import run


def test_a_file_that_cannot_be_written_is_refused_before_the_work_starts(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "articles.jsonl"
    result = run("export", str(path), "--library", str(tmp_path / "library"))
    assert result.exit_code == 2
    assert f"the folder {path.parent} does not exist" in " ".join(result.output.split())
