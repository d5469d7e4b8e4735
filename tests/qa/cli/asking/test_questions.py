from __future__ import annotations

from pathlib import Path

import pytest

from tests.qa.cli.running import run


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ([], 'ask a question: quotewell ask "Who visited Kyiv?"'),
        (["Who", "visited", "Kyiv?"], "put the question in quotes: quotewell ask 'Who visited Kyiv?'"),
        (["https://example.org/news"], "quotewell add --fetch https://example.org/news"),
        ([__file__], f"--file {__file__}"),
        (["Who?", "--file", __file__], "not both"),
    ],
)
def test_a_mistake_gets_a_hint(arguments: list[str], hint: str) -> None:
    result = run("ask", *arguments)
    assert result.exit_code == 2
    assert hint in " ".join(result.output.split())


@pytest.mark.parametrize("question", ["Who? " * 300, "What costs 3.5?", "Is it in report.pdf"])
def test_a_question_is_not_taken_for_a_file(question: str, tmp_path: Path) -> None:
    result = run("ask", question, "--library", str(tmp_path / "none"))
    assert "there is no library at" in str(result.exception)


def test_questions_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "questions.txt").write_bytes(b"Who?\n\xff\n")
    result = run("ask", "--file", str(tmp_path / "questions.txt"))
    assert "is not UTF-8 text" in str(result.exception)
