"""The cells of docs/notebooks.md show in IPython what the page says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output

from tests.examples import BLOCK, DOCS, in_own_thread, normalized


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def shown(result: Any, captured: CapturedIO) -> str:
    """Return what a reader sees below a cell: what it printed, and its last value without the HTML."""
    display = getattr(result, "_repr_html_", None)
    is_table = hasattr(result, "to_string")
    value = "" if result is None or is_table or not display else re.sub(r"<[^>]+>", "\n", display())
    return captured.stdout + html.unescape(value) + (result.to_string() if is_table else "")


def test_every_cell_shows_what_the_page_says(shell: InteractiveShell) -> None:
    in_own_thread(partial(run_cells, shell))


def run_cells(shell: InteractiveShell) -> None:
    """Run the cells of the page, and compare what they show with the texts below them."""
    output = ""
    for language, code in BLOCK.findall((DOCS / "notebooks.md").read_text("utf-8")):
        if language == "text":
            assert " ".join(normalized(code).split()) in " ".join(normalized(output).split())
        elif not code.startswith("%pip"):
            with capture_output() as captured:
                ran = shell.run_cell(code)
            ran.raise_error()
            output = shown(ran.result, captured)
    assert not output
