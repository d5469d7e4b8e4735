from __future__ import annotations

import pytest

from tests.qa.cli.running import shell


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
