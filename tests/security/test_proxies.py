"""The proxies of docs/http-api.md, configured as it says, in front of a server with accounts."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import trustme

from tests.waiting import PATIENCE, wait_until
from ui import Server

HOST = "qa.example.org"
DOCS = Path(__file__).parents[2] / "docs" / "http-api.md"
MB = 1 << 20
FLOOD = 1100


def documented(language: str) -> list[str]:
    """Return the configurations in the docs."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx(folder: Path, port: int, upstream: int, certificate: Path, key: Path) -> list[str]:
    """Write the configuration of the docs, for these ports and files, and return the command."""
    server, limits = documented("nginx")
    server = replaced(
        server,
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl/qa.example.org.pem", str(certificate)),
        ("/etc/ssl/qa.example.org.key", str(key)),
        ("127.0.0.1:7860", f"127.0.0.1:{upstream}"),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    text = f"{user}{limits}\npid {folder}/pid;\nhttp {{\naccess_log off;\n{temporary}{server}}}\n"
    (folder / "nginx.conf").write_text(text)
    errors = f"daemon off; error_log {folder}/errors;"
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", f"{folder}/errors", "-g", errors]


def caddy(folder: Path, port: int, upstream: int, certificate: Path, key: Path) -> list[str]:
    """Write the configuration of the docs, for these ports and files, and return the command."""
    (text,) = documented("caddyfile")
    text = replaced(
        text,
        ("{\n    servers {", "{\n    admin off\n    auto_https disable_redirects\n    servers {"),
        ("qa.example.org {", f"https://qa.example.org:{port} {{\n    bind 127.0.0.1\n    tls {certificate} {key}"),
        ("127.0.0.1:7860", f"127.0.0.1:{upstream}"),
    )
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


Proxy = Callable[..., httpx.Client]


@pytest.fixture(params=[nginx, caddy])
def through(request: pytest.FixtureRequest, guarded: Server, tmp_path: Path) -> Iterator[Proxy]:
    """Return a client of the server through the proxy, for a visitor of this address."""
    name = request.param.__name__
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = request.param(tmp_path, port, urlsplit(guarded.url).port, certificate, key)
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)

    def connect(address: str = "127.0.0.1", **headers: str) -> httpx.Client:
        client = httpx.Client(
            base_url=f"https://127.0.0.1:{port}",
            headers={"Host": f"{HOST}:{port}", "Origin": f"https://{HOST}:{port}", **headers},
            transport=httpx.HTTPTransport(verify=trusted, local_address=address),
            timeout=PATIENCE,
        )
        client.event_hooks["request"].append(lambda request: request.extensions.update(sni_hostname=HOST))
        return clients.enter_context(client)

    with (tmp_path / "output").open("wb") as output, ExitStack() as clients:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            wait_until(lambda: process.poll() is not None or _is_open(port))
            assert process.poll() is None, (tmp_path / "output").read_text()
            yield connect
        finally:
            process.kill()  # Caddy would wait for its connections
            process.wait()


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def log_in(client: httpx.Client, password: str = "secret") -> httpx.Response:
    return client.post("/login", data={"username": "ada", "password": password})


def test_a_visitor_logs_in_uploads_and_asks(through: Proxy) -> None:
    visitor = through()
    assert visitor.get("/config").status_code == 401
    answer = log_in(visitor)
    assert answer.status_code == 200
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(answer.headers["set-cookie"].split("; "))
    uploaded = visitor.post("/gradio_api/upload", files={"files": ("a.txt", b"a" * 40 * MB)})
    assert uploaded.status_code == 200
    assert len(uploaded.json()) == 1
    call = visitor.post("/gradio_api/call/v2/ask", json={"question": "When does the ferry to Vela sail?"})
    with visitor.stream("GET", f"/gradio_api/call/v2/ask/{call.json()['event_id']}") as events:
        assert "event: complete" in events.read().decode()


def test_events_arrive_at_once(through: Proxy) -> None:
    visitor = through()
    log_in(visitor)
    with visitor.stream("GET", "/gradio_api/heartbeat/x") as events:
        assert "ALIVE" in next(events.iter_lines())  # the stream itself does not end


def test_pages_of_other_sites_are_refused(through: Proxy) -> None:
    visitor = through()
    log_in(visitor)
    own = visitor.headers["origin"]
    for origin in ("https://evil.example", "null", f"https://{HOST}", own.replace("https", "http")):
        answer = visitor.post("/gradio_api/call/v2/articles", json={}, headers={"Origin": origin})
        assert answer.status_code == 403, origin
        assert "access-control-allow-origin" not in answer.headers
    assert visitor.post("/gradio_api/call/v2/articles", json={}).status_code == 200


def test_an_upload_without_a_login_is_not_stored(through: Proxy, tmp_path: Path) -> None:
    stored = [0]

    def large() -> Iterator[bytes]:
        for _ in range(100):
            yield b"a" * MB
            stored.append(sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()))

    with suppress(httpx.TransportError):  # cut off
        assert through().post("/gradio_api/upload", content=large()).status_code in (401, 413)
    assert max(stored) < 10 * MB


def test_a_client_that_guesses_delays_only_itself_whatever_address_it_claims(through: Proxy) -> None:
    attacker = through("127.0.0.2")
    statuses = []
    for number in range(12):
        attacker.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        statuses.append(log_in(attacker, f"guess {number}").status_code)
        if statuses[-1] == 429:
            break
    assert statuses[-1] == 429
    assert log_in(through("127.0.0.3")).status_code == 200


def test_connections_without_a_request_do_not_block_others(through: Proxy) -> None:
    visitor = through()
    address = (visitor.base_url.host, visitor.base_url.port)
    with ExitStack() as attackers:
        for _ in range(FLOOD):
            attackers.enter_context(socket.create_connection(address, timeout=PATIENCE))
        assert visitor.get("/login").status_code == 200
        assert log_in(visitor).status_code == 200
