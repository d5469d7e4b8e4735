"""Support counts voices: stories whose passages answer by themselves."""

import datetime as dt
from dataclasses import replace

from qa.answering.answers import Candidate
from qa.answering.support import answers_alone, unite_repetitions
from qa.types import Answer, Citation, Passage, RetrievedPassage
from tests.qa.replies import cited

LONG = "The harbour office said that the ferry carried 48,000 passengers last year."


def citation(article: str, story: str, *, alone: bool = True, sentence: str = "") -> Citation:
    sentence = sentence or f"This is what {article} says."
    return replace(cited(), article_id=article, story=story, sentence=sentence, answers_alone=alone)


def answer(*citations: Citation) -> Answer:
    return Answer("Anna Berg", 0.9, citations)


def test_copies_are_one_story() -> None:
    copied = answer(citation("a", "a"), citation("b", "a"), citation("c", "c"))
    assert (copied.support, copied.articles) == (2, 3)


def test_a_passage_that_does_not_answer_by_itself_supports_nothing() -> None:
    mentioned = answer(citation("a", "a"), citation("b", "b", alone=False))
    assert (mentioned.support, mentioned.articles) == (1, 1)
    weak = answer(citation("a", "a", alone=False), citation("b", "b"))
    assert (weak.support, weak.articles) == (1, 1)
    assert answer(citation("a", "a", alone=False), citation("b", "b", alone=False)).support == 1


def test_an_article_from_before_the_news_does_not_answer_alone() -> None:
    text = "Four died."
    passage = RetrievedPassage(Passage("a", 0, len(text)), 1, text, "", 0.5, 0.5, 1.0, 0.5)
    candidate = Candidate("a", 0, 4, "Four", passage, {"margin": 9.0})
    day, later = dt.date(2025, 2, 1), dt.date(2025, 2, 9)
    assert answers_alone(candidate, day, None)
    assert answers_alone(candidate, later, later)
    assert not answers_alone(candidate, day, later)
    assert not answers_alone(candidate, None, later)


def test_a_citation_without_a_story_is_one_of_its_own() -> None:
    assert answer(citation("a", ""), citation("b", ""), citation("a", "")).support == 2


def test_a_sentence_that_is_repeated_is_one_voice() -> None:
    repeated = LONG.replace("harbour", "harbor").replace("48,000", "48000")
    united = unite_repetitions(
        [citation("a", "a", sentence=LONG), citation("b", "b"), citation("c", "c", sentence=repeated)]
    )
    assert [one.story for one in united] == ["a", "b", "a"]


def test_a_short_sentence_may_be_chosen_twice() -> None:
    short = "The ferry stops."
    united = unite_repetitions([citation("a", "a", sentence=short), citation("b", "b", sentence=short)])
    assert [one.story for one in united] == ["a", "b"]
