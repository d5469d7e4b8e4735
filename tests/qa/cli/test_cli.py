from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import seeds
from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant
from qa.cli.main import cli
from tests.qa.reader.copies import copied_model

QUESTION = "How many Shahed drones were used?"
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


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library with the seed article and one text of ours."""
    folder = tmp_path_factory.mktemp("cli")
    file = folder / "lumen.txt"
    file.write_text("date 2024-05-06\nThe harbour of Lumen was rebuilt in 1931 by Anna Berg.", "utf-8")
    library = str(folder / "library")
    result = run("add", str(file), "--library", library)
    assert result.exit_code == 0, result.output
    assert result.stdout == "1 added\n"
    return library


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def run_json(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from qa.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


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
    assert {"retrieve", "read", "answer"} == reply["timings"].keys()


def test_ask_abstains_kindly(library: str) -> None:
    result = run("ask", "What is the capital of Australia?", "-l", library)
    assert result.exit_code == 0
    assert result.stdout.startswith("These articles do not seem to answer that.")
    reply = run_json("ask", "What is the capital of Australia?", "-l", library)
    assert (reply["abstained"], reply["answer"]) == (True, None)


def test_ask_obeys_filters(library: str) -> None:
    reply = run_json("ask", "Who rebuilt the harbour?", "-l", library, "--before", "2024-01-01")
    assert {passage["context"] for passage in reply["passages"]} == {
        "In a surprise visit to Kyiv, NATO Secretary General Jens Stoltenberg…"
    }


def test_list_show_remove_and_add_again(library: str) -> None:
    articles = run_json("list", "-l", library)["articles"]
    assert [article["date"] for article in articles] == ["2023-11-09", "2024-05-06"]
    source = articles[1]["source"]
    assert "Anna Berg" in run("show", source, "-l", library).stdout
    assert run_json("remove", source, "-l", library) == {"removed": 1}
    assert len(run_json("list", "-l", library)["articles"]) == 1
    assert run_json("add", source, "-l", library)["summary"] == "1 added"
    assert "2 articles" in run("list", "-l", library).stdout


def test_edit_changes_title_and_tags(library: str) -> None:
    source = run_json("list", "-l", library)["articles"][0]["source"]
    before = run_json("show", source, "-l", library)
    edited = run_json("edit", source, "-l", library, "--title", "The visit", "--tag", "nato", "--tag", "visit")
    assert edited == {"id": before["id"], "title": "The visit", "tags": ["nato", "visit"]}
    assert "tags: nato, visit" in run("show", source, "-l", library).stdout
    assert run("edit", source, "-l", library, "--untag", "visit").stdout == "The visit [nato]\n"
    run("edit", source, "-l", library, "--title", before["title"], "--untag", "nato")
    assert run_json("show", source, "-l", library) == before


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


def test_doctor(library: str) -> None:
    report = run_json("doctor", "-l", library)
    assert report["healthy"] is True
    assert report["vectors"] == report["passages"] > 0
    assert "healthy" in run("doctor", "--rebuild", "-l", library).stdout


def test_add_later_ask_at_once_and_embed(tmp_path: Path) -> None:
    place = ["-l", str(tmp_path / "library")]
    assert run("add", str(seeds.FOLDER), "--later", *place).exit_code == 0
    report = run_json("doctor", "--json", *place)
    assert (report["healthy"], report["vectors"], report["pending"]) == (True, 0, report["passages"])
    assert f"{report['passages']} passages not embedded yet: run `quotewell embed`" in run("doctor", *place).output
    assert "more than 40" in run("ask", QUESTION, *place).output
    assert run_json("doctor", "--json", *place) == report, "asking writes nothing"
    assert run_json("embed", "--json", *place) == {"passages": report["passages"], "embedded": report["passages"]}
    assert "not embedded" not in run("doctor", *place).output
    assert f"{report['passages']:,} of {report['passages']:,} passages embedded" in run("embed", *place).output


def test_ctrl_c_while_embedding_loses_nothing_and_says_how_to_continue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["-l", str(tmp_path / "library")]

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SentenceEncoder, "encode", interrupt)
        result = run("add", str(seeds.FOLDER), *place)
    assert result.exit_code == 130
    assert "unchanged" in result.stdout
    assert "Stopped: 0 of" in result.stderr
    assert "`quotewell embed` continues" in result.stderr
    assert run("add", str(seeds.FOLDER), *place).exit_code == 0  # continues by itself
    assert run_json("doctor", "--json", *place)["pending"] == 0


def test_an_export_can_be_added(library: str, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    assert run_json("export", str(file), "-l", library)["exported"] == 2
    assert "2 unchanged" in run("add", str(file), "-l", library).stdout


def test_add_reports_failures(library: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"no pdf at all")
    result = run("add", str(bad), "-l", library)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"failed: {bad}")


def test_chat_asks_until_an_empty_line(library: str) -> None:
    result = CliRunner().invoke(cli, ["chat", "-l", library], input=f"{QUESTION}\n\n")
    assert result.exit_code == 0
    assert "more than 40" in result.stdout
    assert "read as" not in result.stdout


def test_chat_says_how_it_read_a_follow_up(library: str) -> None:
    result = CliRunner().invoke(cli, ["chat", "-l", library], input="Who visited Kyiv?\nWhen did he visit it?\n\n")
    assert result.exit_code == 0
    assert "read as: When did " in result.stdout


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
    assert "exact match" in run("evaluate", mode, str(file)).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", " "], 2, "the question is empty"),
        (["ask", "Who?", "--min-confidence", "2"], 2, "--min-confidence"),
        (["fly"], 2, "No such command"),
        (["show", "x", "-l", "missing-library"], 1, "missing-library"),
        (["evaluate", "reader", __file__], 1, "unknown format"),
    ],
)
def test_errors_take_one_line_and_no_traceback(arguments: list[str], code: int, message: str) -> None:
    done = shell(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: ")


def test_debug_shows_the_traceback() -> None:
    done = shell("--debug", "show", "x", "-l", "missing-library")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "LibraryError" in done.stderr


def test_an_empty_library_names_add(tmp_path: Path) -> None:
    library = str(tmp_path / "library")
    (article,) = run_json("list", "-l", library)["articles"]
    assert Path(article["source"]).parent == seeds.FOLDER
    run("remove", article["id"], "-l", library)
    done = shell("ask", "Who?", "-l", library)
    assert (done.returncode, "`add`" in done.stderr) == (1, True)
