"""Files that a request brings along, stored while they are read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import UploadFile

from ui.gradio_internals import stored_name

__all__ = ["UploadedFiles"]


@dataclass(frozen=True, slots=True)
class UploadedFiles:
    """Where uploads are stored, and how many there may be at once.

    :param folder: a folder that no other user of the machine can read.
    """

    folder: str
    most: int

    @contextmanager
    def stored(self, files: Sequence[UploadFile]) -> Iterator[list[Path]]:
        """Store the files under their own names, each in a folder of its own; remove them in the end."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            paths = []
            for number, file in enumerate(files):
                path = Path(folder, str(number), stored_name(file.filename or ""))
                path.parent.mkdir()
                with path.open("wb") as target:
                    shutil.copyfileobj(file.file, target)
                paths.append(path)
            yield paths
