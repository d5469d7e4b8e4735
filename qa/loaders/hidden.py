"""Files and folders that do not count as people's own."""

from __future__ import annotations

from pathlib import PurePath

__all__ = ["is_hidden", "is_hidden_file", "is_hidden_folder"]

_MADE_BY_PROGRAMS = {"__MACOSX", "__pycache__"}


def is_hidden_file(name: str) -> bool:
    """Return whether a file of this name is hidden, or only marks a document as open, as Office does."""
    return name.startswith((".", "~$"))


def is_hidden_folder(name: str) -> bool:
    """Return whether a folder of this name is hidden, or made by a program for itself."""
    return name.startswith(".") or name in _MADE_BY_PROGRAMS


def is_hidden(path: PurePath) -> bool:
    """Return whether the relative path of a file is hidden, or leads through a hidden folder."""
    return is_hidden_file(path.name) or any(map(is_hidden_folder, path.parts[:-1]))
