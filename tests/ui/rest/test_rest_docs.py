"""The requests of docs/rest-api.md, sent by curl, get what the page shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qa.assistant import Assistant
from ui import ServerOptions, ServerSettings, start

PAGE = Path(__file__).parents[3] / "docs" / "rest-api.md"
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def check_shown(shown: Any, got: Any) -> None:
    """Check that everything shown was got; objects that were got may have more fields."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            check_shown(value, got[name])
    elif isinstance(shown, list):
        assert len(shown) == len(got)
        for one, other in zip(shown, got, strict=True):
            check_shown(one, other)
    else:
        assert shown == got


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_examples_get_what_the_page_shows(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("The harbour was rebuilt in 1931.", "utf-8")
    (tmp_path / "notes.md").write_text("# Notes\n\nThe mill is red.", "utf-8")
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    with closing(start(assistant, ServerOptions(limits=ServerSettings(token="swordfish")))) as server:
        environment = os.environ | {"QUOTEWELL_TOKEN": server.token}
        said = ""
        for language, text in blocks:
            if language == "json":
                check_shown(parsed(text), parsed(said))
            else:
                command = text.replace("http://127.0.0.1:7860/", server.url)
                done = subprocess.run(
                    ["bash", "-c", f"set -e; {command}"],
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                said = done.stdout
    sources = [info.source for info in assistant.articles()]
    assert sources == ["ferry", "uploads/report.txt", "uploads/notes.md"]
