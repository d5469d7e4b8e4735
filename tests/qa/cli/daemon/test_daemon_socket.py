from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from qa.cli.daemon import daemon_socket
from qa.cli.daemon.daemon_client import DaemonClient
from qa.cli.daemon.daemon_server import DaemonServer
from qa.cli.daemon.daemon_socket import check_peer, create_folder, find_socket
from qa.errors import SettingsError


def test_only_the_owner_can_open_the_folder_and_the_socket(server: DaemonServer) -> None:
    path = find_socket()
    assert path is not None
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_others_can_open_is_not_used(server: DaemonServer, runtime_folder: Path) -> None:
    (runtime_folder / "quotewell").chmod(0o755)
    assert find_socket() is None
    assert DaemonClient.connect() is None
    with pytest.raises(SettingsError, match="other users can open"):
        create_folder()


def test_a_folder_of_somebody_else_is_not_used(runtime_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_folder()
    monkeypatch.setattr(daemon_socket, "_runtime_folder", lambda: runtime_folder / "quotewell")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    if os.geteuid() != 0:  # root may be trusted anyway
        with pytest.raises(SettingsError):
            create_folder()


def test_a_link_is_not_followed(runtime_folder: Path, tmp_path: Path) -> None:
    (runtime_folder / "quotewell").symlink_to(tmp_path)
    with pytest.raises(SettingsError):
        create_folder()


def test_the_other_end_must_belong_to_the_same_user(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        check_peer(one)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        with pytest.raises(PermissionError, match="belongs to user"):
            check_peer(one)
