"""Where pretrained models come from, and keeping their loaders quiet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["HubError", "first_line", "hub_folder", "quiet_transformers"]

_loading = threading.RLock()
HUB_FILES = ["*.json", "*.txt", "*.safetensors", "*.model"]


class HubError(Exception):
    """The hub could not give a model."""


def hub_folder(name: str) -> Path:
    """Return the folder of a hub model: the copy on this machine or, without one, a new download.

    :raises HubError: when there is no such model, or no network.
    """
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=HUB_FILES, local_files_only=True))
    except Exception:  # noqa: S110  no copy on this machine, for one of many reasons: ask the hub
        pass
    try:
        with quiet_transformers():
            return Path(snapshot_download(name, allow_patterns=HUB_FILES))
    except Exception as error:
        raise HubError(
            f"no folder {name!r}, and the Hugging Face hub could not give such a model ({first_line(error)}): "
            "give a folder, or connect to the network; the bundled models need neither"
        ) from error


def first_line(error: Exception) -> str:
    """Return the first line of an error's message, or its class's name."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep load reports and progress bars from the user's terminal, for as long as it lasts.

    One thread at a time: the switches are global.
    """
    with _loading:
        yield from _quietly()


def _quietly() -> Iterator[None]:
    from logging import CRITICAL

    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(CRITICAL)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
