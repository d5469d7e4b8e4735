"""The libraries that visitors can choose from, each with the handlers of its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.assistant import Assistant
from ui.conversation.example_questions import Examples
from ui.conversation.handlers import Handlers, Notify
from ui.conversation.workers import QuestionThreads
from ui.library_tab.handlers import LibraryHandlers
from ui.state import View

__all__ = ["Libraries", "ServedLibrary"]


@dataclass(frozen=True, slots=True)
class ServedLibrary:
    """A library of the chat: the handlers of the conversation about it, and those of its tab."""

    conversation: Handlers
    tab: LibraryHandlers


class Libraries:
    """The libraries of the chat by name; a page opens with the first.

    :param notify: shows an error message to the visitor.
    :param threads: the threads that answer questions, whichever the library.
    :param folders: folders on the server whose files visitors may add.
    :param examples: finds example questions for a library, by its name.
    """

    def __init__(
        self,
        assistants: Mapping[str, Assistant],
        notify: Notify,
        threads: QuestionThreads,
        folders: Sequence[Path] = (),
        examples: Mapping[str, Examples] | None = None,
    ) -> None:
        found = examples or {}
        self._served = {
            name: ServedLibrary(
                Handlers(assistant, notify, threads, found.get(name)),
                LibraryHandlers(assistant, notify, folders, names=tuple(assistants), name=name),
            )
            for name, assistant in assistants.items()
        }

    @property
    def first(self) -> str:
        """The name of the library that a page opens with."""
        return next(iter(self._served))

    def of(self, view: View | None) -> ServedLibrary:
        """Return the library that a visitor has chosen."""
        return self._served[view.library if view and view.library in self._served else self.first]

    def choose(self, name: str) -> View:
        """Return the view of a visitor who has just chosen a library; of the first if the name is unknown."""
        return View(library=name if name in self._served else self.first)
