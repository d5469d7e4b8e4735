"""Let many users ask the chat at once, and check that every answer belongs to its own question.

    python -m benchmarks.soak [--users 8 20] [--seconds 120]

``quotewell serve`` serves the chat over the articles of tests/data/follow_ups. Half of the users are visitors, who
ask over the queue as the page does, in conversations of four questions; the others are programs, which call the
``ask`` endpoint. Each user has twelve questions that nobody else asks. First one user at a time asks all of them,
which gives the expected answers; then the users ask theirs at once, again and again. The users run on the same
cores as the server. Prints a table and each mistake, and exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from time import perf_counter

import httpx
import numpy as np

from benchmarks.chat_clients import PATIENCE, ChatError, ChatReply, Client, Page, Program, Visitor
from benchmarks.follow_ups import articles, pairs
from benchmarks.serving import Served, resident_mb, served
from qa.assistant import Assistant
from qa.evaluation.metrics.figures import p50_p95
from qa.evaluation.metrics.squad import is_correct

TURNS, CONVERSATIONS = 4, 3  # questions of a conversation, and conversations of a user
WARM_UP = 0.25  # of a load; memory is judged by the rest


@dataclass(frozen=True, slots=True)
class Script:
    """What a user asks, and the right answers to it."""

    questions: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Load:
    """The times, the mistakes and the memory of a number of users who asked at once."""

    users: int
    seconds: list[float] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Pairs of seconds from the start and MB."""
    took: float = 0.0

    def row(self) -> str:
        """Return the figures as a row of a table."""
        p50, p95 = p50_p95(self.seconds)
        times, sizes = np.array(self.memory).T
        late = times >= WARM_UP * self.took
        slope = 60 * np.polyfit(times[late], sizes[late], 1)[0]
        count = len(self.seconds)
        return (
            f"{self.users:5}  {count:9}  {count / self.took:8.2f}  {p50:6.2f}  {p95:6.2f}  "
            f"{max(self.seconds, default=0):6.2f}  {len(self.mistakes):8}  {sizes[late][0]:8.0f}  "
            f"{sizes[-1]:8.0f}  {slope:+9.2f}"
        )


HEAD = "users  questions  a second   p50 s   p95 s   max s  mistakes  MB first   MB last   MB/minute"


def scripts(users: int) -> list[Script]:
    """Return the script of each user. No question needs another one, and no two are the same."""
    known: dict[str, tuple[str, ...]] = {pair.first: (pair.first_answer,) for pair in pairs()}
    known |= {pair.second: pair.answers for pair in pairs() if not pair.is_follow_up and pair.answers}
    questions, each = list(known), TURNS * CONVERSATIONS
    if users * each > len(questions):
        raise SystemExit(f"there are questions for only {len(questions) // each} users")
    scripts_ = [tuple(questions[user * each : (user + 1) * each]) for user in range(users)]
    return [Script(own, tuple(known[question] for question in own)) for own in scripts_]


@asynccontextmanager
async def client_of(number: int, client: httpx.AsyncClient, page: Page) -> AsyncIterator[Client]:
    """Yield a visitor for an even number, a program for an odd one."""
    if number % 2:
        yield Program(client)
        return
    async with Visitor(client, page).present() as visitor:
        yield visitor


async def ask_all(user: Client, script: Script, load: Load) -> list[ChatReply | None]:
    """Ask all questions of a script once; return the replies."""
    replies: list[ChatReply | None] = []
    for place, question in enumerate(script.questions):
        if place % TURNS == 0:
            await user.start_conversation()
        replies.append(await ask_once(user, question, load))
    return replies


async def ask_once(user: Client, question: str, load: Load) -> ChatReply | None:
    """Ask a question, and record how long it took or what went wrong."""
    began = perf_counter()
    try:
        reply = await user.ask(question)
    except (ChatError, httpx.HTTPError) as error:
        load.mistakes.append(f"{question}: {error!r}")
        return None
    load.seconds.append(perf_counter() - began)
    if reply.question != question or (reply.quote and reply.marked not in {"", reply.quote}):
        load.mistakes.append(f"{question}: {reply}")
    return reply


async def ask_on(
    user: Client, script: Script, expected: Sequence[ChatReply | None], load: Load, seconds: float
) -> None:
    """Ask the questions of a script again and again; each reply must be the one that a single user got."""
    end = perf_counter() + seconds
    for place in cycle(range(len(script.questions))):
        if perf_counter() >= end:
            return
        if place % TURNS == 0:
            await user.start_conversation()
        reply = await ask_once(user, script.questions[place], load)
        if reply and reply != expected[place]:
            load.mistakes.append(f"{script.questions[place]}: {reply}, expected {expected[place]}")


@asynccontextmanager
async def watch_memory(load: Load, pid: int) -> AsyncIterator[None]:
    """Record the memory of the server twice a second."""
    began = perf_counter()

    async def watch() -> None:
        while True:
            load.memory.append((perf_counter() - began, resident_mb(pid)))
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    yield
    load.took = perf_counter() - began
    watching.cancel()


async def soak(server: Served, counts: Sequence[int], seconds: float) -> list[str]:
    """Run the loads, print the figures, and return the mistakes."""
    plans = scripts(max(counts))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=server.url, headers=server.headers, timeout=PATIENCE, limits=limits
    ) as client:
        page = await Page.load(client)
        async with client_of(0, client, page) as first:  # the models load
            await first.ask(plans[0].questions[0])
        alone = Load(1)
        expected: list[list[ChatReply | None]] = []
        async with watch_memory(alone, server.pid):
            for number, plan in enumerate(plans):
                async with client_of(number, client, page) as user:
                    expected.append(await ask_all(user, plan, alone))
        print(_expected_figures(plans, expected), HEAD, alone.row(), sep="\n", flush=True)
        mistakes = alone.mistakes
        for count in counts:
            load = Load(count)
            async with watch_memory(load, server.pid):
                await asyncio.gather(
                    *(
                        _stay(number, client, page, plans[number], expected[number], load, seconds)
                        for number in range(count)
                    )
                )
            print(load.row(), flush=True)
            mistakes += load.mistakes
    return mistakes


async def _stay(
    number: int,
    client: httpx.AsyncClient,
    page: Page,
    plan: Script,
    expected: Sequence[ChatReply | None],
    load: Load,
    seconds: float,
) -> None:
    async with client_of(number, client, page) as user:
        await ask_on(user, plan, expected, load, seconds)


def _expected_figures(plans: Sequence[Script], expected: Sequence[Sequence[ChatReply | None]]) -> str:
    """Return how many questions a single user asked, and how many were answered, and answered right."""
    replies = [
        (reply, right)
        for plan, own in zip(plans, expected, strict=True)
        for reply, right in zip(own, plan.answers, strict=True)
    ]
    answered = [(reply.quote, right) for reply, right in replies if reply and reply.quote]
    right = sum(is_correct(quote, right) for quote, right in answered)
    return f"alone: {len(replies)} questions, {len(answered)} answered, {right} of these right"


def main() -> None:
    """Fill a library, serve it, and run the loads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, nargs="+", default=[8, 20])
    parser.add_argument(
        "--seconds", type=float, default=120.0, help="how long each number of users asks, in seconds"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        with Assistant.open(library, seed=False) as assistant:
            assistant.add(*articles())
        with served(library) as server:
            mistakes = asyncio.run(soak(server, arguments.users, arguments.seconds))
    print(*mistakes[:20], sep="\n")
    sys.exit(bool(mistakes))


if __name__ == "__main__":
    main()
