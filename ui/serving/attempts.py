"""Limits on attempts to log in, so that whoever guesses delays only themselves.

Checking a password takes a noticeable share of a core, on purpose. So attempts wait in one line per address, and
the lines are served in turn. After a few failures, a line must pause longer and longer before its next attempt.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

__all__ = ["Attempts", "Check", "TooManyAttemptsError"]

FREE_FAILURES = 5
"""Failures before a line must pause."""
MAX_PAUSE = 60.0
"""Seconds that a line pauses at most."""
PATIENCE = 3.0
"""Seconds that an attempt is kept waiting for such a pause to end, rather than refused."""
FORGET_SECONDS = 900.0
"""Seconds after its last failure when a line starts afresh."""
MAX_IN_LINE = 4
"""Attempts of one line that may wait; more are refused at once."""
MAX_LINES = 10_000
NAME_FAILURES = 50
"""Failures for one name, from all addresses, after which only addresses that know its password may try."""

Check = Callable[[str, str], Awaitable[bool]]
"""Whether a name and a password belong together."""


class TooManyAttemptsError(Exception):
    """An attempt was refused without a check; ``seconds`` says when to try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many attempts; try again in {seconds:.0f} s")
        self.seconds = max(1, round(seconds))


@dataclass(slots=True)
class _Line:
    """The attempts that share an address, or a name."""

    failures: int = 0
    last: float = 0.0
    waiting: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    good: set[str] = field(default_factory=set)

    def pause(self, now: float) -> float:
        """Return the seconds until the next attempt may be made."""
        if now - self.last > FORGET_SECONDS:
            self.failures = 0
        if self.failures < FREE_FAILURES:
            return 0.0
        return max(0.0, self.last + min(2.0 ** (self.failures - FREE_FAILURES), MAX_PAUSE) - now)

    def count(self, success: bool, now: float) -> None:
        self.failures, self.last = (0 if success else self.failures + 1), now


class Attempts:
    """Decides when a password is checked, and with what patience."""

    def __init__(self, check: Check, clock: Callable[[], float] = time.monotonic) -> None:
        self._check = check
        self._clock = clock
        self._addresses: OrderedDict[str, _Line] = OrderedDict()
        self._names: OrderedDict[str, _Line] = OrderedDict()

    async def check(self, address: str, name: str, password: str) -> bool:
        """Return whether the name and the password belong together, once it is this attempt's turn.

        :raises TooManyAttemptsError: if the address or the name has failed too often, or too many wait already.
        """
        line, named = _line_of(self._addresses, address), _line_of(self._names, name)
        if line.waiting > MAX_IN_LINE:
            raise TooManyAttemptsError(max(1.0, line.pause(self._clock())))
        line.waiting += 1
        try:
            async with line.lock:
                await self._pause(line)
                guessed = named.failures >= NAME_FAILURES and self._clock() - named.last <= FORGET_SECONDS
                if guessed and address not in named.good:
                    raise TooManyAttemptsError(FORGET_SECONDS)
                success = await self._check(name, password)
                line.count(success, self._clock())
                self._note(named, address, success)
                return success
        finally:
            line.waiting -= 1

    async def _pause(self, line: _Line) -> None:
        pause = line.pause(self._clock())
        if pause > PATIENCE:
            raise TooManyAttemptsError(pause)
        await asyncio.sleep(pause)

    def _note(self, named: _Line, address: str, success: bool) -> None:
        now = self._clock()
        if success:
            named.good.add(address)
        else:
            named.pause(now)  # starts afresh after a quiet time
            named.count(False, now)


def _line_of(lines: OrderedDict[str, _Line], key: str) -> _Line:
    line = lines.setdefault(key, _Line())
    lines.move_to_end(key)
    while len(lines) > MAX_LINES:
        oldest = next(iter(lines))
        if lines[oldest].waiting:
            break
        del lines[oldest]
    return line
