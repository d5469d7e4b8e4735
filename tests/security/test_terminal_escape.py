"""Sequences in an article, a title or a file name that retitle the terminal, clear it or fake a row of a list."""

import json
import re
from pathlib import Path

import pytest

from tests.qa.cli.running import run, run_to_the_end

ESCAPES = "\x1b]0;OWNED\x07\x1b[2J\x1b[31m\x1b]52;c;cm0gLXJmIH4=\x07\x9b5m\r"
ALLOWED = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("terminal")
    files = folder / "files"
    files.mkdir()
    article = {
        "text": f"The wizard Merlin built{ESCAPES} the tower of Osk in 1902 with a crew of forty dwarves.",
        "title": f"Ok{ESCAPES}\nFAKE0000  2020-01-01  1 passage  spoofed row",
        "source": f"s{ESCAPES}\nFAKE0000",
        "tags": [f"t{ESCAPES}"],
        "author": f"a{ESCAPES}",
    }
    (files / "a.jsonl").write_text(json.dumps(article) + "\n")
    (files / "bad\x1b]0;NAME\x07.pdf").write_bytes(b"nope")
    (files / "odd\x1b]0;NAME\x07.xyz").write_bytes(b"nope")
    return str(folder / "library"), files


def check(output: str) -> None:
    """Check that all control characters are line feeds, tabs or the styles of the command itself."""
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", ALLOWED.sub("", output))
    assert "\x1b[31m" not in output and "\nFAKE0000" not in output


def test_no_control_character_reaches_the_terminal(hostile: tuple[str, Path]) -> None:
    library, files = hostile
    added = run("add", str(files), "--library", library, "--later")
    check(added.output)
    assert r"bad\u001b]0;NAME" in added.output and r"odd\u001b" in added.output
    source = f"s{ESCAPES}\nFAKE0000"
    commands = [
        ["list"],
        ["list", "--json"],
        ["show", source],
        ["show", source, "--json"],
        ["show", f"missing{ESCAPES}"],
        ["ask", "Who built the tower of Osk?"],
        ["ask", "Who built the tower of Osk?", "--json"],
        ["ask", "What is the price of tea?"],
        ["edit", source, "--tag", "x\x1b[5m"],
        ["edit", source, "--tag", "y", "--json"],
        ["add", str(files), "--later", "--json"],
        ["doctor"],
        ["feedback"],
        ["embed"],
        ["export", str(files.parent / "out\x1b[5m.jsonl")],
        ["remove", source],
    ]
    for command in commands:
        result = run(*command, "--library", library)
        check(result.output)
        if "--json" in command and result.exit_code == 0:
            assert json.loads(result.stdout)


def test_no_control_character_of_a_traceback_reaches_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_to_the_end(monkeypatch, "--debug", "list", "--library", f"missing{ESCAPES}") == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown and r"\u001b]0;OWNED" in shown
    check(shown)
