"""The commands of docs/postgresql.md work, on another server."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import seeds
from qa.assistant import Assistant
from qa.cli.main import cli
from tests.examples import DOCS, check_options, prompted_commands
from tests.postgres import Server

ADDRESS = "postgresql://me@db.example.org/news"


def test_the_commands_work(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("articles").symlink_to(seeds.FOLDER)
    address, copied = postgres.new_address(), postgres.new_address()
    said = {}
    for command in prompted_commands((DOCS / "postgresql.md").read_text("utf-8")):
        program, *words = shlex.split(command)
        if program == "export":
            name, _, value = words[0].partition("=")
            assert value == ADDRESS
            monkeypatch.setenv(name, address)
        elif words[0] == "serve":
            check_options(cli, words)
        elif program == "quotewell":
            if words[0] == "copy":
                Assistant.open("news").close()
            target = copied if words[0] == "copy" else address
            result = CliRunner().invoke(cli, [target if word == ADDRESS else word for word in words])
            assert result.exit_code == 0, (command, result.output, result.exception)
            said[words[0]] = result.stdout
    assert said["add"].endswith("1 added, 2 skipped\n")
    assert "Stoltenberg" in said["ask"]
    assert said["copy"] == "1 article copied; both libraries hold the same 1 article\nboth healthy\n"
