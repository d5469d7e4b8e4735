from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from qa.errors import DataError
from qa.evaluation import load_examples
from qa.evaluation.data.examples import count_drafts
from qa.feedback import feedback_on
from qa.question_generation.question_file import draft_file, draft_lines, questions_from_feedback, write_questions
from qa.types import Article
from tests.qa.replies import LUMEN, abstained, answered
from tests.qa.test_feedback import stored
from tests.toys import toy_assistant

FILLER = "Nobody knows much about it, and what is told of it differs from one house to the next in the valley. "


def article(name: str, paragraphs: int = 3) -> Article:
    sentences = [f"In {1900 + i}, Anna Berg rebuilt mill {i} of {name}. {FILLER * 8}" for i in range(paragraphs)]
    return Article("\n\n".join(sentences), name, f"{name}.txt")


QUIET = Article(FILLER * 3, "Quiet", "quiet.txt")


def test_drafts_are_spread_over_the_articles() -> None:
    lines = draft_lines([article("Osk"), article("Vela"), article("Karst")], 7)
    titles = [line["title"] for line in lines]
    assert set(titles[:3]) == set(titles[3:6]) == {"Osk", "Vela", "Karst"}
    assert len({line["question"] for line in lines}) == len({line["id"] for line in lines}) == 7


def test_a_draft_has_the_offset_of_its_answer() -> None:
    source = article("Osk")
    for line in draft_lines([source], 3):
        ((answer,), context) = line["answers"], line["context"]
        assert line["draft"] is True
        assert context[answer["answer_start"] :].startswith(answer["text"])
        assert source.text[line["context_start"] :].startswith(context)


def test_passages_of_an_article_share_no_sentence() -> None:
    lines = draft_lines([article("Osk", 8)], 100)
    stretches = sorted((line["context_start"], line["context_start"] + len(line["context"])) for line in lines)
    assert len(stretches) > 2
    assert all(end <= start for (_, end), (start, _) in pairwise(stretches))


def test_the_seed_decides_what_is_drawn() -> None:
    sources = [article(name, 6) for name in ("Osk", "Vela", "Karst", "Pallin")]
    assert draft_lines(sources, 8, 1) == draft_lines(sources, 8, 1) != draft_lines(sources, 8, 2)


def test_an_article_without_a_draft_gives_an_empty_question() -> None:
    (line,) = draft_lines([QUIET, Article("Short.")], 5)
    assert (line["question"], line["answers"], line["title"]) == ("", [], "Quiet")


def test_feedback_becomes_questions() -> None:
    good, none = feedback_on(answered(), "good"), feedback_on(abstained(), "unanswerable")
    rated, to_complete = questions_from_feedback(stored(good, none, feedback_on(answered(), "bad", "No.")))
    assert [(line["id"], line["is_impossible"]) for line in rated] == [("feedback-1", False), ("feedback-2", True)]
    assert [answer["text"] for answer in rated[0]["answers"]] == ["Anna Berg"]
    (wrong,) = to_complete
    assert (wrong["draft"], wrong["answers"], wrong["comment"]) == (True, [], "No.")
    assert [answer["text"] for answer in wrong["plausible_answers"]] == ["Anna Berg"]


def test_articles_with_feedback_are_not_drafted_from() -> None:
    drafted = draft_file([LUMEN, article("Osk")], stored(feedback_on(answered(), "good")))
    assert {line["title"] for line in drafted.drafts} == {"Osk"}
    assert len(list(drafted)) == len(drafted.rated) + len(drafted.drafts)


def test_a_drafted_file_is_read_once_it_is_corrected(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    odd = Article(f"In 1902, Anna Berg rebuilt the mill of Osk. {FILLER * 2}\u2028End.", "Osk\x85")
    write_questions(draft_file([odd], stored(feedback_on(answered(), "good"))), path)
    assert [one.id for one in load_examples(path)] == ["feedback-1"]
    assert count_drafts(path) == 1
    corrected = path.read_text("utf-8").replace('"draft": true, ', "")
    path.write_text(corrected, "utf-8")
    drafted = load_examples(path)[1]
    assert (drafted.answers, drafted.context) == (("1902",), odd.text.strip())
    with pytest.raises(DataError, match="corrected by hand"):
        write_questions([], path)
    assert path.read_text("utf-8") == corrected
    with pytest.raises(DataError, match="cannot be written"):
        write_questions([], tmp_path / "missing" / "questions.jsonl")


def test_the_command_drafts_from_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = toy_assistant()
    monkeypatch.setattr("qa.cli.evaluate.open_assistant", lambda library, create: assistant)
    assistant.add(LUMEN, article("Osk", 8))
    assistant.rate(answered(), "good")
    path = tmp_path / "questions.jsonl"
    result = CliRunner().invoke(cli, ["evaluate", "init", str(path), "--questions", "2", "--json"])
    assert json.loads(result.output) == {"path": str(path), "rated": 1, "to_complete": 0, "drafts": 2, "empty": 0}


def test_the_command_says_when_there_are_fewer_drafts_than_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = toy_assistant()
    monkeypatch.setattr("qa.cli.evaluate.open_assistant", lambda library, create: assistant)
    assistant.add(article("Osk", 8))
    result = CliRunner().invoke(cli, ["evaluate", "init", str(tmp_path / "questions.jsonl"), "--questions", "99"])
    assert "of the 99 drafts requested." in result.output


def test_an_evaluation_says_what_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    write_questions(draft_lines([article("Osk", 8)], 2), path)
    evaluated = CliRunner().invoke(cli, ["evaluate", "reader", str(path)])
    assert "2 drafts in" in evaluated.stderr
    assert "no questions except drafts" in str(evaluated.exception)
