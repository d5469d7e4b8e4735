"""Rate limits for logins, so that a client that guesses passwords delays only itself.

Checking a password is slow on purpose. Attempts therefore wait in one queue per address, and the queues alternate.
After a few failures, a queue pauses before its next attempt, longer after each further failure.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

__all__ = ["Attempts", "Check", "TooManyAttemptsError"]

FREE_FAILURES = 5
"""Failures before a queue has to pause."""
MAX_PAUSE = 60.0
"""The longest pause, in seconds."""
MAX_WAIT = 3.0
"""The longest pause that an attempt waits for, in seconds. If the pause is longer, the attempt is refused."""
RESET_SECONDS = 900.0
"""Seconds after the last failure until the failures of a queue are cleared."""
MAX_WAITING = 4
"""Attempts that may wait in a queue with failures; further ones are refused immediately."""
MAX_ARRIVING = 64
"""Attempts that may wait in a queue without failures: everyone behind one address may log in at once."""
MAX_QUEUES = 10_000
NAME_FAILURES = 50
"""Failures for one name, from all addresses, before it is closed to addresses that never logged in with it."""

Check = Callable[[str, str], Awaitable[bool]]
"""Returns whether the password of an account is right."""


class TooManyAttemptsError(Exception):
    """An attempt was refused without checking the password. Try again after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many attempts; try again in {seconds:.0f} s")
        self.seconds = max(1, round(seconds))


@dataclass(slots=True)
class _Queue:
    """The attempts from one address, or for one name.

    ``addresses`` are those that have logged in with the name.
    """

    failures: int = 0
    last: float = 0.0
    waiting: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    addresses: set[str] = field(default_factory=set)

    def pause(self, now: float) -> float:
        """Return the seconds until the next attempt is allowed."""
        if now - self.last > RESET_SECONDS:
            self.failures = 0
        if self.failures < FREE_FAILURES:
            return 0.0
        return max(0.0, self.last + min(2.0 ** (self.failures - FREE_FAILURES), MAX_PAUSE) - now)

    def count(self, success: bool, now: float) -> None:
        self.failures, self.last = (0 if success else self.failures + 1), now


class Attempts:
    """Checks passwords within the limits."""

    def __init__(
        self,
        check: Check,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._check = check
        self._clock = clock
        self._sleep = sleep
        self._addresses: OrderedDict[str, _Queue] = OrderedDict()
        self._names: OrderedDict[str, _Queue] = OrderedDict()

    async def check(self, address: str, name: str, password: str) -> bool:
        """Return whether the password is right, as soon as the address may try.

        :raises TooManyAttemptsError: after too many failures for the address or the name, or if too many attempts
            are waiting.
        """
        queue, named = _get_queue(self._addresses, address), _get_queue(self._names, name)
        if queue.waiting > (MAX_WAITING if queue.failures else MAX_ARRIVING):
            raise TooManyAttemptsError(max(1.0, queue.pause(self._clock())))
        queue.waiting += 1
        try:
            async with queue.lock:
                await self._pause(queue)
                is_attacked = named.failures >= NAME_FAILURES and self._clock() - named.last <= RESET_SECONDS
                if is_attacked and address not in named.addresses:
                    raise TooManyAttemptsError(RESET_SECONDS)
                success = await self._check(name, password)
                queue.count(success, self._clock())
                self._record(named, address, success)
                return success
        finally:
            queue.waiting -= 1

    def is_trusted(self, address: str, name: str) -> bool:
        """Return whether the address has logged in with the name, and need not pause now."""
        named, queue = self._names.get(name), self._addresses.get(address)
        has_logged_in = named is not None and address in named.addresses
        return has_logged_in and (queue is None or not queue.pause(self._clock()))

    async def _pause(self, queue: _Queue) -> None:
        pause = queue.pause(self._clock())
        if pause > MAX_WAIT:
            raise TooManyAttemptsError(pause)
        await self._sleep(pause)

    def _record(self, named: _Queue, address: str, success: bool) -> None:
        now = self._clock()
        if success:
            named.addresses.add(address)
        else:
            named.pause(now)  # clears old failures
            named.count(False, now)


def _get_queue(queues: OrderedDict[str, _Queue], key: str) -> _Queue:
    queue = queues.setdefault(key, _Queue())
    queues.move_to_end(key)
    while len(queues) > MAX_QUEUES:
        oldest = next(iter(queues))
        if queues[oldest].waiting:
            break
        del queues[oldest]
    return queue
