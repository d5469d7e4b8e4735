from dataclasses import replace
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.errors import DataError, LibraryError
from qa.evaluation import Corpus, Dataset, Example
from qa.settings import Settings
from qa.types import Article
from tests.qa.evaluation.modes.scripted import BUYER, LAMP, LAMP_ID, LENGTH, MAKER, MILL, MILL_ID, YEAR
from tests.toys import CountingEncoder, toy_assistant

DATA = Dataset.of([YEAR, BUYER, LENGTH, MAKER], "dev")
LONG = Article(f"Before it.\n\n{MILL}\n\nAfter it.", "Mills", "mills.txt")


@pytest.fixture
def corpus() -> Corpus:
    return with_encoder(Corpus(Settings()))


def with_encoder(corpus: Corpus) -> Corpus:
    corpus.encoder = CountingEncoder()
    return corpus


def ids(assistant: Assistant) -> set[str]:
    return {info.id for info in assistant.articles()}


def test_a_library_is_made_of_the_data(corpus: Corpus) -> None:
    with corpus.open(DATA) as asked:
        assert ids(asked.assistant) == {MILL_ID, LAMP_ID}
        gold = asked.gold(YEAR)
        assert (gold.relevant, gold.starts) == ({MILL_ID: 1}, {MILL_ID: 0})
        assert asked.gold(MAKER).relevant == {}


def test_a_share_is_left_out_by_the_seed(corpus: Corpus) -> None:
    kept = []
    for seed in range(6):
        with corpus.open(DATA, 0.5, seed) as asked:
            (left,) = ids(asked.assistant)
            kept.append(left)
            assert bool(asked.gold(YEAR).relevant) == (left == MILL_ID)
            assert bool(asked.gold(LENGTH).relevant) == (left == LAMP_ID)
    assert set(kept) == {MILL_ID, LAMP_ID}


def test_articles_of_one_title_are_left_out_together() -> None:
    parts = [Example(str(i), "When?", f"Part {i}.", title, ("Part",)) for i, title in enumerate("aAabbb")]
    untitled = [Example(str(i), "When?", f"Part {i}.", "", ("Part",)) for i in (6, 7)]
    data = Dataset.of([*parts, *untitled], "parts")
    kept = set()
    for seed in range(12):
        with with_encoder(Corpus(Settings(), whole_titles=True)).open(data, 0.5, seed) as asked:
            kept.add("".join(one.id for one in data.examples if asked.gold(one).relevant))
    assert kept <= {"012345", "0126", "0127", "3456", "3457", "67"}
    assert len(kept) > 2


def test_a_library_that_is_kept_is_not_embedded_again(tmp_path: Path) -> None:
    for left_out, count in ((0.0, 2), (0.0, 2), (0.5, 1), (0.0, 2)):
        corpus = with_encoder(Corpus(Settings(), folder=tmp_path / "kept"))
        with corpus.open(DATA, left_out) as asked:
            assert len(ids(asked.assistant)) == count
            encoded = asked.encoder.encoded  # type: ignore[attr-defined]
        assert len(encoded) == (0 if (tmp_path / "seen").exists() else 2)
        (tmp_path / "seen").touch()
    other = replace(DATA, name="other", articles=DATA.articles[:1])
    with pytest.raises(DataError, match=r"articles from other data than other"), corpus.open(other):
        pass


def test_a_library_of_the_user_is_asked_and_left_as_it_is(tmp_path: Path) -> None:
    with toy_assistant(folder=tmp_path / "own") as own:
        own.add(LONG, Article("Nothing of a lamp.", "VELL", "vell.txt"))
    corpus = with_encoder(Corpus(Settings(), library=str(tmp_path / "own")))
    with corpus.open(DATA) as asked:
        gold = asked.gold(YEAR)
        assert (gold.relevant, gold.starts) == ({LONG.id: 1}, {LONG.id: LONG.text.index(MILL)})
        # its context stands nowhere, but there is an article of that title
        (by_title,) = asked.gold(LENGTH).relevant
        assert asked.assistant.get(by_title).title == "VELL"
        assert asked.gold(LENGTH).starts == {}
        nowhere = Example("x", "Who?", f"{LAMP} And more.", "Elsewhere", ("forty",))
        assert asked.gold(nowhere).relevant == asked.gold(MAKER).relevant == {}
    with corpus.open(DATA, 1.0) as asked:
        assert ids(asked.assistant) == set()
        assert asked.gold(LENGTH).relevant == {}
    with toy_assistant(folder=tmp_path / "own") as own:
        assert len(own.articles()) == 2


def test_a_library_that_is_missing_is_not_made(tmp_path: Path) -> None:
    corpus = with_encoder(Corpus(Settings(), library=str(tmp_path / "missing")))
    with pytest.raises(LibraryError), corpus.open(DATA):
        pass
