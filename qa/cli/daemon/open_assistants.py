"""The assistants that the daemon keeps open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from qa.library.names import DATABASE

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from qa.assistant import Assistant
    from qa.reader import Reader
    from qa.settings import Settings

__all__ = ["OpenAssistants"]

MOST = 8
"""How many assistants stay open."""


@dataclass(slots=True, eq=False)
class _Opened:
    assistant: Assistant
    database: tuple[int, int] | None
    """Which file the library is in, for one may be deleted and made anew."""
    users: int = 0


@dataclass(slots=True)
class OpenAssistants:
    """The assistants that were used last, by library and settings. Safe to use from many threads."""

    _opened: dict[tuple[str, Settings], _Opened] = field(default_factory=dict)
    _replaced: list[_Opened] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def use(self, library: str, environment: Mapping[str, str]) -> Iterator[Assistant]:
        """Yield the assistant of a library; it stays open as long as it is used, and for a while afterwards.

        :param library: the path of a folder, or an address.
        :param environment: the variables that hold the settings.
        :raises QuotewellError: if the library cannot be opened.
        """
        with self._lock:
            opened = self._find(library, environment)
            opened.users += 1
        try:
            yield opened.assistant
        finally:
            with self._lock:
                opened.users -= 1
                self._close_unused()

    def close(self) -> None:
        """Close all."""
        with self._lock:
            for opened in [*self._opened.values(), *self._replaced]:
                opened.assistant.close()
            self._opened.clear()
            self._replaced.clear()

    def _find(self, library: str, environment: Mapping[str, str]) -> _Opened:
        from qa.settings import Settings

        settings = Settings.from_environment(environment)
        key = (library, settings)
        opened = self._opened.pop(key, None)
        database = _file_identity(library)
        if opened and opened.database != database:
            self._replaced.append(opened)
            opened = None
        if opened is None:
            opened = _Opened(_open(library, settings), database)
        self._opened[key] = opened  # as the newest
        return opened

    def _close_unused(self) -> None:
        """Close what nobody uses of the replaced assistants, and of the oldest if there are many."""
        for opened in [opened for opened in self._replaced if not opened.users]:
            self._replaced.remove(opened)
            opened.assistant.close()
        unused = [key for key, opened in self._opened.items() if not opened.users]
        for key in unused[: max(0, len(self._opened) - MOST)]:
            self._opened.pop(key).assistant.close()


def _open(library: str, settings: Settings) -> Assistant:
    from qa.assistant import Assistant

    encoder, reader = _models(settings)
    return Assistant.open(library, settings=settings, create=False, encoder=encoder, reader=reader)


@lru_cache(2)
def _models(settings: Settings) -> tuple[Encoder, Reader]:
    """Return the models of the settings, which all libraries share."""
    from embeddings.encoder import SentenceEncoder
    from qa.answering.readers import build_reader

    return SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype), build_reader(settings)


def _file_identity(library: str) -> tuple[int, int] | None:
    """Return the device and the number of the file that a library in a folder is in."""
    try:
        status = (Path(library) / DATABASE).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
