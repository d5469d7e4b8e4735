"""What is uploaded, pasted or named -> articles of the library, with a report by file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.assistant import Assistant
from qa.errors import LoadError
from qa.loaders import DEFAULT_LIMITS, Limits, LoadFailure, load
from qa.loaders.fields import title_from_text
from qa.types import AddProgress, AddReport, AddResult, Article

__all__ = ["OnProgress", "add_folder", "add_text", "add_uploads"]

FOLDER = "uploads"  # in the sources of uploaded files
READING = 0.2  # of the time that an add takes; the rest is cutting and writing
PASSAGE_CHARACTERS = 800  # about

OnProgress = Callable[[float, str], None]
"""Called with the share that is done, from 0 to 1, and words for what is being done."""


def read_uploads(
    paths: Sequence[str | Path], *, max_mb: int, limits: Limits = DEFAULT_LIMITS
) -> Iterator[list[Article | LoadFailure]]:
    """Yield, file by file, its articles and failures, with sources such as ``uploads/report.pdf``.

    A file that is uploaded again under the same name thus updates its article.
    """
    for path in map(Path, paths):
        yield [_renamed(item, path) for item in _read(path, max_mb, limits)]


def add_uploads(assistant: Assistant, paths: Sequence[str | Path], on_progress: OnProgress) -> AddReport:
    """Add uploaded files and return what became of each.

    :raises QuotewellError: when the library cannot take them.
    """
    loaded: list[Article | LoadFailure] = []
    settings = assistant.settings
    limits = Limits(settings.max_load_mb, settings.max_load_seconds)
    uploads = read_uploads(paths, max_mb=settings.max_file_mb, limits=limits)
    for done, items in enumerate(uploads, 1):
        loaded += items
        on_progress(READING * (done / len(paths)), f"Read {done} of {len(paths)} files")
    expected = sum(len(item.text) for item in loaded if isinstance(item, Article)) / PASSAGE_CHARACTERS

    def written(state: AddProgress) -> None:
        share = min(1.0, state.passages / max(1.0, expected))
        on_progress(READING + (1 - READING) * share, f"Made {state.passages} passages ready")

    articles = (item for item in loaded if isinstance(item, Article))
    added = assistant.add(*articles, embed="background", on_progress=written)
    outcomes = iter(added.results)
    return AddReport(
        tuple(
            AddResult(item.source, "skipped" if item.is_skipped else "failed", reason=item.reason)
            if isinstance(item, LoadFailure)
            else next(outcomes)
            for item in loaded
        )
    )


def add_text(assistant: Assistant, title: str, text: str) -> AddReport:
    """Add a pasted text. Without a title it is called by its first line.

    :raises QuotewellError: when there is no text, or the library cannot take it.
    """
    if not text.strip():
        raise LoadError("there is no text to add; paste some")
    return assistant.add(Article(text, " ".join(title.split()) or title_from_text(text)), embed="background")


def add_folder(assistant: Assistant, path: str, roots: Sequence[Path], on_progress: OnProgress) -> AddReport:
    """Add a folder or file of the machine that serves the chat.

    :param roots: the folders in which it must be.
    :raises QuotewellError: if it is elsewhere, or the library cannot take it.
    """
    if not path.strip():
        raise LoadError("there is no folder to add; type the path of one")
    folder = Path(path.strip()).expanduser()
    if not any(folder.resolve().is_relative_to(root.resolve()) for root in roots):
        raise LoadError("this folder may not be added here; `quotewell serve --folders` names those that may")

    def told(state: AddProgress) -> None:
        share = state.sources_done / max(1, state.sources)
        on_progress(share, f"Read {state.sources_done} of {state.sources} files")

    return assistant.add(folder, embed="background", on_progress=told)


def _read(path: Path, max_mb: int, limits: Limits) -> Iterator[Article | LoadFailure]:
    try:
        yield from load(path, max_mb=max_mb, limits=limits)
    except LoadError as error:
        yield LoadFailure(path.absolute().as_posix(), str(error))


def _renamed(item: Article | LoadFailure, path: Path) -> Article | LoadFailure:
    """Name an article after its file, not after the folder of the upload, unless a row has its own source."""
    prefix = path.absolute().as_posix()
    if not item.source.startswith(prefix):
        return item
    return replace(item, source=f"{FOLDER}/{path.name}{item.source.removeprefix(prefix)}")
