"""More readers, for tests that need a second one."""

from __future__ import annotations

from pathlib import Path

from qa.reader.model import BUNDLED


def copied_model(folder: Path, *, confidence: bool = True) -> Path:
    """Make a folder that holds the bundled model, with its confidence model or without."""
    folder.mkdir(parents=True)
    for file in BUNDLED.iterdir():
        if confidence or file.name != "confidence.json":
            (folder / file.name).symlink_to(file)
    return folder
