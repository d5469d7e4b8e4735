from __future__ import annotations

import asyncio

import pytest

from tests.event_loop import run_async
from ui.serving import attempts
from ui.serving.attempts import (
    FREE_FAILURES,
    MAX_ARRIVING,
    MAX_WAITING,
    NAME_FAILURES,
    Attempts,
    TooManyAttemptsError,
)


class Clock:
    """A clock that moves only when someone sleeps, or by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)  # others may go on


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def check(name: str, password: str) -> bool:
    return (name, password) == ("ada", "secret")


def fail(tries: Attempts, address: str, name: str = "ada") -> None:
    assert run_async(tries.check(address, name, "wrong")) is False


def test_a_few_failures_cost_nothing(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    for _ in range(FREE_FAILURES):
        fail(tries, "a")
    assert clock.now == 1000.0


def test_each_further_failure_costs_twice_as_much(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    for _ in range(FREE_FAILURES + 2):
        fail(tries, "a")
    assert clock.now == 1000.0 + 1 + 2
    with pytest.raises(TooManyAttemptsError, match="try again in 4 s"):
        run_async(tries.check("a", "ada", "secret"))
    clock.now += 4
    assert run_async(tries.check("a", "ada", "secret"))


def test_another_address_is_not_delayed(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    for _ in range(FREE_FAILURES + 2):
        fail(tries, "a")
    before = clock.now
    assert run_async(tries.check("b", "ada", "secret"))
    assert clock.now == before


def test_failures_are_cleared_after_a_pause(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    for _ in range(FREE_FAILURES + 2):
        fail(tries, "a")
    clock.now += attempts.RESET_SECONDS + 1
    before = clock.now
    fail(tries, "a")
    assert clock.now == before


def test_a_name_guessed_from_many_addresses_is_closed_only_to_new_addresses(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    assert run_async(tries.check("home", "ada", "secret"))
    for number in range(NAME_FAILURES):
        fail(tries, f"attacker {number}")
    with pytest.raises(TooManyAttemptsError):
        run_async(tries.check("one more", "ada", "wrong"))
    assert run_async(tries.check("home", "ada", "secret"))
    clock.now += attempts.RESET_SECONDS + 1
    assert run_async(tries.check("elsewhere", "ada", "secret"))


def test_an_address_is_trusted_with_its_names_unless_it_has_to_pause(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    assert not tries.is_trusted("home", "ada")
    assert run_async(tries.check("home", "ada", "secret"))
    assert tries.is_trusted("home", "ada")
    assert not tries.is_trusted("home", "eve")
    assert not tries.is_trusted("elsewhere", "ada")
    for _ in range(FREE_FAILURES):
        fail(tries, "home", "eve")
    assert not tries.is_trusted("home", "ada")
    clock.now += 1
    assert tries.is_trusted("home", "ada")


async def attempt_at_once(tries: Attempts, passwords: list[str]) -> list[bool | BaseException]:
    attempts_ = [tries.check("office", "ada", password) for password in passwords]
    return await asyncio.gather(*attempts_, return_exceptions=True)


def test_the_length_of_a_queue_with_failures_is_limited(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    fail(tries, "office")
    results = run_async(attempt_at_once(tries, ["wrong"] * 20))
    assert results.count(False) == MAX_WAITING + 1
    assert sum(isinstance(result, TooManyAttemptsError) for result in results) == 20 - MAX_WAITING - 1


def test_everyone_behind_one_address_may_log_in_at_once(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    assert run_async(attempt_at_once(tries, ["secret"] * MAX_ARRIVING)) == [True] * MAX_ARRIVING


def test_many_guesses_at_once_are_slowed_like_others(clock: Clock) -> None:
    tries = Attempts(check, clock, clock.sleep)
    results = run_async(attempt_at_once(tries, ["wrong"] * 100))
    assert results.count(False) == FREE_FAILURES + 2
    assert clock.now == 1000.0 + 1 + 2


def test_the_number_of_queues_is_limited(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(attempts, "MAX_QUEUES", 10)
    tries = Attempts(check, clock, clock.sleep)
    for number in range(50):
        fail(tries, f"address {number}", f"name {number}")
    assert len(tries._addresses) == len(tries._names) == 10
