from dataclasses import replace

import pytest

from embeddings.encoder import SentenceEncoder
from qa.evaluation import Corpus, Dataset, RetrievalMode, evaluate
from qa.evaluation.modes.retrieval import LEGS
from qa.settings import Settings
from qa.types import Article
from tests.qa.evaluation.modes.scripted import BUYER, LENGTH, MAKER, YEAR

pytestmark = pytest.mark.usefixtures("few_draws")

OTHERS = [Article(f"The {name} stands by the river and is red.", name, name) for name in ("barn", "forge", "inn")]


@pytest.fixture
def corpus(encoder: SentenceEncoder) -> Corpus:
    corpus = Corpus(Settings())
    corpus.encoder = encoder
    return corpus


def test_each_leg_is_measured(corpus: Corpus) -> None:
    data = Dataset.of([YEAR, BUYER, LENGTH, MAKER], "dev")
    data = replace(data, articles=[*data.articles, *OTHERS])
    run = evaluate(RetrievalMode(data, corpus))
    year, _, _, maker = run.predictions
    assert year["ranks"] == dict.fromkeys(LEGS, 1)
    assert year["retrieval"]["fused"]["mrr_at_10"] == 1
    assert year["seconds"]["retrieve"] > 0
    # nothing answers it, so it does not count
    assert (maker["ranks"], maker["retrieval"]) == ({}, {})
    assert run.metrics is not None
    figures = run.metrics.values()
    assert figures["n"] == 4
    for leg in ("", "lexical_", "dense_", "fused_"):
        assert figures[f"{leg}recall_at_1"] == figures[f"{leg}ndcg_at_10"] == 1
    assert run.metrics.breakdown["question_word"]["when"] == {
        "questions": 1,
        "recall_at_1": 1,
        "recall_at_5": 1,
        "mrr_at_10": 1,
    }
    assert run.info.reader == ""
    assert run.info.encoder == corpus.encoder.fingerprint


def test_the_weights_are_those_of_the_settings(corpus: Corpus) -> None:
    data = Dataset.of([YEAR, LENGTH], "dev")
    corpus.settings = Settings(dense_weight=0.0, sentence_weight=0.0)
    run = evaluate(RetrievalMode(data, corpus))
    assert run.info.settings == {"dense_weight": 0, "sentence_weight": 0, "candidates": 100, "library": ""}
    assert [line["ranks"]["final"] for line in run.predictions] == [
        line["ranks"]["lexical"] for line in run.predictions
    ]


def test_without_anything_to_find_there_are_no_figures(corpus: Corpus) -> None:
    metrics = evaluate(RetrievalMode(Dataset.of([MAKER], "dev"), corpus)).metrics
    assert metrics is not None
    assert metrics["n"] == 1
    assert "recall_at_1" not in metrics.figures
