from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.types import Article
from tests.ui.rest.conftest import VELA

FERRY = {"text": "The ferry to Vela sails at noon.", "title": "Ferry", "source": "ferry", "tags": ["sea"]}


def test_a_text_is_added_once(client: TestClient, assistant: Assistant) -> None:
    added = client.post("/articles", json=FERRY)
    assert (added.status_code, added.json()["outcome"]) == (201, "added")
    assert added.headers["location"] == f"/v1/articles/{added.json()['article_id']}"
    assert client.post("/articles", json=FERRY).json()["outcome"] == "unchanged"
    updated = client.post("/articles", json=FERRY | {"date": "2024-06-07", "metadata": {"author": "Orm"}})
    assert (updated.status_code, updated.json()["outcome"]) == (200, "updated")
    article = client.get(f"/articles/{updated.json()['article_id']}").json()
    assert (article["text"], article["date"], article["metadata"]) == (
        FERRY["text"],
        "2024-06-07",
        {"author": "Orm"},
    )


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"text": " "}, "text"),
        ({"text": "Noon.", "date": "noon"}, "date must be a date"),
        ({"text": "Noon\x00"}, "NUL"),
        ({"text": "Noon.", "metadata": {"hour": 12}}, "body.metadata.hour"),
        ({"title": "Noon"}, "body.text"),
    ],
)
def test_a_text_that_cannot_be_added_is_a_problem(client: TestClient, body: dict[str, Any], detail: str) -> None:
    answer = client.post("/articles", json=body)
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]
    assert client.get("/library").json()["articles"] == 1


def test_articles_are_listed_page_by_page(client: TestClient, assistant: Assistant) -> None:
    assistant.add(*(Article(f"Day {day}.", f"Day {day}", f"days/{day}", tags=("day",)) for day in range(5)))
    titles, cursor = [], 0
    while cursor is not None:
        page = client.get("/articles", params={"tag": "day", "limit": 2, "cursor": cursor}).json()
        assert page["total"] == 5
        titles += [article["title"] for article in page["articles"]]
        cursor = page["next"]
    assert titles == [f"Day {day}" for day in range(5)]
    (listed,) = client.get("/articles", params={"after": "2024-01-01"}).json()["articles"]
    assert (listed["id"], listed["tags"], listed["characters"]) == (VELA.id, ["sea"], len(VELA.text))
    assert client.get("/articles", params={"source": ["days/1", "*.md"]}).json()["total"] == 2
    assert client.get("/articles", params={"after": "2024-01-01", "keep_undated": True}).json()["total"] == 6


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "cursor=-1", "color=red", "after=noon", "cursor=" + "9" * 30]
)
def test_a_listing_refuses_what_it_does_not_know(client: TestClient, query: str) -> None:
    answer = client.get(f"/articles?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_an_edit_changes_what_it_names(client: TestClient) -> None:
    place = f"/articles/{VELA.id}"
    edited = client.patch(place, json={"title": "The lighthouse", "tags": ["tower"], "language": "en"}).json()
    assert (edited["title"], edited["tags"], edited["date"]) == ("The lighthouse", ["tower"], "2024-05-06")
    assert client.patch(place, json={"date": None}).json()["date"] is None
    assert client.patch(place, json={"date": "2023-01-02"}).json()["date"] == "2023-01-02"
    assert client.patch(place, json={}).json()["title"] == "The lighthouse"
    assert "blank" in client.patch(place, json={"title": " "}).json()["detail"]


def test_a_removed_article_is_gone(client: TestClient) -> None:
    place = f"/articles/{VELA.id}"
    removed = client.delete(place)
    assert (removed.status_code, removed.content) == (204, b"")
    for answer in (client.get(place), client.delete(place), client.patch(place, json={})):
        assert answer.status_code == 404
        assert VELA.id in answer.json()["detail"]


def test_files_are_uploaded(client: TestClient, assistant: Assistant) -> None:
    files = [("files", ("notes/ferry.txt", b"The ferry sails at noon.")), ("files", ("x.exe", b"MZ\x00\x01"))]
    first, second = client.post("/upload", files=files).json()["results"]
    assert (first["source"], first["outcome"]) == ("uploads/ferry.txt", "added")
    assert (second["source"], second["outcome"]) == ("uploads/x.exe", "failed")
    assert second["reason"]
    assert assistant.get("uploads/ferry.txt").text == "The ferry sails at noon."


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a/../b.txt", "C:\\x\\b.txt", "\x00.txt", "x" * 3000])
def test_the_name_of_a_file_cannot_lead_elsewhere(client: TestClient, name: str) -> None:
    answer = client.post("/upload", files={"files": (name, b"The ferry sails at noon.")})
    (result,) = answer.json()["results"]
    assert result["source"].startswith("uploads/")
    assert result["source"].count("/") == 1


def test_the_number_of_files_is_limited(client: TestClient) -> None:
    files = [("files", (f"{number}.txt", b"Noon.")) for number in range(4)]
    assert client.post("/upload", files=files[:3]).status_code == 200
    assert client.post("/upload", files=files).status_code == 400
    assert client.post("/upload", data={"files": "x"}).status_code == 400
    assert "no files" in client.post("/upload").json()["detail"]


def test_the_size_of_the_library_is_told(client: TestClient, assistant: Assistant) -> None:
    assert client.get("/library").json() == {
        "articles": 1,
        "passages": 1,
        "embedded": 1,
        "generation": assistant.generation,
    }
