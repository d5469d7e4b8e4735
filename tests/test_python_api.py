"""The examples of docs/python-api.md that stand by themselves give what the page says."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "python-api.md").read_text("utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = ("Texts, dicts and tables", "Your own encoder, reader or retriever")
CONTINUED = ("Many questions", "Citations that last")
"""Sections whose example goes on with the assistant of the first one."""


def examples(section: str) -> list[str]:
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return BLOCK.findall(text)


def run(example: str, names: dict[str, Any]) -> int:
    """Run an example; compare expressions with the values in comments behind them; return how many there are."""
    lines, compared = example.splitlines(), 0
    for node in ast.parse(example).body:
        source = ast.get_source_segment(example, node)
        assert source
        comment = lines[node.end_lineno - 1].partition("  # ")[2] if node.end_lineno else ""
        if isinstance(node, ast.Expr) and comment:
            assert repr(eval(source, names)) == comment, source
            compared += 1
        else:
            exec(compile(ast.Module([node], []), "example", "exec"), names)
    return compared


@pytest.mark.parametrize("example", [one for section in SECTIONS[1:] for one in examples(section)])
def test_your_own_models(example: str) -> None:
    assert run(example, {}) == 1


def test_texts_questions_and_citations() -> None:
    names: dict[str, Any] = {}
    compared = [run(example, names) for section in (SECTIONS[0], *CONTINUED) for example in examples(section)]
    assert compared == [2, 1, 2]
