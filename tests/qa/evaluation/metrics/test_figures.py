import pytest

from qa.evaluation.metrics.figures import p50_p95


@pytest.mark.parametrize(
    ("times", "wanted"),
    [([], (0, 0)), ([3.0], (3, 3)), (range(101), (50, 95)), ([4.0, 1.0], (2.5, 3.85))],
)
def test_the_median_and_the_95th_percentile(times: list[float], wanted: tuple[float, float]) -> None:
    assert p50_p95(times) == pytest.approx(wanted)
