"""The commands of docs/evaluation.md run as they stand there, one after the other, on a small library."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from embeddings.encoder import SentenceEncoder
from qa.assistant import Assistant
from qa.cli.main import cli
from qa.reader import Reader
from qa.types import Article

PAGE = Path(__file__).parent.parent / "docs" / "evaluation.md"
FILLER = "Nobody knows much about it, and what is told of it differs from one house to the next in the valley. "
ARTICLES = [
    Article(f"In {year}, Anna Berg rebuilt the mill of {name}. {FILLER * 2}", name, f"{name}.txt")
    for year, name in ((1902, "Osk"), (1911, "Vela"), (1920, "Karst"))
]


@pytest.mark.usefixtures("few_draws")
def test_the_walk_through_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: SentenceEncoder, reader: Reader
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "qa.assistant.build_reader", lambda settings: reader
    )  # the models are loaded once for all tests
    monkeypatch.setattr("qa.assistant.SentenceEncoder", lambda *_, **__: encoder)
    with Assistant.open("news", seed=False) as assistant:
        assistant.add(*ARTICLES)
    commands = re.findall(r"^\$ (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    names = [command.split("evaluate ")[1].split()[0] for command in commands]
    assert names == ["init", "open", "report", "open", "compare"]
    for command in commands:
        run(command)
        questions = Path("questions.jsonl")  # corrected, as the page asks
        questions.write_text(questions.read_text("utf-8").replace('"draft": true, ', ""), "utf-8")
    for written in ("runs/open/report.html", "runs/open-20/report.html", "compared.html"):
        assert Path(written).read_text("utf-8").startswith("<!doctype html>")


def run(command: str) -> None:
    words = shlex.split(command)
    variables = {name: value for name, _, value in (word.partition("=") for word in words) if name.isupper()}
    arguments = words[words.index("quotewell") + 1 :]
    result = CliRunner().invoke(cli, arguments, env={**os.environ, **variables})
    assert result.exit_code == 0, (command, result.output, result.exception)
