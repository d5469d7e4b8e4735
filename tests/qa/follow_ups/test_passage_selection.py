from __future__ import annotations

from qa.follow_ups import FollowUp, select_passages
from qa.types import Passage, RetrievedPassage


def passage(id_: int, article: str) -> RetrievedPassage:
    score = 1 - id_ / 100
    return RetrievedPassage(Passage(article, id_, id_ + 1), id_, "x", "", score, score, 0.0, 0.0)


POOL = [passage(id_, f"a{id_ // 3}") for id_ in range(40)]
FOLLOW_UP = FollowUp("How old is Anna Berg?", "a9")


def retrieve(question: str, k: int) -> list[RetrievedPassage]:
    return POOL[:k] if question == FOLLOW_UP.read_as else POOL[35 : 35 + k]


def test_places_are_kept_for_the_article_in_focus_and_for_the_bare_question() -> None:
    ids = [found.id for found in select_passages(FOLLOW_UP, "How old is she?", 10, retrieve)]
    assert ids == [0, 1, 2, 3, 4, 5, 27, 28, 35, 36]


def test_a_question_without_words_of_its_own_finds_nothing_by_itself() -> None:
    ids = [found.id for found in select_passages(FOLLOW_UP, "Why?", 10, retrieve)]
    assert ids == [*range(8), 27, 28]


def test_there_are_never_more_passages_than_asked_for() -> None:
    assert len(select_passages(FOLLOW_UP, "How old is she?", 1, retrieve)) == 1
