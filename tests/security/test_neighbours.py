"""Other programs of the machine, pages of other ports, and other accounts get nothing that is not theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.accounts import Accounts
from qa.assistant import Assistant
from tests.toys import toy_assistant
from tests.waiting import PATIENCE
from ui import Server, ServerOptions, start
from ui.serving.access import basic_auth

ADA, EVE = ({"Authorization": basic_auth(name, "secret")} for name in ("ada", "eve"))

ROUTES = [
    ("GET", "config"),
    ("GET", "gradio_api/info"),
    ("GET", "gradio_api/file=/etc/passwd"),
    ("GET", "gradio_api/queue/data?session_hash=x"),
    ("GET", "gradio_api/heartbeat/x"),
    ("GET", "assets/index.js"),
    ("POST", "gradio_api/call/v2/articles"),
    ("POST", "gradio_api/run/add_text"),
    ("POST", "gradio_api/queue/join"),
    ("POST", "gradio_api/cancel"),
    ("POST", "gradio_api/upload"),
    ("POST", "login"),
]


@pytest.fixture(scope="module")
def owned(attacked: Assistant) -> Iterator[Server]:
    """A server without accounts, whose address carries a token."""
    server = start(attacked)
    yield server
    server.close()


def test_without_the_token_every_request_is_refused(owned: Server) -> None:
    for method, path in ROUTES:
        assert httpx.request(method, f"{owned.url}{path}", timeout=PATIENCE).status_code == 401, path
    page = httpx.get(owned.url, headers={"accept": "text/html"}, timeout=PATIENCE)
    assert (page.status_code, "gradio" in page.text) == (401, False)


def test_with_the_token_every_request_is_answered(owned: Server) -> None:
    with httpx.Client(follow_redirects=True, timeout=PATIENCE) as browser:
        assert "gradio" in browser.get(owned.address).text
        assert browser.get(f"{owned.url}config").status_code == 200
    program = {"Authorization": f"Bearer {owned.token}"}
    assert httpx.get(f"{owned.url}config", headers=program, timeout=PATIENCE).status_code == 200


def test_each_start_has_its_own_token(attacked: Assistant) -> None:
    tokens = set()
    for _ in range(2):
        with closing(start(attacked)) as server:
            tokens.add(server.token)
    assert len(tokens) == 2
    assert min(map(len, tokens)) > 30


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:3000", "null", "https://evil.test"])
def test_a_page_of_another_port_is_refused_even_with_the_token(owned: Server, origin: str) -> None:
    headers = {"Authorization": f"Bearer {owned.token}", "Origin": origin}
    call = f"{owned.url}gradio_api/call/v2/articles"
    answer = httpx.post(call, headers=headers, json={}, timeout=PATIENCE)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_no_origin_is_allowed_to_read(owned: Server) -> None:
    headers = {"Origin": owned.url.rstrip("/"), "Authorization": f"Bearer {owned.token}"}
    answer = httpx.get(f"{owned.url}config", headers=headers, timeout=PATIENCE)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_only_allowed_folders_can_be_added(tmp_path: Path) -> None:
    public, private = tmp_path / "public", tmp_path / "private"
    for folder in (public, private):
        folder.mkdir()
        (folder / "x.txt").write_text(f"The {folder.name} launch code is 7.")
    (public / "link").symlink_to(private)
    with toy_assistant() as assistant:
        with closing(start(assistant, ServerOptions(no_token=True))) as server:
            assert "Add a folder" not in httpx.get(f"{server.url}config", timeout=PATIENCE).text
        with closing(start(assistant, ServerOptions(no_token=True, folders=(public,)))) as server:
            for path in (private, public / ".." / "private", public / "link", Path("/etc"), Path("~")):
                add_folder(server, str(path))
                assert not assistant.articles(), path
            add_folder(server, str(public / "x.txt"))
            assert len(assistant.articles()) == 1


def add_folder(server: Server, path: str) -> None:
    """Send what the box for a folder sends."""
    config = httpx.get(f"{server.url}config", timeout=PATIENCE).json()
    (box,) = (part["id"] for part in config["components"] if part["props"].get("elem_id") == "qw-folder")
    (event,) = (
        number for number, event in enumerate(config["dependencies"]) if [box, "submit"] in event["targets"]
    )
    inputs = len(config["dependencies"][event]["inputs"])
    data = {"data": [path, *[None] * (inputs - 1)], "fn_index": event, "session_hash": "s", "trigger_id": box}
    httpx.post(f"{server.url}gradio_api/queue/join", json=data, timeout=PATIENCE).raise_for_status()
    with httpx.stream("GET", f"{server.url}gradio_api/queue/data?session_hash=s", timeout=PATIENCE) as events:
        assert any("process_completed" in line for line in events.iter_lines())


def call(server: Server, endpoint: str, body: dict[str, Any], user: dict[str, str]) -> str:
    answer = httpx.post(f"{server.url}gradio_api/call/v2/{endpoint}", json=body, headers=user, timeout=PATIENCE)
    return str(answer.raise_for_status().json()["event_id"])


def test_an_upload_is_out_of_reach_of_other_accounts(guarded: Server, attacked: Assistant) -> None:
    files = {"files": ("plan.txt", b"The launch code is 7.")}
    (path,) = httpx.post(f"{guarded.url}gradio_api/upload", files=files, headers=ADA, timeout=PATIENCE).json()
    address = f"{guarded.url}gradio_api/file={path}"
    assert httpx.get(address, headers=ADA, timeout=PATIENCE).text == "The launch code is 7."
    assert httpx.get(address, headers=EVE, timeout=PATIENCE).status_code == 403
    upload = {"path": path, "meta": {"_type": "gradio.FileData"}}
    stolen = httpx.post(
        f"{guarded.url}gradio_api/call/add", json={"data": [[upload]]}, headers=EVE, timeout=PATIENCE
    )
    assert stolen.status_code == 403
    assert len(attacked.articles()) == 1


def test_an_answer_is_out_of_reach_of_other_accounts(guarded: Server) -> None:
    event = call(guarded, "articles", {}, ADA)
    address = f"{guarded.url}gradio_api/call/v2/articles/{event}"
    assert httpx.get(address, headers=EVE, timeout=PATIENCE).status_code == 403
    stream = f"{guarded.url}gradio_api/queue/data?session_hash={event}"
    assert httpx.get(stream, headers=EVE, timeout=PATIENCE).status_code == 403
    answer = httpx.get(address, headers=ADA, timeout=PATIENCE).text
    assert json.loads(answer.partition("data: ")[2].partition("\n")[0])


def test_every_response_has_the_security_headers(guarded: Server) -> None:
    for path, headers in (("login", {}), ("config", {}), ("config", ADA), ("", ADA), ("nothing", ADA)):
        answer = httpx.get(f"{guarded.url}{path}", headers=headers, timeout=PATIENCE)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        policy = answer.headers["content-security-policy"]
        assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(policy.split("; "))
        assert "http:" not in policy
        assert "server" not in answer.headers


def test_an_account_called_owner_is_an_account_like_others(attacked: Assistant) -> None:
    options = ServerOptions(accounts=Accounts.read(["ada:secret", "owner:secret"]))
    with closing(start(attacked, options)) as server:
        event = call(server, "articles", {}, ADA)
        address = f"{server.url}gradio_api/call/v2/articles/{event}"
        owner = {"Authorization": basic_auth("owner", "secret")}
        assert httpx.get(address, headers=owner, timeout=PATIENCE).status_code == 403


def test_an_allowed_site_may_read_however_its_origin_was_written(attacked: Assistant) -> None:
    options = ServerOptions(no_token=True, allowed_origins=("https://Portal.test:443",))
    with closing(start(attacked, options)) as server:
        origin = {"Origin": "https://portal.test"}
        answer = httpx.get(f"{server.url}config", headers=origin, timeout=PATIENCE)
        assert answer.headers["access-control-allow-origin"] == "https://portal.test"
