"""Several servers over one library on PostgreSQL, behind the proxies of deploy/."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.chat_clients import ChatError, Client, Page, Program, Visitor
from qa.accounts import account_line
from qa.assistant import Assistant
from qa.library import open_library
from qa.settings import Settings
from qa.types import Article
from tests.event_loop import run_async
from tests.postgres import Server as PostgresServer
from tests.proxies import HOST, KINDS, Site, free_port, replaced, run_proxy
from tests.toys import CountingEncoder, ToyReader
from tests.waiting import PATIENCE, wait_until
from ui.serving.access import basic_auth

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRAPER = {"Authorization": "Bearer for-prometheus"}
USERS = 6
MAX_LOST = 3
"""Questions of a user that may be lost: when the server goes away, the next one (Caddy before 2.11.2 cannot send
its body again, to another server), and when visitors move back."""
ENVIRONMENT = {
    "QUOTEWELL_METRICS_TOKEN": "for-prometheus",
    "QUOTEWELL_SESSION_KEY": "a key for tests, which has 32 characters",
}


@dataclass
class Served:
    """A server that can be killed and started again."""

    address: str
    accounts: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        arguments = [self.address, str(self.port), str(self.accounts)]
        command = [sys.executable, "-m", "tests.deploy.toy_server", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT})

    def wait(self) -> None:
        wait_until(self.is_ready, 4 * PATIENCE)  # it imports everything, as its neighbour does

    def is_ready(self) -> bool:
        assert self.process and self.process.poll() is None, "the server ended"
        try:
            return httpx.get(f"{self.url}readyz", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def answered(self) -> float:
        """Return how many questions it has answered since it started."""
        metrics = httpx.get(f"{self.url}metrics", headers=SCRAPER, timeout=PATIENCE).raise_for_status().text
        samples = [sample for family in text_string_to_metric_families(metrics) for sample in family.samples]
        return sum(sample.value for sample in samples if sample.labels.get("outcome") == "answered")


@pytest.fixture(scope="module")
def servers(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Served]]:
    """Two servers over one library, whose articles each hold a number."""
    accounts = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    accounts.touch(0o600)
    accounts.write_text("".join(f"{account_line(f'user{user}', 'secret')}\n" for user in range(USERS)), "utf-8")
    address, encoder = postgres.new_address(), CountingEncoder()
    library = open_library(address, encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(library, encoder, ToyReader(), Settings()) as assistant:
        assistant.add(*(Article(f"Here stands number {n} alone.", source=f"{n}") for n in range(60)))
    with ExitStack() as running:
        servers = [Served(address, accounts) for _ in range(2)]
        for server in servers:
            running.callback(server.kill)
            server.start()
        for server in servers:
            server.wait()
        yield servers


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, servers: list[Served], tmp_path: Path) -> Iterator[Site]:
    """A proxy in front of the servers, with the configuration of deploy/."""
    site = Site(tmp_path)
    name = "Caddyfile" if request.param == "caddy" else "nginx.conf"
    addresses = [(f"server{number}:7860", f"127.0.0.1:{server.port}") for number, server in enumerate(servers, 1)]
    config = replaced((DEPLOY / name).read_text("utf-8"), *addresses)
    with run_proxy(request.param, config.replace("{$QUOTEWELL_SITE:localhost}", HOST), site):
        yield site


@asynccontextmanager
async def connect(site: Site, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    async def name_site(request: httpx.Request) -> None:
        request.extensions["sni_hostname"] = HOST

    async with httpx.AsyncClient(
        base_url=f"https://127.0.0.1:{site.port}",
        headers={"Host": f"{HOST}:{site.port}", "Origin": site.origin, **headers},
        verify=site.trust,
        timeout=PATIENCE,
        event_hooks={"request": [name_site]},
    ) as client:
        yield client


@dataclass
class User:
    """Someone who asks for one number after the other: a browser, which logs in once, or a program."""

    client: httpx.AsyncClient
    number: int
    page: Page | None = None
    answered: int = 0
    lost: list[str] = field(default_factory=list)

    async def log_in(self) -> None:
        form = {"username": f"user{self.number}", "password": "secret"}
        answer = await self.client.post("/login", data=form)
        assert answer.json() == {"success": True}
        self.page = await Page.load(self.client)

    def arrive(self) -> Client:
        """Load the page, or start the program."""
        return Visitor(self.client, self.page) if self.page else Program(self.client)

    async def ask(self, client: Client, number: int) -> Client:
        """Ask for a number; if that fails, arrive again."""
        try:
            reply = await client.ask(f"Where does number {number} stand?")
        except (ChatError, httpx.HTTPError) as error:
            self.lost.append(repr(error))
            return self.arrive()
        assert reply.quote == str(number)
        self.answered += 1
        return client

    async def ask_until(self, stop: asyncio.Event) -> None:
        client = self.arrive()
        for number in count(10 * self.number):
            if stop.is_set():
                return
            client = await self.ask(client, number % 60)


@asynccontextmanager
async def arriving(site: Site, number: int) -> AsyncIterator[User]:
    """A program for an odd number, a browser that logs in for an even one."""
    program = {"Authorization": basic_auth(f"user{number}", "secret")} if number % 2 else {}
    async with connect(site, **program) as client:
        user = User(client, number)
        if not program:
            await user.log_in()
        yield user


async def reach(site: Site, server: Served) -> None:
    """Let new visitors come until the server has answered one."""
    for _ in range(40):
        async with arriving(site, 0) as user:
            await user.ask(user.arrive(), 7)
            assert not user.lost
        if server.answered():
            return
    raise AssertionError("no visitor reached the server")


def test_a_server_is_killed_and_started_again_while_visitors_ask(site: Site, servers: list[Served]) -> None:
    async def scenario() -> list[User]:
        stop = asyncio.Event()
        async with AsyncExitStack() as stack:
            users = [await stack.enter_async_context(arriving(site, number)) for number in range(USERS)]
            asking = [asyncio.create_task(user.ask_until(stop)) for user in users]

            async def answers(more: int) -> None:
                """Wait until each user has so many more answers."""
                goals = [user.answered + more for user in users]
                while any(user.answered < goal for user, goal in zip(users, goals, strict=True)):
                    assert not any(task.done() for task in asking), [task for task in asking if task.done()]
                    await asyncio.sleep(0.05)

            await answers(2)
            assert [user.lost for user in users] == [[]] * USERS
            victim = max(servers, key=Served.answered)
            victim.kill()
            await answers(2)
            victim.start()
            await asyncio.to_thread(victim.wait)
            await reach(site, victim)
            await answers(2)
            stop.set()
            await asyncio.gather(*asking)
            return users

    for user in run_async(scenario()):
        assert len(user.lost) <= MAX_LOST, user.lost


def test_a_login_is_good_for_both_servers(site: Site, servers: list[Served]) -> None:
    async def cookies() -> dict[str, str]:
        async with arriving(site, 0) as user:
            return dict(user.client.cookies)

    own = run_async(cookies())
    for server in servers:
        assert httpx.get(f"{server.url}config", cookies=own, timeout=PATIENCE).status_code == 200
        assert httpx.get(f"{server.url}config", timeout=PATIENCE).status_code == 401


def test_a_visitor_stays_on_one_server(site: Site, servers: list[Served]) -> None:
    async def upload_and_add(number: int) -> None:
        async with arriving(site, number) as user:
            for round_ in range(5):
                uploaded = await user.client.post("gradio_api/upload", files={"files": ("a.txt", b"Some words.")})
                file = {"path": uploaded.json()[0], "meta": {"_type": "gradio.FileData"}}
                call = await user.client.post("gradio_api/call/add", json={"data": [[file]]})
                events = await user.client.get(f"gradio_api/call/add/{call.json()['event_id']}")
                assert "event: complete" in events.text, (number, round_)

    async def scenario() -> None:
        await asyncio.gather(*(upload_and_add(number) for number in range(4)))

    run_async(scenario())
