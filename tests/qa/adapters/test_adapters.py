"""What all adapters have in common: their examples run, nothing is sent, and a missing framework is named."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qa.assistant import Assistant

PAGE = (Path(__file__).parents[3] / "docs" / "frameworks.md").read_text("utf-8")
FRAMEWORKS = {
    "dspy": ("dspy", "dspy"),
    "haystack": ("haystack", "haystack"),
    "langchain": ("langchain_core.callbacks", "langchain"),
    "llama_index": ("llama_index.core.base.base_query_engine", "llama-index"),
}
"""For each adapter, a module that it imports and its extra."""

JOB = """
import socket

def refuse(*arguments, **keywords):
    raise AssertionError("the network was used")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.create_connection = socket.getaddrinfo = refuse

from qa.adapters import dspy, haystack, langchain, llama_index
from haystack import Pipeline
from tests.qa.adapters.conftest import HEIGHT, VELA
from tests.toys import HeightReader, toy_assistant

with toy_assistant(reader=HeightReader()) as assistant:
    assistant.add(VELA)
    dspy.QuotewellRetriever(assistant)(HEIGHT)
    langchain.QuotewellRetriever(assistant=assistant).invoke(HEIGHT)
    llama_index.QuotewellQueryEngine(assistant).query(HEIGHT)
    pipeline = Pipeline()
    pipeline.add_component("answerer", haystack.QuotewellAnswerer(assistant))
    pipeline.run({"answerer": {"query": HEIGHT}})
print("done", end="")
"""


@pytest.mark.parametrize("example", re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
def test_the_examples_of_the_documentation_run(
    example: str, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Assistant, "open", lambda name: assistant)
    exec(example, {})
    said = capsys.readouterr().out
    assert "42 metres" in said
    assert "vela.md" in said


@pytest.mark.parametrize("adapter", FRAMEWORKS)
def test_a_missing_framework_is_named(adapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    framework, extra = FRAMEWORKS[adapter]
    monkeypatch.setitem(sys.modules, framework, None)
    monkeypatch.delitem(sys.modules, f"qa.adapters.{adapter}", raising=False)
    with pytest.raises(ImportError, match=rf"install quotewell\[{extra}\]"):
        importlib.import_module(f"qa.adapters.{adapter}")


def test_nothing_is_sent() -> None:
    done = subprocess.run([sys.executable, "-c", JOB], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "done"), done.stderr
