"""How the chat is served: where, to whom, and what the server accepts."""

from __future__ import annotations

import importlib.util
import ipaddress
from dataclasses import dataclass, field

from qa.accounts import Accounts
from qa.errors import SettingsError
from qa.settings import Count, EnvironmentSettings

__all__ = ["ServerOptions", "ServerSettings", "is_loopback"]


class ServerSettings(EnvironmentSettings):
    """The limits of the server. ``max_upload_mb`` is read from ``QUOTEWELL_MAX_UPLOAD_MB``."""

    max_upload_mb: Count = 500
    """Largest upload, all of its files together."""
    max_upload_files: Count = 200
    """Most files in one upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """What ``quotewell serve`` asks of the server.

    :param port: 0 takes a free port.
    :param accounts: who may use the chat; required for an address that other machines can reach.
    :param insecure: serve other machines without accounts all the same.
    :param mcp: also offer the endpoints as tools of an MCP server.
    :param limits: read from the environment by default.
    """

    host: str = "127.0.0.1"
    port: int = 0
    open_browser: bool = False
    accounts: Accounts | None = None
    insecure: bool = False
    mcp: bool = False
    limits: ServerSettings = field(default_factory=ServerSettings.from_environment)

    @property
    def is_local(self) -> bool:
        """Whether the chat serves only this machine."""
        return is_loopback(self.host) and self.accounts is None

    def check(self) -> None:
        """Check that the options are safe and can be met.

        :raises SettingsError: if others could reach the chat without an account, or a package is missing.
        """
        if not (is_loopback(self.host) or self.accounts or self.insecure):
            raise SettingsError(
                f"everyone who can reach {self.host} could read and change the library: name who may use it "
                "with --auth or --auth-file, or pass --insecure"
            )
        if self.mcp and importlib.util.find_spec("mcp") is None:
            raise SettingsError("--mcp needs the package mcp; install quotewell[mcp]")


def is_loopback(host: str) -> bool:
    """Return whether a host, without a port, is this machine's loopback interface."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
