"""What docs/mcp.md says works with the official client: the commands, the configurations and the example."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from tests.examples import DOCS, blocks, prompted_commands, run_page
from tests.qa.adapters.conftest import VELA

PAGE = (DOCS / "mcp.md").read_text("utf-8")


def test_a_client_starts_the_command_and_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    monkeypatch.setattr(
        "mcp.client.stdio.DEFAULT_INHERITED_ENV_VARS", [*os.environ]
    )  # where this test's library is
    Path("vela.md").write_text(VELA.text, "utf-8")
    Path("ferry.md").write_text("The ferry to Vela leaves at noon.", "utf-8")
    (add,) = (command.split()[1:] for command in prompted_commands(PAGE) if command.startswith("quotewell add"))
    assert CliRunner().invoke(cli, add).exit_code == 0
    run_page(PAGE)


def test_the_configuration_starts_what_the_example_starts() -> None:
    (started,) = (server for server in servers() if "command" in server)
    assert json.dumps(started["command"]) in blocks(PAGE, "python")[0]
    assert json.dumps(started["args"]) in blocks(PAGE, "python")[0]


def servers() -> list[dict[str, object]]:
    return [json.loads(block)["mcpServers"]["quotewell"] for block in blocks(PAGE, "json")]
