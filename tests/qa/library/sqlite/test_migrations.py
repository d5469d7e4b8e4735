"""Libraries of earlier versions are migrated when they are opened."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from qa.library.sqlite.library import SqliteLibrary
from qa.types import Place
from tests.qa.library.sqlite.making import DIMENSION, ENCODER, downgrade, indexed
from tests.qa.library.sqlite.test_doctor import FEEDBACK


def open_toy(folder: Path) -> SqliteLibrary:
    return SqliteLibrary.open(folder, encoder=ENCODER, dimension=DIMENSION)


def filled(folder: Path, version: int = 3) -> list[str]:
    with open_toy(folder) as library:
        articles = [indexed(f"{number}", "Some words to find here.", size=7) for number in range(5)]
        library.put(articles)
        library.put_feedback(FEEDBACK)
    downgrade(folder, version)
    return [entry.article.id for entry in articles]


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "library.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_an_earlier_library_gets_its_digests(folder: Path) -> None:
    filled(folder)
    with open_toy(folder) as library:
        assert library.doctor().healthy
    change(folder, "UPDATE articles SET text = replace(text, 'find', 'lose') WHERE position = 3")
    change(folder, "UPDATE feedback SET answer = 'None'")
    with open_toy(folder) as library:
        problems = library.doctor().problems
    assert [problem.partition(" (")[0] for problem in problems][:1] == ["1 article not as stored"]
    assert any(problem.startswith("1 rating not as stored") for problem in problems)


def test_an_earlier_library_keeps_its_digests_and_can_store_places(folder: Path) -> None:
    filled(folder, version=4)
    entry = indexed("1", "Row one\nRow two", size=7, places=(Place(0, "row", 2),))
    with open_toy(folder) as library:
        assert library.doctor().healthy
        library.put([entry])
        assert library.get(entry.article.id) == entry.article
    change(folder, "UPDATE articles SET places = '[]' WHERE position = 2")
    with open_toy(folder) as library:
        assert library.doctor().problems


def test_an_earlier_library_keeps_its_digests_and_can_store_languages(folder: Path) -> None:
    filled(folder, version=5)
    with open_toy(folder) as library:
        assert library.doctor().healthy
        assert {info.language for info in library.articles()} == {""}
        library.relabel(replace(next(library.iter_articles()), language="de"))
        assert [info.language for info in library.articles()][:2] == ["de", ""]
        assert library.doctor().healthy
    change(folder, "UPDATE articles SET language = 'fr' WHERE position = 1")
    with open_toy(folder) as library:
        assert library.doctor().problems


def test_an_earlier_library_gets_the_languages_of_its_articles_without_embedding_them_again(folder: Path) -> None:
    texts = ["Der Leuchtturm steht auf einem Felsen. Die Fischer des Dorfes bauten und bezahlten ihn.", "Kurz."]
    with open_toy(folder) as library:
        library.put([indexed(f"{number}", text, size=20) for number, text in enumerate(texts)])
        before = library.generation
    downgrade(folder, 5)
    with open_toy(folder) as library:
        assert [info.language for info in library.articles()] == ["de", ""]
        assert library.generation == before
        assert library.doctor().healthy
        assert library.pending(1) == []


def test_a_damaged_article_gets_no_language(folder: Path) -> None:
    text = "Der Leuchtturm steht auf einem Felsen. Die Fischer des Dorfes bauten und bezahlten ihn."
    with open_toy(folder) as library:
        library.put([indexed("1", text, size=20)])
    change(folder, "UPDATE articles SET title = 'Another'")
    downgrade(folder, 8)
    with open_toy(folder) as library:
        assert [info.language for info in library.articles()] == [""]
        assert not library.doctor().healthy


def test_what_was_damaged_before_gets_no_digest(folder: Path) -> None:
    ids = filled(folder)
    change(folder, "UPDATE articles SET tags = '[1' WHERE position = 2")
    change(folder, "UPDATE articles SET text = 'shorter' WHERE position = 3")
    change(folder, "UPDATE articles SET text = CAST(x'ff' AS TEXT) WHERE position = 4")
    with open_toy(folder) as library:
        assert f"3 articles not as stored ({', '.join(ids[1:4])})" in " ".join(library.doctor().problems)
        assert library.get(ids[0])
