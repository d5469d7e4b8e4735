"""The address of a library -> the library: a folder on disk, memory, or a store of another package."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qa.errors import LibraryError
from qa.library.names import check_name, library_folder

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints

    from qa.library.base import Library
    from qa.settings import Settings

__all__ = ["GROUP", "MEMORY", "address_text", "is_path", "library_address", "open_library"]

GROUP = "quotewell.libraries"
"""The entry points by which other packages register stores, each named after the scheme of its addresses."""
MEMORY = ":memory:"
"""The address of a new library that leaves nothing on disk."""

_SQLITE = "sqlite:"
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def open_library(
    address: str | Path, *, encoder: str | None, dimension: int | None = None, create: bool = True
) -> Library:
    """Open the library at an address.

    :param address: the path of a folder, with or without ``sqlite:`` before it; ``:memory:``; or ``scheme://...``
        of a store that another package registers.
    :param encoder: the fingerprint of the encoder whose vectors are stored and searched. None opens an existing
        library whatever its encoder: to list, remove, export or :meth:`~qa.library.base.Library.renew_vectors`.
    :param dimension: the length of the encoder's vectors; needed with an encoder.
    :param create: whether to create a missing library, which takes an encoder.
    :raises LibraryError: if there is no such library, no store for the scheme is installed, or the library is
        damaged, not writable, made by a newer version or built with another encoder.
    """
    url = None if is_path(address) else _URL.match(str(address))
    if url:
        return _opener(url[1].lower())(str(address), encoder=encoder, dimension=dimension, create=create)
    from qa.library.sqlite.library import SqliteLibrary

    if str(address) != MEMORY:
        folder = Path(str(address).removeprefix(_SQLITE)).expanduser()
        return SqliteLibrary.open(folder, encoder=encoder, dimension=dimension, create=create)
    if encoder is None or dimension is None:
        raise LibraryError("a library in memory is always new: give the encoder of its vectors")
    return SqliteLibrary.in_memory(encoder=encoder, dimension=dimension)


def library_address(library: str | Path, settings: Settings, *, must_exist: bool = False) -> str | Path:
    """Return the address of a library that a user gives by address, path or bare name.

    :raises LibraryError: if a named library must exist and does not.
    """
    if not is_path(library):
        return library
    if must_exist:
        check_name(library, settings.libraries)
    return library_folder(library, settings.libraries)


def address_text(address: str | Path) -> str:
    """Return an address as it may be shown: without user, password and parameters."""
    if is_path(address) or not _URL.match(str(address)):
        return str(address)
    url = urlsplit(str(address))
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"


def is_path(address: str | Path) -> bool:
    """Return whether an address is the path of a folder or a bare name, rather than that of another store."""
    if isinstance(address, Path):
        return True
    return not (address == MEMORY or address.startswith(_SQLITE) or _URL.match(address))


def _opener(scheme: str) -> Callable[..., Library]:
    stores = _stores()
    if scheme not in stores.names:
        schemes = ", ".join(f"{name}://" for name in sorted(stores.names)) or "none"
        raise LibraryError(
            f"no store for {scheme}:// is installed (installed: {schemes}); install the package "
            "that provides it, or give the path of a folder"
        )
    try:
        opener: Callable[..., Library] = stores[scheme].load()
    except ImportError as error:
        package = _package(stores[scheme])
        raise LibraryError(
            f"the store for {scheme}:// cannot be loaded: {error}; install it with `pip install {package}`"
        ) from error
    return opener


def _package(store: EntryPoint) -> str:
    """Return the package that provides the store, with the extras that it needs."""
    name = store.dist.name if store.dist else "PACKAGE"
    return f'"{name}[{",".join(store.extras)}]"' if store.extras else name


def _stores() -> EntryPoints:
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)
