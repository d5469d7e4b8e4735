"""Uploaded PDFs are kept, so that their pages can be shown; they go with their articles."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.errors import LibraryError
from tests.qa.loaders.documents import pdf_bytes
from tests.toys import toy_assistant
from ui.library_tab.adding import add_uploads


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with toy_assistant(folder=tmp_path / "library") as assistant:
        yield assistant


@pytest.fixture
def uploads(tmp_path: Path) -> list[Path]:
    contents = {"Tower.PDF": pdf_bytes([["A tower."]]), "notes.txt": b"A note.", "bad.pdf": b"%PDF- broken"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in contents]


def kept(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in (folder / "library" / "files").iterdir()]


def test_uploaded_pdfs_are_kept_until_they_are_removed(
    assistant: Assistant, uploads: list[Path], tmp_path: Path
) -> None:
    data = uploads[0].read_bytes()
    report = add_uploads(assistant, uploads, lambda *_: None)
    assert [result.outcome for result in report.results] == ["added", "added", "failed"]
    for upload in uploads:
        upload.unlink()
    assert kept(tmp_path) == [data]
    assistant.remove("uploads/Tower.PDF")
    assert kept(tmp_path) == []


def test_another_upload_of_the_same_name_takes_its_place(
    assistant: Assistant, uploads: list[Path], tmp_path: Path
) -> None:
    add_uploads(assistant, uploads[:1], lambda *_: None)
    uploads[0].write_bytes(pdf_bytes([["Another tower."]]))
    add_uploads(assistant, uploads[:1], lambda *_: None)
    assert kept(tmp_path) == [uploads[0].read_bytes()]


def test_an_upload_that_cannot_be_kept_is_added_all_the_same(
    assistant: Assistant, uploads: list[Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> bool:
        raise LibraryError("the disk is full")

    monkeypatch.setattr(assistant, "keep_file", fail)
    with caplog.at_level(logging.WARNING):
        report = add_uploads(assistant, uploads[:1], lambda *_: None)
    assert [result.outcome for result in report.results] == ["added"]
    assert "the disk is full" in caplog.text
