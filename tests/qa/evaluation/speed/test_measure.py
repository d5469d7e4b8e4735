from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli


def test_figures_are_stored_and_compared_with_an_earlier_benchmark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = tmp_path / "articles.jsonl"
    rows = [
        {"title": f"Liepa {n}", "text": f"The harbour of Liepa was rebuilt by Anna Kalnina in 19{n}. It is deep."}
        for n in range(31, 36)
    ]
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    output = tmp_path / "now.json"
    command = [
        "benchmark",
        "--passages",
        "12",
        "--articles",
        str(articles),
        "--asks",
        "2",
        "--users",
        "2",
        "--output",
        str(output),
    ]
    first = CliRunner().invoke(cli, command)
    assert first.exit_code == 0, first.output
    figures = json.loads(output.read_text("utf-8"))
    assert figures["12 passages"]["passages"] >= 12
    assert figures["12 passages"]["questions"] == 2
    assert figures["12 passages"]["total_ms"]["p95"] >= figures["12 passages"]["total_ms"]["p50"] > 0
    assert figures["12 passages"]["again_ms"]["p95"] > 0
    assert figures["12 passages"]["2 users"]["questions_per_s"] > 0
    assert figures["embedding"]["ratio"] > 0
    assert set(figures["reading"]) == {f"{d}_{n}_tokens_per_s" for d in ("float32", "int8") for n in (512, 2048)}

    measured = json.loads(output.read_text("utf-8"))
    monkeypatch.setattr("qa.evaluation.speed.measure", lambda *_, **__: measured)  # the same again, to compare
    time.sleep(1)  # a file's name is the second in which it was stored
    figures["12 passages"]["resident_mb"] /= 4
    output.write_text(json.dumps(figures), "utf-8")
    second = CliRunner().invoke(cli, [*command[:-2], "--against", str(output)])
    assert f"compared with {output}:" in second.output
    assert "12 passages.resident_mb" in second.output
    assert len(list((Path(os.environ["QUOTEWELL_HOME"]) / "benchmarks").glob("*.json"))) == 2
