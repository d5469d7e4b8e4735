from __future__ import annotations

from pathlib import Path

from qa.assistant import Assistant
from tests.qa.cli.running import QUESTION, run, run_json


def test_feedback_is_listed_and_exported(library: str, tmp_path: Path) -> None:
    assert run("feedback", "list", "-l", library).stdout == "0 ratings\n"
    with Assistant.open(library) as assistant:
        assistant.rate(assistant.ask(QUESTION), "good", comment="Right.")
        assistant.rate(assistant.ask("What is the capital of Australia?"), "bad")
    good, bad = run_json("feedback", "list", "-l", library)["feedback"]
    assert (good["question"], good["verdict"], good["comment"]) == (QUESTION, "good", "Right.")
    assert (bad["answer"], bad["verdict"]) == (None, "bad")
    listed = run("feedback", "list", "-l", library).stdout
    assert all(words in listed for words in ("Right.", "no answer", "2 ratings"))
    file = tmp_path / "feedback.json"
    assert run("feedback", "export", str(file), "-l", library).stdout.startswith("1 question written")
    assert run_json("feedback", "export", str(file), "-l", library)["to_review"] == 1
    assert run_json("evaluate", "reader", str(file))["n"] == 1
