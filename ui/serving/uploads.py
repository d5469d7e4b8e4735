"""Uploaded files -> articles that are named after the files, not after where the upload was put."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
from gradio_client.utils import is_http_url_like

from qa.errors import LoadError
from qa.loaders import LoadFailure, load
from qa.types import Article

__all__ = ["FOLDER", "guard_uploads", "read_uploads"]

FOLDER = "uploads"


def read_uploads(paths: Sequence[str | Path], *, max_mb: int) -> Iterator[list[Article | LoadFailure]]:
    """Yield, file by file, its articles and failures, with sources such as ``uploads/report.pdf``.

    A file that is uploaded again under its name thus updates its article.
    """
    for path in map(Path, paths):
        yield [_renamed(item, path) for item in _read(path, max_mb)]


def guard_uploads(app: gr.Blocks, max_files: int) -> None:
    """Make every file component of the app take files that were uploaded here, and not too many at once.

    Gradio itself fetches a file that a program names by its web address, and does not limit how many there are.
    A subclass would do the same, but Gradio writes a stub file beside the source of each.
    """
    for block in app.blocks.values():
        if isinstance(block, gr.File | gr.UploadButton):
            patched: Any = block
            patched.async_move_resource_to_block_cache = _uploaded_only(block.async_move_resource_to_block_cache)
            patched.preprocess = _counted(block.preprocess, max_files)


def _uploaded_only(move: Callable[[Any], Awaitable[str | None]]) -> Callable[[Any], Awaitable[str | None]]:
    async def moved(path: Any) -> str | None:
        if is_http_url_like(str(path)):
            raise gr.Error("Only uploaded files can be added.", print_exception=False)
        return await move(path)

    return moved


def _counted(preprocess: Callable[[Any], Any], max_files: int) -> Callable[[Any], Any]:
    def counted(payload: Any) -> Any:
        paths = preprocess(payload)
        if isinstance(paths, list) and len(paths) > max_files:
            raise gr.Error(f"Upload at most {max_files} files at once.", print_exception=False)
        return paths

    return counted


def _read(path: Path, max_mb: int) -> Iterator[Article | LoadFailure]:
    try:
        yield from load(path, max_mb=max_mb)
    except LoadError as error:
        yield LoadFailure(path.absolute().as_posix(), str(error))


def _renamed(item: Article | LoadFailure, path: Path) -> Article | LoadFailure:
    """Name what came of a file after it; rows of a table that bring a source of their own keep it."""
    prefix = path.absolute().as_posix()
    if not item.source.startswith(prefix):
        return item
    return replace(item, source=f"{FOLDER}/{path.name}{item.source.removeprefix(prefix)}")
