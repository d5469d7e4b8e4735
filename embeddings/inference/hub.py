"""Load pretrained models: from the Hugging Face hub, and without output to the terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["HubError", "first_line", "hub_folder", "quiet_transformers"]

_quiet_lock = threading.RLock()
HUB_FILES = ["*.json", "*.txt", "*.safetensors", "*.model"]


class HubError(Exception):
    """The hub does not have a model, or cannot be reached."""


def hub_folder(name: str) -> Path:
    """Return the folder of a hub model: the copy on this machine or, if there is none, a new download.

    :raises HubError: if there is no such model, or no network.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(name, allow_patterns=HUB_FILES, local_files_only=True)  # nosec B615 # local
        return Path(folder)
    except Exception:  # noqa: S110  there is no copy on this machine: ask the hub
        pass
    try:
        with quiet_transformers():
            folder = snapshot_download(name, allow_patterns=HUB_FILES)  # nosec B615 # the user named it
            return Path(folder)
    except Exception as error:
        raise HubError(
            f"no folder {name!r}, and the Hugging Face hub could not give such a model ({first_line(error)}): "
            "give a folder, or connect to the network; the bundled models need neither"
        ) from error


def first_line(error: Exception) -> str:
    """Return the first line of the message of an error, or the name of its class."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Suppress load reports and progress bars in the block.

    One thread at a time holds the lock, because the switches of transformers are global.
    """
    with _quiet_lock:
        yield from _without_output()


def _without_output() -> Iterator[None]:
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
