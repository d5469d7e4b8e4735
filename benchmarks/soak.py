"""Lets many users ask the chat at once, and checks every answer: is each that of its own question?

    python -m benchmarks.soak [--users 8 20] [--seconds 120]

The chat is served by ``quotewell serve`` over the articles of tests/data/follow_ups. Half of the users are
visitors, who ask over the queue as the page does, in talks of four questions; the other half are programs, which
call the ``ask`` endpoint. Each has twelve questions that nobody else asks. First one user at a time asks all of
them, which gives the answers to compare with; then so many users as wanted ask theirs at once, again and again.
The users run on the same cores as the server. Prints a table and each wrong, and exits with 1 when there is any.
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

from benchmarks.follow_ups import articles, pairs
from benchmarks.serving import Served, resident_mb, served
from benchmarks.visitors import PATIENCE, Asker, ChatError, Page, Program, Said, Visitor
from qa.assistant import Assistant
from qa.evaluation.metrics.squad import is_correct
from qa.evaluation.metrics.timings import p50_p95

TALK, TALKS = 4, 3  # questions in a talk, and talks of a user
WARM_UP = 0.25  # of a load; memory is judged by the rest


@dataclass(frozen=True, slots=True)
class Script:
    """What a user asks, and the right answers to it."""

    questions: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Load:
    """What came of a number of users asking at once."""

    users: int
    seconds: list[float] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """When, in seconds from the start, and how much, in MB."""
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
            f"{max(self.seconds, default=0):6.2f}  {len(self.wrongs):6}  {sizes[late][0]:8.0f}  {sizes[-1]:8.0f}  "
            f"{slope:+9.2f}"
        )


HEAD = "users  questions  a second   p50 s   p95 s   max s  wrongs  MB first   MB last   MB/minute"


def scripts(users: int) -> list[Script]:
    """Return what each user asks: questions that stand alone, no two of them the same."""
    known: dict[str, tuple[str, ...]] = {pair.first: (pair.first_answer,) for pair in pairs()}
    known |= {pair.second: pair.answers for pair in pairs() if not pair.leans and pair.answers}
    questions, each = list(known), TALK * TALKS
    if users * each > len(questions):
        raise SystemExit(f"there are questions for {len(questions) // each} users alone")
    taken = [tuple(questions[user * each : (user + 1) * each]) for user in range(users)]
    return [Script(own, tuple(known[question] for question in own)) for own in taken]


@asynccontextmanager
async def asker(number: int, client: httpx.AsyncClient, page: Page) -> AsyncIterator[Asker]:
    """Lend a user: a visitor for an even number, a program for an odd one."""
    if number % 2:
        yield Program(client)
        return
    async with Visitor(client, page).present() as visitor:
        yield visitor


async def ask_all(user: Asker, script: Script, load: Load) -> list[Said | None]:
    """Ask all questions of a script once; return what was said."""
    said: list[Said | None] = []
    for place, question in enumerate(script.questions):
        if place % TALK == 0:
            await user.begin()
        said.append(await ask_once(user, question, load))
    return said


async def ask_once(user: Asker, question: str, load: Load) -> Said | None:
    """Ask a question, and note how long it took or what went wrong."""
    began = perf_counter()
    try:
        said = await user.ask(question)
    except (ChatError, httpx.HTTPError) as error:
        load.wrongs.append(f"{question}: {error!r}")
        return None
    load.seconds.append(perf_counter() - began)
    if said.question != question or (said.quote and said.marked not in {"", said.quote}):
        load.wrongs.append(f"{question}: {said}")
    return said


async def ask_on(user: Asker, script: Script, expected: Sequence[Said | None], load: Load, seconds: float) -> None:
    """Ask the questions of a script again and again; each reply must be what one user alone was told."""
    end = perf_counter() + seconds
    for place in cycle(range(len(script.questions))):
        if perf_counter() >= end:
            return
        if place % TALK == 0:
            await user.begin()
        said = await ask_once(user, script.questions[place], load)
        if said and said != expected[place]:
            load.wrongs.append(f"{script.questions[place]}: {said}, alone {expected[place]}")


@asynccontextmanager
async def watched(load: Load, pid: int) -> AsyncIterator[None]:
    """Note twice a second how much memory the server holds."""
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
    """Run the loads, print the figures, and return everything that was wrong."""
    plans = scripts(max(counts))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE, limits=limits) as client:
        page = await Page.load(client)
        async with asker(0, client, page) as first:  # the models load
            await first.ask(plans[0].questions[0])
        alone = Load(1)
        expected: list[list[Said | None]] = []
        async with watched(alone, server.pid):
            for number, plan in enumerate(plans):
                async with asker(number, client, page) as user:
                    expected.append(await ask_all(user, plan, alone))
        print(_known(plans, expected), HEAD, alone.row(), sep="\n", flush=True)
        wrongs = alone.wrongs
        for count in counts:
            load = Load(count)
            async with watched(load, server.pid):
                await asyncio.gather(
                    *(
                        _stay(number, client, page, plans[number], expected[number], load, seconds)
                        for number in range(count)
                    )
                )
            print(load.row(), flush=True)
            wrongs += load.wrongs
    return wrongs


async def _stay(
    number: int,
    client: httpx.AsyncClient,
    page: Page,
    plan: Script,
    expected: Sequence[Said | None],
    load: Load,
    seconds: float,
) -> None:
    async with asker(number, client, page) as user:
        await ask_on(user, plan, expected, load, seconds)


def _known(plans: Sequence[Script], expected: Sequence[Sequence[Said | None]]) -> str:
    """Say how many of the answers to compare with are right, and how many questions were not answered."""
    said = [
        (one, right)
        for plan, own in zip(plans, expected, strict=True)
        for one, right in zip(own, plan.answers, strict=True)
    ]
    answered = [(one.quote, right) for one, right in said if one and one.quote]
    right = sum(is_correct(quote, right) for quote, right in answered)
    return f"alone: {len(said)} questions, {len(answered)} answered, {right} of these right"


def main() -> None:
    """Fill a library, serve it, and soak it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, nargs="+", default=[8, 20])
    parser.add_argument("--seconds", type=float, default=120.0, help="how long each number of users asks")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        with Assistant.open(library, seed=False) as assistant:
            assistant.add(*articles())
        with served(library) as server:
            wrongs = asyncio.run(soak(server, arguments.users, arguments.seconds))
    print(*wrongs[:20], sep="\n")
    sys.exit(bool(wrongs))


if __name__ == "__main__":
    main()
