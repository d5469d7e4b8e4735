"""Add uploads, pasted texts and folders to the library, with a report on each file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.assistant import Assistant
from qa.errors import LoadError, QuotewellError
from qa.loaders import DEFAULT_LIMITS, Limits, LoadFailure, is_address, load
from qa.loaders.dates import date_in_head
from qa.loaders.fields import title_from_text
from qa.types import AddProgress, AddReport, Article
from ui.markup.wording import UPLOADS, counted

__all__ = ["OnProgress", "add_folder", "add_text", "add_uploads"]

log = logging.getLogger(__name__)

READING = 0.2  # the share of reading in the time of an add; the rest is splitting and writing
PASSAGE_CHARACTERS = 800  # an estimate

OnProgress = Callable[[float, str], None]
"""Called with the share that is done, from 0 to 1, and a description of it."""


def read_uploads(
    paths: Sequence[str | Path], *, max_mb: int, limits: Limits = DEFAULT_LIMITS
) -> Iterator[list[Article | LoadFailure]]:
    """Yield the articles and failures of each file, with sources such as ``uploads/report.pdf``.

    Uploading a file with the same name again therefore updates its article.
    """
    for path in map(Path, paths):
        yield [_renamed(item, path) for item in _read(path, max_mb, limits)]


def add_uploads(assistant: Assistant, paths: Sequence[str | Path], on_progress: OnProgress) -> AddReport:
    """Add uploaded files and return a report with the outcome for each.

    :raises QuotewellError: if the library cannot be written.
    """
    loaded: list[Article | LoadFailure] = []
    settings = assistant.settings
    limits = Limits(settings.max_load_mb, settings.max_load_seconds)
    uploads = read_uploads(paths, max_mb=settings.max_file_mb, limits=limits)
    for done, items in enumerate(uploads, 1):
        loaded += items
        on_progress(READING * (done / len(paths)), f"Read {done:,} of {counted(len(paths), 'file')}")
    expected = sum(len(item.text) for item in loaded if isinstance(item, Article)) / PASSAGE_CHARACTERS

    def on_written(state: AddProgress) -> None:
        share = min(1.0, state.passages / max(1.0, expected))
        on_progress(READING + (1 - READING) * share, f"Indexed {counted(state.passages, 'passage')}")

    articles = (item for item in loaded if isinstance(item, Article))
    added = assistant.add(*articles, embed="background", on_progress=on_written)
    _keep_pdfs(assistant, map(Path, paths), {result.source for result in added.results if result.article_id})
    outcomes = iter(added.results)
    return AddReport(tuple(item.result if isinstance(item, LoadFailure) else next(outcomes) for item in loaded))


def add_text(assistant: Assistant, title: str, text: str) -> AddReport:
    """Add a pasted text. The title defaults to its first line; the date is the one at its head, if any.

    :raises QuotewellError: if there is no text but perhaps addresses, or the library cannot be written.
    """
    if not text.strip():
        raise LoadError("there is no text to add; paste some text first")
    if all(map(is_address, text.split())):
        raise LoadError("this is an address, and the chat fetches no pages; paste the text of the page")
    article = Article(text, " ".join(title.split()) or title_from_text(text), date=date_in_head(text))
    return assistant.add(article, embed="background")


def add_folder(assistant: Assistant, path: str, roots: Sequence[Path], on_progress: OnProgress) -> AddReport:
    """Add a folder or file of the server.

    :param roots: the folders that it must be in.
    :raises QuotewellError: if it is not in one of them, or the library cannot be written.
    """
    if not path.strip():
        raise LoadError("there is no folder to add; enter a path first")
    folder = Path(path.strip()).expanduser()
    if not any(folder.resolve().is_relative_to(root.resolve()) for root in roots):
        raise LoadError("this folder may not be added; `quotewell serve --folders` allows one")

    def on_read(state: AddProgress) -> None:
        share = state.sources_done / max(1, state.sources)
        on_progress(share, f"Read {state.sources_done:,} of {counted(state.sources, 'file')}")

    return assistant.add(folder, embed="background", on_progress=on_read)


def _keep_pdfs(assistant: Assistant, paths: Iterable[Path], sources: Collection[str]) -> None:
    """Keep the uploaded PDFs that are articles now: the uploads go away, and their pages are to be shown."""
    for path in paths:
        source = f"{UPLOADS}/{path.name}"
        if path.suffix.lower() == ".pdf" and source in sources:
            try:
                assistant.keep_file(source, path)
            except QuotewellError as error:
                log.warning("no copy of an upload was kept: %s", error)


def _read(path: Path, max_mb: int, limits: Limits) -> Iterator[Article | LoadFailure]:
    try:
        yield from load(path, max_mb=max_mb, limits=limits)
    except LoadError as error:
        yield LoadFailure(path.absolute().as_posix(), str(error))


def _renamed(item: Article | LoadFailure, path: Path) -> Article | LoadFailure:
    """Replace the temporary folder of an upload in the source; leave a source that the file itself gives."""
    prefix = path.absolute().as_posix()
    if not item.source.startswith(prefix):
        return item
    return replace(item, source=f"{UPLOADS}/{path.name}{item.source.removeprefix(prefix)}")
