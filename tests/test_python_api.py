"""The examples of docs/python-api.md that stand by themselves give what the page says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import seeds
from qa.assistant import Assistant
from tests.examples import DOCS, blocks, run_example
from tests.qa.loaders.documents import pdf_bytes

PAGE = (DOCS / "python-api.md").read_text("utf-8")
SECTIONS = ("Texts, dicts and tables", "Your own encoder, reader or retriever")
FILES = ("python-api.md", "../README.md")
"""Pages whose first example adds files."""
CONTINUED = ("Many questions", "Citations that last")
"""Sections whose example goes on with the assistant of the first one."""


def examples(section: str) -> list[str]:
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return blocks(text, "python")


@pytest.mark.parametrize("page", FILES)
def test_files_are_added_and_asked(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("articles").symlink_to(seeds.FOLDER)
    Path("report.pdf").write_bytes(pdf_bytes([["The harbour was rebuilt in 1931."]]))
    names: dict[str, Any] = {}
    exec(blocks((DOCS / page).read_text("utf-8"), "python")[0], names)
    assert names["reply"].answer.text == "more than 40"


@pytest.mark.parametrize("example", [one for section in SECTIONS[1:] for one in examples(section)])
def test_your_own_models(example: str) -> None:
    assert run_example(example, {}) == 1


def test_the_page_of_a_citation_is_saved(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.pdf").write_bytes(pdf_bytes([["The harbour was rebuilt in 1931."]]))
    assistant.add("report.pdf")
    citation = assistant.ask("When was the harbour rebuilt?").answers[0].citations[0]
    (example,) = examples("Pages as pictures")
    run_example(example, {"assistant": assistant, "citation": citation})
    assert Path("page.webp").read_bytes()[8:12] == b"WEBP"


def test_texts_questions_and_citations() -> None:
    names: dict[str, Any] = {}
    compared = [
        run_example(example, names) for section in (SECTIONS[0], *CONTINUED) for example in examples(section)
    ]
    assert compared == [2, 1, 2]
