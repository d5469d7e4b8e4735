"""Whatever a request holds, its answer is no server error, and has the form that the OpenAPI document says."""

from __future__ import annotations

from benchmarks.fuzz_rest import fuzz, serving


def test_no_generated_request_gets_a_server_error() -> None:
    with serving() as server:
        outcomes = fuzz(server, 100, seed=0)
    assert outcomes.violations == []
    assert len(outcomes.statuses) == 10
    assert max(status for statuses in outcomes.statuses.values() for status in statuses) < 500
