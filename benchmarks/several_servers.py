"""Let many users ask two servers over one library on PostgreSQL, and kill one of the servers in the midst.

    python -m benchmarks.several_servers 'postgresql://host/bench?schema=servers' --users 40 --seconds 300

Two ``quotewell serve`` processes serve the articles of tests/data/follow_ups behind Caddy, configured by
deploy/Caddyfile. Half of the users are visitors, who log in and ask in conversations of four questions; the others
are programs. A third of the way one server is killed with SIGKILL, and at half of it started again. A user whose
question is lost loads the page again and goes on. Every reply must belong to its question and be the same whenever
and by whomever it is asked. Prints the figures and each mistake, and exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from socket import create_server
from time import perf_counter

import httpx

from benchmarks.chat_clients import PATIENCE, ChatError, ChatReply, Client, Page, Program, Visitor
from benchmarks.follow_ups import articles
from benchmarks.serving import SERVE
from benchmarks.soak import TURNS, scripts
from qa.accounts import account_line
from qa.assistant import Assistant
from qa.evaluation.metrics.figures import p50_p95
from ui.serving.access import basic_auth

CADDYFILE = Path(__file__).parents[1] / "deploy" / "Caddyfile"
KILLED, RESTARTED = 1 / 3, 1 / 2  # of the time
PROBE_SECONDS = 3  # until Caddy has found that both servers are ready
METRICS_TOKEN, PASSWORD = secrets.token_urlsafe(), secrets.token_urlsafe()

Arrive = Callable[[], Client]
"""Loads the page again, or starts the program again."""


@dataclass
class ServedProcess:
    """A ``quotewell serve`` process, which can be killed and started again."""

    library: str
    accounts: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        options = ["--library", self.library, "--port", str(self.port), "--auth-file", str(self.accounts)]
        command = [sys.executable, "-c", SERVE, "serve", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """Kill it, as a power cut does."""
        if self.process:
            self.process.kill()
            self.process.wait()

    @property
    def url(self) -> str:
        """Its address behind the proxy."""
        return f"http://127.0.0.1:{self.port}"

    def answered(self) -> int:
        """Return how many questions it has answered since it was started."""
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        lines = httpx.get(f"{self.url}/metrics", headers=headers).raise_for_status().text.splitlines()
        counts = (line.split()[-1] for line in lines if line.startswith("quotewell_questions_total"))
        return round(sum(map(float, counts)))


@dataclass
class Result:
    """What all users got."""

    seconds: list[float] = field(default_factory=list)
    lost: dict[int, list[str]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    replies: dict[str, ChatReply] = field(default_factory=dict)


@asynccontextmanager
async def logged_in(site: str, number: int) -> AsyncIterator[Arrive]:
    """Log in a user, a visitor for an even number, a program for an odd one; yield what lets the user arrive."""
    user = f"user{number}"
    headers = {"Authorization": basic_auth(user, PASSWORD)} if number % 2 else {}
    async with httpx.AsyncClient(base_url=site, headers=headers, timeout=PATIENCE) as client:
        if headers:
            (await client.get("/config")).raise_for_status()
            yield partial(Program, client)
            return
        form = {"username": user, "password": PASSWORD}
        (await client.post("/login", data=form)).raise_for_status()
        yield partial(Visitor, client, await Page.load(client))


async def ask_until(end: float, arrive: Arrive, number: int, questions: Sequence[str], result: Result) -> None:
    """Ask the questions again and again until the end, a time; arrive again if one is lost."""
    user = arrive()
    for place in cycle(range(len(questions))):
        began = perf_counter()
        if began >= end:
            return
        try:
            if place % TURNS == 0:
                await user.start_conversation()
            reply = await user.ask(questions[place])
        except (ChatError, httpx.HTTPError) as error:
            result.lost.setdefault(number, []).append(repr(error))
            await asyncio.sleep(1)
            user = arrive()
            continue
        result.seconds.append(perf_counter() - began)
        expected = result.replies.setdefault(reply.question, reply)
        is_same = (reply.quote, reply.titles) == (expected.quote, expected.titles)
        if reply.question != questions[place] or not is_same:
            result.mistakes.append(f"{questions[place]}: {reply}, expected {expected}")


async def wait_until_ready(url: str) -> None:
    """Wait until a server, or one behind the proxy, can answer questions."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)


async def run(site: str, servers: list[ServedProcess], users: int, seconds: float) -> Result:
    """Let the users ask; kill one server in the midst, and start it again."""
    result = Result()

    async def disturb() -> None:
        await asyncio.sleep(KILLED * seconds)
        servers[0].kill()
        await asyncio.sleep((RESTARTED - KILLED) * seconds)
        servers[0].start()

    for url in (*(server.url for server in servers), site):
        await wait_until_ready(url)
    await asyncio.sleep(PROBE_SECONDS)
    plans = scripts(users)
    async with AsyncExitStack() as stack:
        logins = (stack.enter_async_context(logged_in(site, number)) for number in range(users))
        arrivals = await asyncio.gather(*logins)
        end = perf_counter() + seconds
        asking = (
            ask_until(end, arrive, number, plan.questions, result)
            for number, (arrive, plan) in enumerate(zip(arrivals, plans, strict=True))
        )
        await asyncio.gather(disturb(), *asking)
    await wait_until_ready(servers[0].url)
    return result


@contextmanager
def proxied(servers: list[ServedProcess], folder: Path) -> Iterator[str]:
    """Run Caddy in front of the servers; yield the address of the site."""
    site = f"http://127.0.0.1:{_free_port()}"
    text = CADDYFILE.read_text("utf-8").replace("{$QUOTEWELL_SITE:localhost}", site)
    for number, server in enumerate(servers, 1):
        text = text.replace(f"server{number}:7860", f"127.0.0.1:{server.port}")
    config = folder / "Caddyfile"
    config.write_text(text.replace("{\n", "{\n\tadmin off\n", 1), "utf-8")
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with subprocess.Popen(
        ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            yield site
        finally:
            process.kill()


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def main() -> None:
    """Fill the library, start the servers, run the load and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="a library on PostgreSQL")
    parser.add_argument("--users", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=300.0)
    arguments = parser.parse_args()
    os.environ |= {"QUOTEWELL_SESSION_KEY": secrets.token_urlsafe(), "QUOTEWELL_METRICS_TOKEN": METRICS_TOKEN}
    with Assistant.open(arguments.address, seed=False) as assistant:
        assistant.add(*articles())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        accounts = folder / "accounts.txt"
        accounts.touch(0o600)
        accounts.write_text("".join(f"{account_line(f'user{n}', PASSWORD)}\n" for n in range(arguments.users)))
        servers = [ServedProcess(arguments.address, accounts, _free_port()) for _ in range(2)]
        for server in servers:
            stack.callback(server.kill)
            server.start()
        site = stack.enter_context(proxied(servers, folder))
        result = asyncio.run(run(site, servers, arguments.users, arguments.seconds))
        answered = [server.answered() for server in servers]
    p50, p95 = p50_p95(result.seconds)
    lost = [len(errors) for errors in result.lost.values()]
    print(f"{len(result.seconds)} questions of {arguments.users} users, p50 {p50:.2f} s, p95 {p95:.2f} s")
    print(f"since their last start, the servers answered {answered}")
    print(f"{len(lost)} users lost {sum(lost)} questions, at most {max(lost, default=0)} each")
    reasons = Counter(error for errors in result.lost.values() for error in errors)
    print(*(f"  {count} times {error}" for error, count in reasons.most_common()), sep="\n")
    print(f"{len(result.mistakes)} mistakes", *result.mistakes[:20], sep="\n")
    sys.exit(bool(result.mistakes))


if __name__ == "__main__":
    main()
