"""Who may use the chat and what it serves, over real HTTP."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError

import seeds
from qa.accounts import Accounts
from qa.assistant import Assistant
from qa.errors import SettingsError
from qa.settings import Settings
from tests.toys import toy_assistant
from tests.waiting import PATIENCE
from ui import Server, ServerOptions, ServerSettings, start

LIMITS = ServerSettings(max_upload_mb=2, max_upload_files=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "library"


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Iterator[Assistant]:  # type: ignore[override]
    with toy_assistant(folder=folder, settings=Settings(max_file_mb=1)) as assistant:
        assistant.add(seeds.FOLDER)
        yield assistant


@pytest.fixture(scope="module")
def url(assistant: Assistant) -> Iterator[str]:
    running = start(assistant, ServerOptions(limits=LIMITS, no_token=True))
    yield running.url
    running.close()


@pytest.fixture(scope="module")
def guarded(assistant: Assistant) -> Iterator[Server]:
    running = start(assistant, ServerOptions(accounts=Accounts.read(["ada:secret"])))
    yield running
    running.close()


def connect(url: str, **options: Any) -> Client:
    return Client(url, verbose=False, analytics_enabled=False, **options)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_other_machines_need_accounts(assistant: Assistant, host: str) -> None:
    with pytest.raises(SettingsError, match=f"reach {re.escape(host)} .*--auth.*--insecure"):
        start(assistant, ServerOptions(host=host))


def test_other_machines_can_be_served_with_insecure(assistant: Assistant) -> None:
    running = start(assistant, ServerOptions(host="0.0.0.0", insecure=True, no_token=True))
    assert httpx.get(running.url, headers={"host": "news.example"}).status_code == 200
    running.close()


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6")
def test_ipv6_loopback_is_served(assistant: Assistant) -> None:
    running = start(assistant, ServerOptions(host="::1", no_token=True))
    assert httpx.get(running.url).status_code == 200
    running.close()


def test_only_requests_to_this_machine_are_answered(url: str) -> None:
    assert httpx.get(url).status_code == 200
    assert httpx.get(url, headers={"host": "evil.example"}).status_code == 403
    posted = httpx.post(
        f"{url}gradio_api/call/articles", json={"data": []}, headers={"origin": "http://evil.example"}
    )
    assert posted.status_code == 403


SECRETS: dict[str, Callable[[Path], str]] = {
    "system": lambda _: "/etc/passwd",
    "library": lambda folder: str(folder / "library.db"),
    "seed": lambda _: str(next(seeds.FOLDER.glob("*.txt"))),
    "source": lambda _: __file__,
    "relative": lambda _: os.path.relpath(__file__),
    "process": lambda _: "/proc/self/environ",
    "traversal": lambda _: "../../../../../../../../../../etc/passwd",
    "encoded": lambda _: "%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "file url": lambda _: "file:///etc/passwd",
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("route", ["gradio_api/file=", "gradio_api/file/", "static/", "assets/", "svelte/"])
def test_no_file_is_served(url: str, folder: Path, secret: str, route: str) -> None:
    assert raw_status(url, f"/{route}{SECRETS[secret](folder)}") in (400, 403, 404)


def test_paths_outside_the_uploads_are_not_served(url: str) -> None:
    (uploaded,) = upload(url, {"files": ("x.txt", b"words")}).json()
    assert httpx.get(f"{url}gradio_api/file={uploaded}").text == "words"
    out = "/".join([".."] * len(Path(uploaded).parent.parts))
    assert raw_status(url, f"/gradio_api/file={Path(uploaded).parent}/{out}/etc/passwd") == 403
    beside = Path(uploaded).parents[1].with_suffix(".txt")
    assert raw_status(url, f"/gradio_api/file={Path(uploaded).parents[1]}/../{beside.name}") == 403


def test_uploads_are_private_to_this_user(url: str) -> None:
    (uploaded,) = upload(url, {"files": ("x.txt", b"words")}).json()
    folder = Path(uploaded).parent.parent
    assert folder.name.startswith("quotewell-")
    assert folder.stat().st_mode & 0o077 == 0


def test_an_uploaded_page_is_never_rendered(url: str) -> None:
    (uploaded,) = upload(url, {"files": ("x.html", b"<script>alert(1)</script>")}).json()
    response = httpx.get(f"{url}gradio_api/file={uploaded}")
    assert response.headers["content-type"].startswith("application/octet-stream")
    assert response.headers["content-disposition"].startswith("attachment")


def test_the_size_of_uploads_is_limited(url: str) -> None:
    assert upload(url, {"files": ("x.txt", b"x" * 2**20 * 3)}).status_code == 413
    assert upload(url, {"files": ("x.txt", b"x" * (2**20 + 2**15))}).status_code == 413


def test_the_number_of_uploads_is_limited(url: str) -> None:
    paths = [upload(url, {"files": (f"{n}.txt", b"words")}).json()[0] for n in range(3)]
    files = [{"path": path, "meta": {"_type": "gradio.FileData"}} for path in paths]
    assert "at most 2 files" in call(url, "add", [files])
    assert "event: complete" in call(url, "add", [files[:2]])


def test_unknown_types_are_reported_and_not_added(url: str) -> None:
    path = upload(url, {"files": ("x.exe", b"MZ\x00\x01")}).json()[0]
    (result,) = completed(call(url, "add", [[{"path": path, "meta": {"_type": "gradio.FileData"}}]]))[0]
    assert (result["outcome"], result["source"]) == ("failed", "uploads/x.exe")


def test_urls_are_not_fetched_for_a_program(url: str) -> None:
    remote = {"path": "https://example.org/x.txt", "meta": {"_type": "gradio.FileData"}}
    assert "event: error" in call(url, "add", [[remote]])
    assert "Only uploaded files" in call(url, "add", [[remote]])
    assert httpx.get(f"{url}gradio_api/file=https://example.org/x.txt").status_code == 403


def test_the_page_without_an_account_is_a_form_to_log_in(guarded: Server) -> None:
    page = httpx.get(guarded.url, headers={"accept": "text/html"}, follow_redirects=True).text
    assert "Log in" in page
    assert "gradio" not in page


CALLS = [
    ("GET", "config"),
    ("GET", "gradio_api/info"),
    ("GET", "gradio_api/openapi.json"),
    ("GET", "gradio_api/file=/etc/passwd"),
    ("GET", "gradio_api/queue/data?session_hash=x"),
    ("GET", "gradio_api/call/ask/x"),
    ("POST", "gradio_api/call/ask"),
    ("POST", "gradio_api/call/v2/ask"),
    ("POST", "gradio_api/run/remove"),
    ("POST", "gradio_api/api/articles"),
    ("POST", "gradio_api/queue/join"),
    ("POST", "gradio_api/upload"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_route_needs_an_account(guarded: Server, method: str, path: str) -> None:
    assert httpx.request(method, f"{guarded.url}{path}", timeout=PATIENCE).status_code == 401


def test_programs_log_in(guarded: Server) -> None:
    with pytest.raises((AuthenticationError, ValueError)):
        connect(guarded.url)
    with pytest.raises((AuthenticationError, ValueError)):
        connect(guarded.url, auth=("ada", "wrong"))
    client = connect(guarded.url, auth=("ada", "secret"))
    assert client.predict(api_name="/articles")


def test_a_wrong_password_gives_no_cookie(guarded: Server) -> None:
    answers = [
        httpx.post(f"{guarded.url}login", data={"username": name, "password": password})
        for name, password in [("ada", "wrong"), ("eve", "secret"), ("ada", "x" * 10_000)]
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert not any(answer.cookies for answer in answers)


def test_quotewell_errors_reach_the_client(url: str) -> None:
    with pytest.raises(AppError, match=r"after must be a date.*1\.1\.2024"):
        connect(url).predict("Who?", None, "1.1.2024", api_name="/ask")


def raw_status(url: str, path: str) -> int:
    """Ask for a path as it stands: httpx would resolve its dots."""
    connection = HTTPConnection(httpx.URL(url).netloc.decode(), timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", path)
        return connection.getresponse().status


def upload(url: str, files: dict[str, tuple[str, bytes]]) -> httpx.Response:
    return httpx.post(f"{url}gradio_api/upload", files=files, timeout=PATIENCE)


def call(url: str, endpoint: str, data: list[Any]) -> str:
    event = httpx.post(f"{url}gradio_api/call/{endpoint}", json={"data": data}).json()["event_id"]
    return httpx.get(f"{url}gradio_api/call/{endpoint}/{event}", timeout=PATIENCE).text


def completed(events: str) -> Any:
    return json.loads(events.partition("event: complete\ndata: ")[2].partition("\n")[0])


def test_the_page_shows_its_name_box_and_starters_before_its_scripts_run(url: str) -> None:
    page = httpx.get(url).text
    first = page[page.index('id="qw-first"') : page.index("<gradio-app")]

    assert "<h1>Quotewell</h1>" in first
    assert "<textarea" in first
    assert first.count("data-question=") == 4


def test_the_page_can_be_installed(guarded: Server) -> None:
    manifest = httpx.get(f"{guarded.url}manifest.json").json()

    assert (manifest["name"], manifest["display"]) == ("Quotewell", "standalone")
    (icon,) = manifest["icons"]
    answer = httpx.get(f"{guarded.url}{icon['src'].lstrip('/')}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
