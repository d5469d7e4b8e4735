from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from tests.qa.cli.running import run, run_json

pytestmark = pytest.mark.usefixtures("few_draws")

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Lumen",
            "paragraphs": [
                {
                    "context": "The harbour of Lumen was rebuilt in 1931 by Anna Berg.",
                    "qas": [
                        {
                            "id": "1",
                            "question": "Who rebuilt the harbour of Lumen?",
                            "answers": [{"text": "Anna Berg", "answer_start": 44}],
                            "is_impossible": False,
                        },
                        {"id": "2", "question": "Who sank the ferry?", "answers": [], "is_impossible": True},
                    ],
                },
                {
                    "context": "The railway to Karst carries marble and timber.",
                    "qas": [
                        {
                            "id": "3",
                            "question": "What does the Karst railway carry?",
                            "answers": [{"text": "marble and timber", "answer_start": 29}],
                            "is_impossible": False,
                        }
                    ],
                },
            ],
        }
    ],
}


def test_an_evaluation_is_stored_and_continued(tmp_path: Path) -> None:
    file, folder = tmp_path / "dev.json", tmp_path / "runs" / "open"
    file.write_text(json.dumps(SQUAD), "utf-8")
    command = ("evaluate", "open", str(file), "--limit", "2", "--output", str(folder), "--no-simulate")
    figures = run_json(*command)
    assert figures["intervals"]["f1"][0] <= figures["f1"] <= figures["intervals"]["f1"][1]
    lines = (folder / "predictions.jsonl").read_text("utf-8")
    assert len(lines.splitlines()) == 2
    assert run_json(*command) == figures
    assert (folder / "predictions.jsonl").read_text("utf-8") == lines
    done = CliRunner().invoke(cli, [*command, "--leave-out", "0.5"])
    assert "leave_out was 0.0 and is 0.5" in str(done.exception)
    compared = run_json("evaluate", "compare", str(folder), str(folder))
    assert (compared["questions"], compared["figures"]["f1"]["differences"][0]["p"]) == (2, 1)
    assert "questions in common" in run("evaluate", "compare", str(folder), str(folder)).stdout
    assert "at least two" in CliRunner().invoke(cli, ["evaluate", "compare", str(folder)]).output


def test_evaluate_confidence_and_retrieval(tmp_path: Path) -> None:
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(SQUAD), "utf-8")
    keep = ("--keep-library", str(tmp_path / "kept"))
    confidence = run_json("evaluate", "confidence", str(file), "--seeds", "2", *keep)
    assert confidence["n"] == 6
    assert {"ece", "macro_ce", "aurc", "coverage_at_80", "softmax_aurc"} <= confidence.keys()
    retrieval = run_json("evaluate", "retrieval", str(file), *keep)
    assert (retrieval["recall_at_1"], retrieval["lexical_recall_at_5"]) == (1, 1)


@pytest.mark.parametrize("mode", ["reader", "open"])
def test_evaluate(mode: str, tmp_path: Path) -> None:
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(SQUAD), "utf-8")
    figures = run_json("evaluate", mode, str(file))
    wanted = {"n", "exact_match", "f1", "has_answer_f1", "no_answer_f1", "best_f1", "best_threshold"}
    if mode == "open":
        wanted |= {"recall_at_1", "recall_at_5", "recall_at_20", "mrr_at_10", "citation_accuracy"}
        assert figures["recall_at_1"] == 1.0
        assert figures["citation_accuracy"] == 100.0
    assert wanted <= figures.keys()
    assert figures["n"] == 3
    assert figures["has_answer_f1"] > 50
    assert run_json("evaluate", mode, str(file), "--limit", "2")["n"] == 2
    assert "exact match" in run("evaluate", mode, str(file), "--all").stdout
    assert run("evaluate", mode, str(file)).stdout.startswith("Answered right: ")


def test_a_cluster_needs_a_library_that_all_machines_reach(tmp_path: Path) -> None:
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(SQUAD), "utf-8")
    command = ["evaluate", "open", str(file), "--ray", "auto"]
    assert "--ray needs --library" in CliRunner().invoke(cli, command).output
    refused = CliRunner().invoke(cli, [*command, "--library", str(tmp_path)])
    assert "all of its machines can reach" in str(refused.exception)
