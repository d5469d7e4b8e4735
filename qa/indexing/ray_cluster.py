"""Loading, splitting and embedding on a Ray cluster.

The cluster only places the work: each worker opens the library by its address, stores what it has done, and leases
the passages that it embeds. So a worker that is killed loses nothing, and what another one does again in its place
is found to be there already.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.encoder import EncoderError, SentenceEncoder
from qa.errors import ModelError, SettingsError
from qa.indexing.add_progress import OnProgress
from qa.indexing.embedder import OnEmbedded, embed_pending
from qa.indexing.indexer import Indexer
from qa.indexing.items import Fetch, Item, expand_items
from qa.indexing.loading_ahead import Source
from qa.library import library_address, open_library
from qa.ray_tasks import RayTasks
from qa.settings import Settings
from qa.types import AddProgress, AddReport, AddResult

if TYPE_CHECKING:
    from qa.library.base import Library

__all__ = ["RayCluster", "shared_address"]

GROUP_FILES = 32
"""Files that a worker loads before it reports."""
GROUPS_AHEAD = 2
"""Groups of files that wait or are worked on, for each core of the cluster."""
LEASED = 256
"""Passages that a worker leases at a time: fewer than one process does alone, so that all are done at once."""

Results = list[list[AddResult]]


class RayCluster(RayTasks):
    """A Ray cluster that works for one library, on as many workers as it has cores.

    :param library: a library that every machine of the cluster can reach.
    :raises SettingsError: if Ray is not installed, there is no cluster at the address, or the library is a folder.
    """

    def __init__(self, address: str, library: str | Path, settings: Settings) -> None:
        self._library = shared_address(library, settings)
        super().__init__(address)
        self._settings = settings

    def add(
        self,
        items: Iterable[Item],
        globs: Sequence[str] = (),
        on_progress: OnProgress | None = None,
        fetch: Fetch = "never",
    ) -> AddReport:
        """Load files, folders, web pages and articles, split them and write them. Their vectors follow later.

        This machine lists the folders, and every machine of the cluster must find the files under the same paths.
        The parameters are those of :meth:`qa.assistant.Assistant.add`.
        """
        sources = expand_items(items, globs=globs, fetch=fetch, text_field=self._settings.text_field)
        absolute = [source.absolute() if isinstance(source, Path) else source for source in sources]
        results = self._add_each(absolute, on_progress)
        return AddReport(tuple(chain.from_iterable(results)))

    def _add_each(self, sources: Sequence[Source], on_progress: OnProgress | None) -> Results:
        groups = deque(
            (first, sources[first : first + GROUP_FILES]) for first in range(0, len(sources), GROUP_FILES)
        )
        load = self.task(_load_group)
        results: list[list[AddResult]] = [[] for _ in sources]
        running: dict[Any, int] = {}
        done = articles = passages = 0
        while groups or running:
            while groups and len(running) < GROUPS_AHEAD * self.cores:
                first, group = groups.popleft()
                running[load(self._library, self._settings, group)] = first
            finished, _ = self.wait(list(running))
            for task in finished:
                first, loaded = running.pop(task), self.result(task)
                results[first : first + len(loaded)] = loaded
                written = [result for each in loaded for result in each if result.outcome in ("added", "updated")]
                done, articles = done + len(loaded), articles + len(written)
                passages += sum(result.passages for result in written)
            if on_progress and finished:
                on_progress(AddProgress(done, len(sources), articles, passages))
        return results

    def embed(self, on_progress: OnEmbedded = lambda _: None) -> None:
        """Embed all pending passages of the library."""
        embed = self.task(_embed_share)
        with _opened(self._library) as library:
            if not library.embedding_state().pending:
                return
            tasks = [embed(self._library, self._settings) for _ in range(self.cores)]
            while tasks:
                on_progress(library.embedding_state())
                finished, tasks = self.wait(tasks)
                for task in finished:
                    self.result(task)
            on_progress(library.embedding_state())


def shared_address(library: str | Path, settings: Settings) -> str:
    """Return the address of a library that every machine of a cluster can reach.

    :raises SettingsError: if it is a folder.
    """
    address = str(library_address(library, settings))
    if "://" not in address:
        raise SettingsError(
            "a cluster needs a library that all of its machines can reach, such as postgresql://host/news; "
            f"`quotewell copy` copies {library} there"
        )
    return address


@contextmanager
def _opened(address: str) -> Iterator[Library]:
    library = open_library(address, encoder=None, create=False)
    try:
        yield library
    finally:
        library.close()


@cache
def _open(address: str, settings: Settings) -> tuple[Library, SentenceEncoder]:
    """Return the library and its encoder, which a worker keeps between two tasks."""
    encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
    library = open_library(address, encoder=encoder.fingerprint, dimension=encoder.dimension, create=False)
    return library, encoder


def _load_group(address: str, settings: Settings, sources: Sequence[Source]) -> Results:
    with _encoder_errors():
        library, encoder = _open(address, settings)
        return Indexer(library, encoder, settings).add_each(sources)


def _embed_share(address: str, settings: Settings) -> None:
    with _encoder_errors():
        library, encoder = _open(address, settings)
        embed_pending(library, encoder, leased=LEASED)


@contextmanager
def _encoder_errors() -> Iterator[None]:
    try:
        yield
    except EncoderError as error:
        raise ModelError(str(error)) from error
