"""The proxies of the docs, run for tests with other ports and files."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import pytest
import trustme

from tests.waiting import wait_until

__all__ = ["HOST", "KINDS", "ProxyKind", "Site", "free_port", "replaced", "run_proxy"]

HOST = "qa.example.org"
ProxyKind = Literal["caddy", "nginx"]
KINDS: tuple[ProxyKind, ...] = get_args(ProxyKind)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@dataclass
class Site:
    """The address of a proxy, and a certificate for it."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self._authority = trustme.CA()
        issued = self._authority.issue_cert(HOST)
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        self.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(self.key))

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client that knows the site accepts."""
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        return context


@contextmanager
def run_proxy(kind: ProxyKind, config: str, site: Site, limits: str = "events {}") -> Iterator[None]:
    """Run a proxy with a configuration for qa.example.org, at the site's port and with its certificate.

    :param limits: what nginx is configured with outside of ``http``.
    """
    if shutil.which(kind) is None:
        pytest.skip(f"{kind} is not installed")
    command = _caddy(config, site) if kind == "caddy" else _nginx(config, site, limits)
    environment = {**os.environ, "HOME": str(site.folder), "XDG_DATA_HOME": str(site.folder)}
    with (site.folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, start_new_session=True)
        try:
            wait_until(lambda: process.poll() is not None or _is_open(site.port))
            assert process.poll() is None, (site.folder / "output").read_text()
            yield
        finally:
            with suppress(ProcessLookupError):  # kill nginx's workers too; Caddy would wait for its connections
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _caddy(config: str, site: Site) -> list[str]:
    text = replaced(
        config,
        (f"{HOST} {{", f"{site.origin} {{\n\tbind 127.0.0.1\n\ttls {site.certificate} {site.key}"),
    )
    text = text.replace("{\n", "{\n\tadmin off\n\tauto_https disable_redirects\n", 1)
    (site.folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(site.folder / "Caddyfile"), "--adapter", "caddyfile"]


def _nginx(config: str, site: Site, limits: str) -> list[str]:
    folder = site.folder
    server = replaced(
        config,
        ("listen 443", f"listen 127.0.0.1:{site.port}"),
        (f"/etc/ssl/{HOST}.pem", str(site.certificate)),
        (f"/etc/ssl/{HOST}.key", str(site.key)),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    text = f"{user}{limits}\npid {folder}/pid;\nhttp {{\naccess_log off;\n{temporary}{server}}}\n"
    (folder / "nginx.conf").write_text(text)
    errors = f"daemon off; error_log {folder}/errors;"
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", f"{folder}/errors", "-g", errors]


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
