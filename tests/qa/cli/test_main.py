from __future__ import annotations

import pytest

from tests.qa.cli.running import run_to_the_end, shell


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", " "], 2, "the question is empty"),
        (["ask", "Who?", "--min-confidence", "2"], 2, "--min-confidence"),
        (["fly"], 2, "No such command"),
        (["Who", "visited", "Kyiv?"], 2, "to ask a question: quotewell ask 'Who visited Kyiv?'"),
        (["Who came?", "-l", "x"], 2, "quotewell ask 'Who came?'"),
        (["show", "x", "-l", "missing-library"], 1, "missing-library"),
        (["evaluate", "reader", __file__], 1, "unknown format"),
    ],
)
def test_errors_take_one_line_and_no_traceback(
    arguments: list[str],
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = run_to_the_end(monkeypatch, *arguments)
    shown = capsys.readouterr().err
    assert ended == code
    assert message in shown
    assert "Traceback" not in shown
    assert shown.splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize("debug", [False, True])
def test_only_debug_shows_the_traceback(debug: bool) -> None:
    done = shell(*(["--debug"] if debug else []), "show", "x", "-l", "missing-library")
    assert done.returncode == 1
    assert ("Traceback" in done.stderr) == debug
    assert ("LibraryError" in done.stderr) == debug
