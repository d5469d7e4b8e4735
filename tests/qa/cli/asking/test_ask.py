from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from tests.qa.cli.running import QUESTION, run, run_json
from tests.qa.reader.copies import copied_model


def test_ask_prints_the_answer_its_sentence_its_citation_and_its_confidence(library: str) -> None:
    result = run("ask", QUESTION, "-l", library)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("more than 40")
    assert "in previous nights alone, more than 40 Shahed drones had been used" in result.stdout
    assert "2023-11-09" in result.stdout
    assert lines[-1].endswith("% sure")


def test_ask_says_that_a_reader_is_not_calibrated(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTEWELL_READER", str(copied_model(tmp_path / "other", is_other=True)))
    last = run("ask", QUESTION, "-l", library).stdout.splitlines()[-1]
    assert re.fullmatch(r"score [01]\.\d\d, not calibrated", last)
    assert run_json("ask", QUESTION, "-l", library)["calibrated"] is False
    nearest = run("ask", QUESTION, "-l", library, "--min-confidence", "1").stdout
    assert "The nearest answer (score " in nearest


def test_ask_as_json(library: str) -> None:
    reply = run_json("ask", QUESTION, "-l", library)
    assert reply["question"] == QUESTION
    assert reply["abstained"] is False
    (citation, *_) = reply["answer"]["citations"]
    article = run_json("show", citation["article_id"], "-l", library)
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"] == reply["answer"]["text"]
    assert reply["answers"][0] == reply["answer"]
    assert {"retrieve", "read", "answer", "compose"} == reply["timings"].keys()


def test_ask_abstains_kindly(library: str) -> None:
    result = run("ask", "What is the capital of Australia?", "-l", library)
    assert result.exit_code == 0
    assert result.stdout.startswith("These articles do not seem to answer that.")
    reply = run_json("ask", "What is the capital of Australia?", "-l", library)
    assert (reply["abstained"], reply["answer"]) == (True, None)


def test_ask_says_how_many_undated_articles_a_date_leaves_out_and_can_keep_them(
    library: str, tmp_path: Path
) -> None:
    place = ["-l", str(tmp_path / "library")]
    (tmp_path / "vela.txt").write_text("The lighthouse of Vela is 42 metres tall.")
    run("add", str(tmp_path / "vela.txt"), *place)
    asked = ["ask", "How tall is the lighthouse?", *place, "--after", "2020-01-01", "--source", "*vela.txt"]
    left_out = run(*asked)
    assert left_out.stdout.startswith("1 article without a date left out; --keep-undated searches them, too\n")
    assert "42" not in left_out.stdout
    assert run_json(*asked)["undated_left_out"] == 1
    kept = run(*asked, "--keep-undated", "--min-confidence", "0")
    assert kept.stdout.startswith("42 metres")
    assert "left out" not in kept.stdout


def test_ask_obeys_filters(library: str) -> None:
    reply = run_json("ask", "Who rebuilt the harbour?", "-l", library, "--before", "2023")
    assert {passage["context"] for passage in reply["passages"]} == {
        "In a surprise visit to Kyiv, NATO Secretary General Jens Stoltenberg…"
    }


def test_chat_asks_until_an_empty_line(library: str) -> None:
    result = CliRunner().invoke(cli, ["chat", "-l", library], input=f"{QUESTION}\n\n")
    assert result.exit_code == 0
    assert "more than 40" in result.stdout
    assert "read as" not in result.stdout


def test_chat_says_how_it_read_a_follow_up(library: str) -> None:
    result = CliRunner().invoke(cli, ["chat", "-l", library], input="Who visited Kyiv?\nWhen did he visit it?\n\n")
    assert result.exit_code == 0
    assert "read as: When did " in result.stdout


def test_ask_reads_questions_from_a_file_or_standard_input(library: str, tmp_path: Path) -> None:
    questions = f"{QUESTION}\n\n  Who rebuilt the harbour of Lumen?  \n"
    (tmp_path / "questions.txt").write_text(questions, "utf-8")
    asked = run("ask", "--file", str(tmp_path / "questions.txt"), "-l", library)
    assert asked.exit_code == 0
    assert asked.stdout.startswith(f"{QUESTION}\nmore than 40")
    assert "\n\nWho rebuilt the harbour of Lumen?\nAnna Berg\n" in asked.stdout
    assert CliRunner().invoke(cli, ["ask", "-", "-l", library], input=questions).stdout == asked.stdout


def test_several_replies_as_json_take_a_line_each_and_a_bad_question_stops_no_other(library: str) -> None:
    questions = f"{'x' * 3000}\n{QUESTION}\n"
    asked = CliRunner().invoke(cli, ["ask", "-", "-l", library, "--json"], input=questions)
    assert asked.exit_code == 1
    bad, good = map(json.loads, asked.stdout.splitlines())
    assert bad["question"] == "x" * 3000 and "at most 2000" in bad["error"]
    assert good["answer"]["text"].startswith("more than 40")
