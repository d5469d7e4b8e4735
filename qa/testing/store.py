"""What the test classes have in common: how to open the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import ClassVar

import pytest

from qa.library.base import Library
from qa.testing.material import DIMENSION, ENCODER

__all__ = ["StoreTests", "resolve"]


class StoreTests:
    """The base of the test classes. A subclass defines the fixture ``address``."""

    opener: ClassVar[str] = "qa.library:open_library"
    """The function that opens the store, as ``module:name``; it takes what ``open_library`` takes."""
    examples: ClassVar[int] = 25
    """How many examples each property test tries."""

    @pytest.fixture
    def address(self) -> str:
        """Return the address of a new store, which the next test does not see."""
        raise NotImplementedError(
            f"{type(self).__name__} needs a fixture `address` that returns a new store's address"
        )

    @pytest.fixture
    def library(self, address: str) -> Iterator[Library]:
        """Open a new, empty library."""
        library = self.open(address)
        yield library
        library.close()

    def open(self, address: str, encoder: str | None = ENCODER, *, create: bool = True) -> Library:
        """Open the library at the address, a second time, too."""
        return resolve(self.opener)(
            address, encoder=encoder, dimension=DIMENSION if encoder else None, create=create
        )


def resolve(opener: str) -> Callable[..., Library]:
    """Return the function that ``module:name`` names."""
    module, _, name = opener.partition(":")
    function: Callable[..., Library] = getattr(import_module(module), name)
    return function
