"""What all adapters have in common: their examples run, nothing is sent, and a missing framework is named."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from tests.examples import DOCS, run_page

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


@pytest.mark.parametrize("page", ["dspy.md", "haystack.md", "langchain.md", "llama-index.md"])
def test_the_page_of_a_framework_shows_what_it_gives(page: str) -> None:
    run_page((DOCS / page).read_text("utf-8"))


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
