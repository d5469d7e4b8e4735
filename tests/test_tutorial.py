"""The commands of docs/tutorial.md print what the page shows, on its own articles. So does that of the README."""

from __future__ import annotations

import io
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w/.]+)`:\n\n```(?:markdown|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PERCENT = re.compile(r"(\d+)% sure")
SHELL = ("echo", "sed")
SKIPPED = ("python3 -m venv", "source", "pip install", "quotewell serve")


@pytest.mark.usefixtures("few_draws")
def test_the_tutorial_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    for name, content in FILE.findall(page):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, "utf-8")
    for command, expected in commands(page):
        if not command.startswith(SKIPPED):
            compare(command, expected, output_of(command))


def test_the_readme_shows_what_is_printed() -> None:
    command, expected = next(commands((ROOT / "README.md").read_text("utf-8")))
    name, _, question = command.partition("Q=")
    assert name == "make ask "
    compare(command, expected, output_of(f"quotewell ask {question}"))


def commands(page: str) -> Iterator[tuple[str, str]]:
    """Yield each command with the output that the page shows below it."""
    for language, block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] if language == "console" else []:
            if part.startswith(SHELL):
                yield part.rstrip(), ""
            else:
                command, _, expected = part.partition("\n")
                yield command, expected


def output_of(command: str) -> str:
    if command.startswith(SHELL):
        return subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout
    if command.startswith("python "):
        with redirect_stdout(io.StringIO()) as printed:
            runpy.run_path(shlex.split(command)[1])
        return printed.getvalue()
    result = CliRunner().invoke(cli, shlex.split(command)[1:])
    assert result.exit_code == 0, (command, result.output, result.exception)
    return result.output


def compare(command: str, expected: str, output: str) -> None:
    """Check that the lines of the page stand in the output, one after the other, with "..." for any others."""
    assert command.startswith(SHELL) or expected, command
    shown, printed = normalized(expected), normalized(output)
    if "..." not in shown:
        assert printed == shown, command
    for sure, measured in zip(PERCENT.findall(expected), PERCENT.findall(output), strict=False):
        assert abs(int(sure) - int(measured)) <= 5, (command, output)  # int8 and float32 differ a little
    rest = iter(printed)
    for line in shown:
        assert line == "..." or line in rest, (command, line, output)


def normalized(text: str) -> list[str]:
    """Return the lines without what differs from one machine to another."""
    text = re.sub(r"\S*/((?:articles|seeds)/)", r"\1", text)  # where the files are
    text = re.sub(r"^[0-9a-f]{16}  ", "ID  ", text, flags=re.MULTILINE)  # made of that
    text = re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d", "NOW", text, flags=re.MULTILINE)
    text = re.sub(r"\[[\d.+, -]+\] +[\d.]+$|\[[\d.+, -]+\]$", "INTERVAL", text, flags=re.MULTILINE)
    text = PERCENT.sub("CONFIDENCE", text)
    return [line.rstrip() for line in text.strip().splitlines()]
