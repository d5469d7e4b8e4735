"""How the chat is served: where, to whom, and what the server accepts."""

from __future__ import annotations

import importlib.util
import ipaddress
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from qa.accounts import Accounts
from qa.errors import SettingsError
from qa.settings import Count, EnvironmentSettings

__all__ = ["Origin", "ServerOptions", "ServerSettings", "is_loopback", "parse_origin"]

Origin = tuple[str, str, int]
"""Scheme, host and port of a page."""

PORTS = {"http": 80, "https": 443}


class ServerSettings(EnvironmentSettings):
    """The limits of the server. ``max_upload_mb`` is read from ``QUOTEWELL_MAX_UPLOAD_MB``."""

    max_upload_mb: Count = 500
    """Largest upload, all of its files together."""
    max_upload_files: Count = 200
    """Most files in one upload."""
    max_body_mb: Count = 32
    """Largest body of any other request, such as a pasted text."""
    max_connections: Count = 1000
    """Most connections at once; an open page has two. Further ones are told to come back later (503)."""
    token: str = ""
    """The token that the address carries. Empty: a new one at each start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """What ``quotewell serve`` asks of the server.

    :param port: 0 takes a free port.
    :param accounts: who may use the chat; required for an address that other machines can reach.
    :param insecure: serve other machines without accounts all the same.
    :param no_token: without accounts, answer everyone who can reach the address.
    :param folders: folders of this machine whose files visitors may add.
    :param allowed_origins: other sites whose pages may use the chat, such as ``https://news.example``.
    :param mcp: also offer the endpoints as tools of an MCP server.
    :param limits: read from the environment by default.
    """

    host: str = "127.0.0.1"
    port: int = 0
    open_browser: bool = False
    accounts: Accounts | None = None
    insecure: bool = False
    no_token: bool = False
    folders: tuple[Path, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    mcp: bool = False
    limits: ServerSettings = field(default_factory=ServerSettings.from_environment)

    @property
    def is_local(self) -> bool:
        """Whether the chat serves only this machine."""
        return is_loopback(self.host) and self.accounts is None

    @property
    def needs_login(self) -> bool:
        """Whether a request must say who makes it."""
        return self.accounts is not None or not self.no_token

    @property
    def is_open(self) -> bool:
        """Whether everyone who can reach the address may use the chat."""
        return not self.needs_login

    @property
    def start_token(self) -> str:
        """The token of this start; empty where there are accounts, or none is wanted."""
        return "" if self.accounts or self.no_token else self.limits.token or secrets.token_urlsafe(24)

    def check(self) -> None:
        """Check that the options are safe and can be met.

        :raises SettingsError: if others could reach the chat without an account, or a package is missing.
        """
        if not (is_loopback(self.host) or self.accounts or self.insecure):
            raise SettingsError(
                f"everyone who can reach {self.host} could read and change the library: name who may use it "
                "with --auth or --auth-file, or pass --insecure"
            )
        for folder in self.folders:
            if not folder.is_dir():
                raise SettingsError(f"--folders: there is no folder {folder}")
        for origin in self.allowed_origins:
            parse_origin(origin)
        if self.mcp and importlib.util.find_spec("mcp") is None:
            raise SettingsError("--mcp needs the package mcp; install quotewell[mcp]")


def is_loopback(host: str) -> bool:
    """Return whether a host, without a port, is this machine's loopback interface."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def parse_origin(text: str) -> Origin:
    """Return the parts of an origin such as ``https://news.example:8443``.

    :raises SettingsError: if it is anything else; ``null`` is no origin to allow.
    """
    try:
        parts = urlsplit(text)
        if parts.scheme in PORTS and parts.hostname and text.lower() == f"{parts.scheme}://{parts.netloc}".lower():
            return parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]
    except ValueError:
        pass
    raise SettingsError(f"{text!r} is not an origin; write one like https://news.example")
