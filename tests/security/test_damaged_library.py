"""Damaged libraries crash nothing, hang nothing, and serve nothing wrong that the health check calls healthy."""

from __future__ import annotations

from benchmarks.fuzz_library import DAMAGES, fuzz


def test_damaged_libraries() -> None:
    outcomes = list(fuzz(15, seed=2))
    assert [outcome for outcome in outcomes if outcome.failures] == []
    verdicts = {outcome.damage: outcome.verdict for outcome in outcomes}
    assert list(verdicts) == list(DAMAGES)[:15]
    assert verdicts["a bit of a text flipped"] == "found by doctor"
    assert verdicts["an empty database"] == verdicts["a text for a database"] == "refused"
