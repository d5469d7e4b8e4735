"""The proxies of docs/http-api.md, configured as it says, in front of a server with accounts."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.proxies import HOST, KINDS, Site, replaced, run_proxy
from tests.waiting import PATIENCE
from ui import Server

DOCS = Path(__file__).parents[2] / "docs" / "http-api.md"
MB = 1 << 20
FLOOD = 1100

Proxy = Callable[..., httpx.Client]


def documented(language: str) -> list[str]:
    """Return the configurations in the docs."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


@pytest.fixture(params=KINDS)
def through(request: pytest.FixtureRequest, guarded: Server, tmp_path: Path) -> Iterator[Proxy]:
    """Return a client of the server through the proxy, for a visitor of this address."""
    site = Site(tmp_path)
    trusted = site.trust
    config, *limits = documented("caddyfile" if request.param == "caddy" else "nginx")
    config = replaced(config, ("127.0.0.1:7860", f"127.0.0.1:{urlsplit(guarded.url).port}"))

    def connect(address: str = "127.0.0.1", **headers: str) -> httpx.Client:
        client = httpx.Client(
            base_url=f"https://127.0.0.1:{site.port}",
            headers={"Host": f"{HOST}:{site.port}", "Origin": site.origin, **headers},
            transport=httpx.HTTPTransport(verify=trusted, local_address=address),
            timeout=PATIENCE,
        )
        client.event_hooks["request"].append(lambda request: request.extensions.update(sni_hostname=HOST))
        return clients.enter_context(client)

    with run_proxy(request.param, config, site, *limits), ExitStack() as clients:
        yield connect


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

    with suppress(httpx.TransportError):  # cut off; nginx may report that it was, by status 502
        assert through().post("/gradio_api/upload", content=large()).status_code in (401, 413, 502)
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
