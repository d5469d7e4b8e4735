"""Doctor finds damage to the SQLite file and its index, and says how to repair it."""

import datetime as dt
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.faiss_index import FaissIndex
from qa.errors import LibraryError
from qa.feedback import Feedback
from qa.library.sqlite.library import SqliteLibrary
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, indexed, unit

FEEDBACK = Feedback(
    given_at=dt.datetime(2024, 5, 6, tzinfo=dt.UTC),
    verdict="good",
    comment="",
    question="Who?",
    answer="Some",
    confidence=0.5,
    min_confidence=0.5,
    start=0,
)


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


@pytest.fixture
def filled(folder: Path) -> Path:
    with open_toy(folder) as library:
        library.put(indexed(f"{number}", "Some words to find here.", size=7) for number in range(5))
    return folder


def break_it(folder: Path, statement: str, *parameters: object) -> None:
    connection = sqlite3.connect(folder / "library.db")
    connection.execute(statement, parameters)
    connection.commit()
    connection.close()


def test_a_healthy_library(filled: Path) -> None:
    with open_toy(filled) as library:
        for _ in range(2):
            health = library.doctor()
            assert health.healthy
            assert (health.articles, health.passages, health.vectors, health.generation) == (5, 20, 20, 1)
            library.search_dense(unit(1)[0], 1)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "DELETE FROM vectors WHERE passage = 3",
            "1 passage with neither a vector .*doctor --rebuild",
        ),
        ("INSERT INTO pending_vectors VALUES (3)", "1 passage marked as pending .*--rebuild"),
        ("UPDATE vectors SET vector = zeroblob(16) WHERE passage < 3", "2 damaged vectors: .*--rebuild"),
        ("UPDATE vectors SET vector = x'00' WHERE passage = 3", "1 damaged vector:"),
        ("DELETE FROM passages WHERE id = 2", "1 row without an article or passage"),
        ("DELETE FROM passages WHERE id = 2", "1 passage in the word index but not in the library"),
        ("DELETE FROM articles WHERE position = 1", "rows without an article"),
        (
            'UPDATE passages SET "end" = 99 WHERE id = 4',
            "1 passage outside the text of the article",
        ),
        (
            "UPDATE passages SET start = -1 WHERE id = 4",
            "1 passage outside the text of the article",
        ),
        ("UPDATE articles SET text = 'short' WHERE position = 2", "1 article not as stored"),
        ("UPDATE articles SET pages = '[1' WHERE position = 2", "1 article not as stored"),
        (
            "DELETE FROM passage_words_docsize WHERE id = 1",
            "1 passage missing from the word index: run `quotewell doctor --rebuild`",
        ),
        ("DELETE FROM passage_words_data WHERE id > 10", "the word index is damaged"),
    ],
)
def test_each_kind_of_damage_is_found(filled: Path, statement: str, problem: str) -> None:
    break_it(filled, statement)
    with open_toy(filled) as library:
        health = library.doctor()
    assert not health.healthy
    assert any(re.search(problem, sentence) for sentence in health.problems), health.problems


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET text = replace(text, 'words', 'sword') WHERE position = 2",
        "UPDATE articles SET title = 'Another' WHERE position = 2",
        "UPDATE articles SET date = '2020-01-01' WHERE position = 2",
        "UPDATE articles SET tags = '[\"other\"]' WHERE position = 2",
        "UPDATE articles SET headings = '[[0, 4, 1]]' WHERE position = 2",
        "UPDATE articles SET pages = '[0, 5]' WHERE position = 2",
        "UPDATE articles SET places = '[[0, \"row\", 2]]' WHERE position = 2",
        'UPDATE articles SET metadata = \'{"a": "b"}\' WHERE position = 2',
        "UPDATE articles SET source = 'elsewhere' WHERE position = 2",
        "UPDATE articles SET file_name = 'elsewhere' WHERE position = 2",
        "UPDATE articles SET content_hash = 'none' WHERE position = 2",
        "UPDATE articles SET added_at = 'never' WHERE position = 2",
        "UPDATE passages SET start = start + 1 WHERE id = 6",
        "UPDATE passages SET context = 'Another' WHERE id = 6",
        "UPDATE article_digests SET digest = x'00' WHERE article = 2",
        "DELETE FROM article_digests WHERE article = 2",
    ],
)
def test_what_was_altered_is_found_and_mended_by_adding_the_article_again(filled: Path, statement: str) -> None:
    break_it(filled, statement)
    article = indexed("1", "Some words to find here.", size=7)
    with open_toy(filled) as library:
        problems = library.doctor().problems
        assert any(
            problem.startswith(f"1 article not as stored ({article.article.id}): remove it and add it again")
            for problem in problems
        ), problems
        assert library.remove([article.article.id]) == 1
        assert library.doctor().healthy, "the words of the altered article are gone, too"
        library.put([article])
        assert library.doctor().healthy
        assert len(library.search_lexical("find", 9)) == 5


def test_an_altered_article_is_not_relabelled(filled: Path) -> None:
    break_it(filled, "UPDATE articles SET text = replace(text, 'words', 'sword') WHERE position = 2")
    with open_toy(filled) as library:
        article = library.get(indexed("1").article.id)
        assert article
        with pytest.raises(LibraryError, match="damaged: remove it and add it again"):
            library.relabel(replace(article, title="New"))
        assert not library.doctor().healthy


@pytest.mark.parametrize("column", ["question", "answer", "verdict", "min_confidence", "start", "given_at"])
def test_altered_ratings_are_found(filled: Path, column: str) -> None:
    with open_toy(filled) as library:
        for _ in range(3):
            library.put_feedback(FEEDBACK)
        library.put_feedback(replace(FEEDBACK, id=2, comment="On second thoughts"))
        assert library.doctor().healthy
    break_it(filled, f"UPDATE feedback SET {column} = 7 WHERE id = 2")
    with open_toy(filled) as library:
        assert "1 rating not as stored" in library.doctor().problems[0]


def test_words_that_no_passage_has_are_found(filled: Path) -> None:
    break_it(filled, "INSERT INTO passage_words (rowid, context, body) VALUES (3, '', 'intruder')")
    with open_toy(filled) as library:
        assert library.search_lexical("intruder", 9)
        assert library.doctor().problems == ("the word index is damaged: run `quotewell doctor --rebuild`",)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO passage_words (rowid, context, body) VALUES (3, '', 'intruder')",
        "INSERT INTO passage_words (rowid, context, body) VALUES (99, '', 'intruder')",
        "DELETE FROM passage_words_docsize WHERE id = 1",
        "DELETE FROM passage_words_data WHERE id > 10",
    ],
)
def test_rebuilding_mends_the_word_index(filled: Path, statement: str) -> None:
    with open_toy(filled) as library:
        found = library.search_lexical("words", 9)
    break_it(filled, statement)
    with SqliteLibrary.open(filled, encoder=None) as library:
        assert all("doctor --rebuild" in problem for problem in library.doctor().problems)
        library.renew_vectors(ENCODER, DIMENSION)
        assert library.doctor().healthy
        assert library.search_lexical("words", 9) == found
        assert not library.search_lexical("intruder", 9)


def test_the_health_check_writes_nothing(filled: Path) -> None:
    before = (filled / "library.db").read_bytes()
    with open_toy(filled) as library, sqlite3.connect(filled / "library.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")  # the check needs no lock
        assert library.doctor().healthy
        writer.execute("ROLLBACK")
    writer.close()
    assert (filled / "library.db").read_bytes() == before


def test_damaged_pages_are_found(filled: Path) -> None:
    with open_toy(filled) as library:
        library.put(indexed(f"more {number}", "word " * 3000) for number in range(5))
    path = filled / "library.db"
    content = bytearray(path.read_bytes())
    content[40_000:60_000] = b"\x7f" * 20_000
    path.write_bytes(content)
    with open_toy(filled) as library:
        try:
            problems = library.doctor().problems
        except LibraryError as error:
            problems = (str(error),)
    assert any("damaged" in problem for problem in problems)


def test_a_damaged_index_file_is_found_and_then_rebuilt(filled: Path) -> None:
    [path] = filled.glob("index-*")
    FaissIndex(DIMENSION).save(path)
    with open_toy(filled) as library:
        assert library.doctor().problems == (
            f"{path.name} is damaged or foreign: delete it, and the next search rebuilds it",
        )
        library.search_dense(unit(1)[0], 1)
    with open_toy(filled) as library:
        assert library.doctor().healthy


def test_a_stale_index_file_is_no_problem(filled: Path) -> None:
    [path] = filled.glob("index-*")
    earlier = path.read_bytes()
    with open_toy(filled) as library:
        library.put([indexed("late")])
    for newer in filled.glob("index-*"):
        newer.unlink()
    path.write_bytes(earlier)
    with open_toy(filled) as library:
        assert library.doctor().healthy


def test_an_index_in_memory_that_disagrees_is_found(filled: Path) -> None:
    with open_toy(filled) as library:
        library.search_dense(unit(1)[0], 1)
        library._cache._index.remove(np.array([1]))
        assert "the index in memory disagrees" in library.doctor().problems[0]


def test_rebuilding_replaces_damaged_vectors(filled: Path) -> None:
    break_it(filled, "UPDATE vectors SET vector = x'00' WHERE passage = 3")
    with open_toy(filled) as library, pytest.raises(LibraryError, match="doctor --rebuild"):
        for path in filled.glob("index-*"):
            path.unlink()
        library.search_dense(unit(1)[0], 1)
    with SqliteLibrary.open(filled, encoder=None) as library:
        library.renew_vectors(ENCODER, DIMENSION)
        assert library.doctor().healthy
        library.put_vectors(library.pending(99), unit(5, count=20))
        assert library.doctor().healthy
    with open_toy(filled) as library:
        assert len(library.search_dense(unit(1)[0], 99)) == 20
