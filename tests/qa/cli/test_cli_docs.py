"""What docs/cli.md says of the daemon, the config file and the completion works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from qa.cli.environment.config import config_in_environment
from qa.settings import Settings
from tests.examples import DOCS, blocks, prompted_commands
from tests.qa.cli.running import shell

PAGE = (DOCS / "cli.md").read_text("utf-8").partition("<!-- help -->")[0]


@pytest.mark.usefixtures("runtime_folder")
def test_the_daemon_answers() -> None:
    try:
        said = [shell(*shlex.split(command)[1:]) for command in prompted_commands(PAGE)]
        assert [done.returncode for done in said] == [0, 0], said
        assert re.sub(r"\d+\)", "4711)", said[0].stdout) in PAGE
        assert said[1].stdout.startswith("more than 40")
        assert shell("daemon", "--status").returncode == 0
    finally:
        shell("daemon", "--stop")


def test_the_config_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = blocks(PAGE, "toml")
    Path("quotewell.toml").write_text(example, "utf-8")
    with config_in_environment(None):
        settings = Settings.from_environment()
        assert os.environ["QUOTEWELL_LIBRARY"] == "news"
    assert (settings.min_confidence, settings.reader) == (0.7, str(tmp_path / "models" / "my-reader"))


@pytest.mark.parametrize("line", re.findall(r"`.*(_QUOTEWELL_COMPLETE=\w+) quotewell", PAGE))
def test_the_shells_are_completed(line: str) -> None:
    name, _, value = line.partition("=")
    code = "import sys; sys.argv[0] = 'quotewell'; from qa.cli import main; main()"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, name: value}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert f"{name}={value.replace('source', 'complete')}" in done.stdout
