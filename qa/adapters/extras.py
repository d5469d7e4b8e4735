"""What is said if the framework of an adapter is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["needs"]


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Import a framework inside; if it is missing, the error names the extra to install.

    :raises ImportError: if the framework cannot be imported.
    """
    try:
        yield
    except ImportError as error:
        raise ImportError(f"{error}; install quotewell[{extra}]", name=error.name, path=error.path) from error
