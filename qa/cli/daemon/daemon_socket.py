"""The socket of the daemon: a file in the user's runtime folder, for this user alone."""

from __future__ import annotations

import os
import socket
import stat
import struct
import warnings
from pathlib import Path

from qa.errors import SettingsError

__all__ = ["HAS_UNIX_SOCKETS", "check_peer", "create_folder", "find_socket"]

HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX") and hasattr(os, "getuid")
SOCKET = "daemon.sock"

_PEER = struct.Struct("3i")
"""The ``ucred`` of Linux: process, user and group."""


def find_socket() -> Path | None:
    """Return the socket of this user's daemon; None if there is none, or others could have put it there."""
    try:
        folder = _runtime_folder()
        _check_private(folder)
    except OSError:
        return None
    return folder / SOCKET if (folder / SOCKET).is_socket() else None


def create_folder() -> Path:
    """Create the folder of the socket, which nobody else can open; return the path of the socket.

    :raises SettingsError: if the folder cannot be created, or belongs to somebody else.
    """
    try:
        folder = _runtime_folder()
        folder.mkdir(0o700, parents=True, exist_ok=True)
        _check_private(folder)
    except OSError as error:
        raise SettingsError(f"the daemon has no private folder for its socket: {error}") from None
    return folder / SOCKET


def check_peer(connection: socket.socket) -> None:
    """Check that the process at the other end runs for the same user, where the system tells.

    :raises PermissionError: if it does not.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return
    _, user, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    if user != os.getuid():
        raise PermissionError(f"the other end of the socket belongs to user {user}")


def _runtime_folder() -> Path:
    from platformdirs import user_runtime_path

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR, as in a container
        return user_runtime_path("quotewell", appauthor=False)


def _check_private(folder: Path) -> None:
    """Check that nobody else can open the folder, or put another in its place."""
    for path, others in ((folder, 0o077), (folder.parent, 0o022)):
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.getuid(), 0) or status.st_mode & others:
            raise PermissionError(f"other users can open or replace {path}")
