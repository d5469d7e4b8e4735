from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.errors import DataError
from qa.evaluation import Example, gold_article_id, leave_out, make_articles
from qa.settings import Settings
from qa.training.confidence.trials import WAYS, articles_file, collect, load_trials, save_trials
from qa.types import Filters, Passage, Reading, RetrievedPassage, Span
from tests.qa.training.making import made_trials

EXAMPLES = [Example(str(i), f"Who runs mill {i}?", f"Per {i} runs it.", "Mills", (f"Per {i}",)) for i in range(40)]


class Recorder:
    """Finds the first articles that it may look at, and reads a span of each."""

    settings = Settings(passages=3)
    reader_fingerprint = "made:1"

    def __init__(self) -> None:
        self.searched: list[tuple[str, ...]] = []

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        assert filters is not None
        self.searched.append(filters.articles)
        return [
            RetrievedPassage(Passage(one, 0, 5), i, "Per X", "", 1.0, 0.5, 1.0, 0.5)
            for i, one in enumerate(filters.articles[:k])
        ]

    def read(self, question: str, passages: Sequence[RetrievedPassage]) -> list[Reading]:
        return [Reading((Span(0, 3, 2.0),), 1.0) for _ in passages]


def test_each_question_is_asked_with_and_without_its_article() -> None:
    recorder, articles = Recorder(), make_articles(EXAMPLES)
    done: list[int] = []
    trials = list(collect(recorder, EXAMPLES[:30], articles, "mills", seed=1, progress=done.append))
    assert (len(trials), len(done)) == (90, 30)
    half = {article.id for article in leave_out(articles, 0.5, 1)[0]}
    for i, (trial, searched) in enumerate(zip(trials, recorder.searched, strict=True)):
        example = EXAMPLES[i // 3]
        there = gold_article_id(example) in searched
        assert (trial.way, trial.domain, trial.question) == (WAYS[i % 3], "mills", example.question)
        assert trial.golds == (example.answers if there else ())
        assert trial.reader == recorder.reader_fingerprint
        assert len(trial.passages) == len(trial.readings) <= 3
        if trial.way == "half":
            assert set(searched) == half
        else:
            assert there == (trial.way == "few-with")
            assert len(searched) <= 20
    assert {bool(trial.golds) for trial in trials if trial.way == "half"} == {True, False}


def test_strangers_are_asked_of_articles_that_do_not_hold_the_answer() -> None:
    recorder, strangers = Recorder(), ["What is lead?", "Who sells tin?"]
    trials = list(collect(recorder, EXAMPLES[:6], make_articles(EXAMPLES), "mills", strangers=strangers))
    strange = [trial for trial in trials if trial.question in strangers]
    assert [trial.question for trial in strange] == strangers * 3
    assert all(trial.way == "few-without" and not trial.golds for trial in strange)
    assert [recorder.searched[4 * i + 2] for i in range(6)] == [recorder.searched[4 * i + 3] for i in range(6)]


def test_the_seed_decides() -> None:
    articles = make_articles(EXAMPLES)
    one, same, other = (list(collect(Recorder(), EXAMPLES, articles, "m", seed=seed)) for seed in (1, 1, 2))
    assert one == same != other


def test_right_answers_are_right_only_when_they_can_be_found() -> None:
    answerable, unanswerable = made_trials(2)
    assert answerable.is_right("Lumen")
    assert not answerable.is_right("Karst")
    assert not unanswerable.is_right("Lumen")


def test_trials_survive_their_file(tmp_path: Path) -> None:
    trials = made_trials(20)
    save_trials(trials, tmp_path / "trials.gz")
    assert load_trials(tmp_path / "trials.gz") == trials


@pytest.mark.parametrize(
    "content", [None, b"", b"no gzip", gzip.compress(b"{}", mtime=0), gzip.compress(b"[1", mtime=0), b"\x1f\x8b"]
)
def test_a_file_without_trials_says_so(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "trials.gz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError, match="collect them again"):
        load_trials(file)


def test_the_articles_of_a_domain_lie_in_a_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "mills.json").touch()
    assert articles_file(tmp_path, "mills") == tmp_path / "mills.json"
    with pytest.raises(DataError, match=r"no towns\.jsonl"):
        articles_file(tmp_path, "towns")
