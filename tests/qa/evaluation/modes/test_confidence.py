import pytest

from qa.errors import DataError
from qa.evaluation import ConfidenceMode, Dataset, Run, evaluate
from tests.qa.evaluation.modes.scripted import (
    BUYER,
    LAMP_ID,
    LENGTH,
    MAKER,
    MILL_ID,
    YEAR,
    ScriptedAssistant,
    ScriptedCorpus,
)

pytestmark = pytest.mark.usefixtures("few_draws")

SCRIPT = {
    YEAR.question: ("1871", 0.8, LAMP_ID),
    BUYER.question: ("the tower", 0.1, LAMP_ID),
    LENGTH.question: ("forty years", 0.9, LAMP_ID),
    MAKER.question: ("", 0.0, LAMP_ID),
}


def run_of(seeds: tuple[int, ...] = (0,)) -> tuple[Run, ScriptedCorpus]:
    corpus = ScriptedCorpus(ScriptedAssistant(SCRIPT), frozenset({MILL_ID}))
    data = Dataset.of([YEAR, BUYER, LENGTH, MAKER], "dev")
    return evaluate(ConfidenceMode(data, corpus), seeds=seeds), corpus  # type: ignore[arg-type]


def test_the_confidence_is_judged_beside_the_softmax_score() -> None:
    run, corpus = run_of()
    assert corpus.opened == [(0.5, 0)]
    assert run.metrics is not None
    figures = run.metrics.values()
    assert (figures["n"], figures["right"], figures["answerable"]) == (4, 0.25, 0.25)
    assert (figures["coverage"], figures["accuracy"]) == (0.5, 0.5)
    assert figures["brier"] == pytest.approx((0.8**2 + 0.1**2 + 0.1**2) / 4)
    assert figures["macro_ce"] == pytest.approx((0.1 + 0.9 / 3) / 2)
    assert (figures["auroc"], figures["softmax_auroc"]) == (1, pytest.approx(4 / 6))
    assert (
        figures["coverage_at_80"],
        figures["answerable_coverage_at_80"],
        figures["softmax_coverage_at_80"],
    ) == (
        0.25,
        1,
        0,
    )
    assert (figures["softmax_alone_right"], figures["softmax_alone_coverage_at_80"]) == (0.25, 0)
    assert figures["least_ece"] is not None
    ece = run.metrics.figures["ece"]
    assert ece.low is not None
    assert ece.high is not None
    assert ece.value is not None
    assert 0 <= ece.low <= ece.value <= ece.high


def test_each_seed_leaves_out_articles_of_its_own() -> None:
    run, corpus = run_of((0, 1, 2))
    assert corpus.opened == [(0.5, 0), (0.5, 1), (0.5, 2)]
    assert len(run.predictions) == 12


def test_data_without_answers_is_refused() -> None:
    with pytest.raises(DataError, match="retrieval"):
        ConfidenceMode(Dataset("beir", "", [YEAR], [], {}, answers=False))
