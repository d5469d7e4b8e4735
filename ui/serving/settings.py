"""The options and limits of the server."""

from __future__ import annotations

import importlib.util
import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from qa.accounts import Accounts
from qa.errors import SettingsError
from qa.settings import Count, EnvironmentSettings

__all__ = ["Origin", "ServerOptions", "ServerSettings", "has_origin", "is_loopback", "parse_origin"]

Origin = tuple[str, str, int]
"""Scheme, host and port of a page."""

PORTS = {"http": 80, "https": 443}
MIN_KEY = 32
"""Characters of a session key: a shorter one could be guessed."""


class ServerSettings(EnvironmentSettings):
    """The limits of the server. ``max_upload_mb`` is read from ``QUOTEWELL_MAX_UPLOAD_MB``."""

    max_upload_mb: Count = 500
    """The largest upload, all of its files together."""
    max_upload_files: Count = 200
    """The most files in one upload."""
    max_body_mb: Count = 32
    """The largest body of any other request, such as a pasted text."""
    max_connections: Count = 1000
    """The most open connections; a page in a browser has two. Further requests get status 503."""
    token: str = ""
    """The token in the address. Empty: a new token at each start."""
    metrics_token: str = ""
    """A token that opens ``/metrics`` and nothing else. Empty: there is none."""
    session_key: str = ""
    """The secret by which several servers know each other's logins. Empty: this server's logins end with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """How to serve the chat.

    :param port: 0 for a free port.
    :param accounts: the accounts that may log in; required for an address that other machines can reach.
    :param insecure: serve other machines without accounts.
    :param no_token: require no token; anyone who can reach the address may use the chat.
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
        """Whether requests need a token or an account."""
        return self.accounts is not None or not self.no_token

    @property
    def start_token(self) -> str:
        """The token for this start; empty with accounts or ``no_token``."""
        return "" if self.accounts or self.no_token else self.limits.token or secrets.token_urlsafe(24)

    def check(self) -> None:
        """Check that the options are safe and valid.

        :raises SettingsError: if other machines could use the chat without an account, a folder or a package is
            missing, an origin is invalid, or the session key is too short.
        """
        if not (is_loopback(self.host) or self.accounts or self.insecure):
            raise SettingsError(
                f"anyone who can reach {self.host} could read and change the library; "
                "add accounts with --auth or --auth-file, or pass --insecure"
            )
        for folder in self.folders:
            if not folder.is_dir():
                raise SettingsError(f"--folders: {folder} is not a folder")
        for origin in self.allowed_origins:
            parse_origin(origin)
        if 0 < len(self.limits.session_key) < MIN_KEY:
            raise SettingsError(
                f"QUOTEWELL_SESSION_KEY needs at least {MIN_KEY} characters; make one with "
                '`python -c "import secrets; print(secrets.token_urlsafe())"`'
            )
        if self.mcp and importlib.util.find_spec("mcp") is None:
            raise SettingsError("--mcp needs the mcp package; install quotewell[mcp]")


def is_loopback(host: str) -> bool:
    """Return whether a host name or address, without a port, is a loopback address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def parse_origin(text: str) -> Origin:
    """Return the parts of an origin such as ``https://news.example:8443``.

    :raises SettingsError: if it is not an origin with a scheme and a host, for instance ``null``.
    """
    try:
        parts = urlsplit(text)
        if parts.scheme in PORTS and parts.hostname and text.lower() == f"{parts.scheme}://{parts.netloc}".lower():
            return parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]
    except ValueError:
        pass
    raise SettingsError(f"{text!r} is not an origin; write one like https://news.example")


def has_origin(origins: Collection[Origin], text: str) -> bool:
    """Return whether an ``Origin`` header names one of the origins, however it is spelled."""
    try:
        return parse_origin(text) in origins
    except SettingsError:
        return False
