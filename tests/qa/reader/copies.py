"""Copies of the bundled model, for tests that need a second reader."""

from __future__ import annotations

from pathlib import Path

from qa.reader.model import BUNDLED


def copied_model(folder: Path, *, confidence: bool = True, is_other: bool = False) -> Path:
    """Make a folder that holds the bundled model, with its confidence model or without.

    :param is_other: whether the fingerprint is to differ from that of the bundled model.
    """
    folder.mkdir(parents=True)
    for file in BUNDLED.iterdir():
        if is_other and file.name == "config.json":
            (folder / file.name).write_text(file.read_text("utf-8") + "\n", "utf-8")
        elif confidence or file.name != "confidence.json":
            (folder / file.name).symlink_to(file)
    return folder
