"""Many times in brief."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["p50_p95"]


def p50_p95(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile of times, in their unit; zeros where there are none."""
    if not times:
        return 0.0, 0.0
    p50, p95 = np.percentile(times, (50, 95))
    return float(p50), float(p95)
