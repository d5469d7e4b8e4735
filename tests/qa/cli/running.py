"""Runs commands, in this process or in another one."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qa.cli.main import cli, main

QUESTION = "How many Shahed drones were used?"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def run_json(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def run_to_the_end(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Run a command that ends the process, but in this one; return the exit code."""
    monkeypatch.setattr(sys.modules["qa.cli.main"], "keep_freed_memory", lambda: None)
    monkeypatch.setattr(sys, "argv", ["quotewell", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def shell(*arguments: str, code: str = "from qa.cli import main; main()") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


NAME_MODULES = """
import sys
from qa.cli import main

try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
"""Runs a command, and prints the names of all modules that it imported to standard error."""
