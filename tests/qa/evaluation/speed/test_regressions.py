from __future__ import annotations

import pytest

from qa.evaluation.speed.regressions import changes

BEFORE = {
    "machine": {"cores": 2, "processor": "a"},
    "embedding": {"quotewell_passages_per_s": 40.0, "ratio": 2.0},
    "20 passages": {"total_ms": {"p50": 100.0, "p95": 200.0}, "resident_mb": 500, "gone_s": 1.0},
}


def test_the_worst_comes_first_and_only_figures_that_both_have_are_compared() -> None:
    now = {
        "machine": {"cores": 4},
        "embedding": {"quotewell_passages_per_s": 20.0, "ratio": 1.0},
        "20 passages": {"total_ms": {"p50": 150.0, "p95": 100.0}, "resident_mb": 500, "new_s": 1.0},
    }
    found = changes(BEFORE, now)
    assert [(one.name, pytest.approx(one.worse)) for one in found] == [
        ("embedding.quotewell_passages_per_s", 1.0),
        ("20 passages.total_ms.p50", 0.5),
        ("20 passages.resident_mb", 0.0),
        ("20 passages.total_ms.p95", -0.5),
    ]


def test_the_same_figures_are_no_change() -> None:
    assert all(one.worse == 0 for one in changes(BEFORE, BEFORE))
