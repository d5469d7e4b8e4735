from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from qa.answering.answers import find_answers
from qa.answering.confidence import ConfidenceModel
from qa.answering.time.choosing import AnswersInTime, answers_in_time
from qa.types import Disagreement, Passage, Reading, RetrievedPassage, Span

MODEL = ConfidenceModel({"margin": 1.0}, {"rank": 0.3, "gap": 0.2, "share": 0.5}, -1.0)
QUESTION = "How many people died in the flood?"
FIRST, LATER = dt.date(2025, 2, 1), dt.date(2025, 2, 9)


def asked(
    *said: tuple[str, str, dt.date | None], question: str = QUESTION, scores: Sequence[float] = (9.0, 8.5, 8.0)
) -> AnswersInTime:
    """Answer from sentences, each with the answer in it and the date of its article."""
    passages, readings, dates = [], [], {}
    for number, ((text, answer, date), score) in enumerate(zip(said, scores, strict=False)):
        passage = Passage(f"a{number}", 0, len(text))
        passages.append(RetrievedPassage(passage, number, text, "", 0.5, 0.5, 1.0, 0.5))
        start = text.index(answer)
        readings.append(Reading((Span(start, start + len(answer), score),), 0.0))
        dates[f"a{number}"] = date
    return answers_in_time(question, find_answers(question, passages, readings, MODEL), dates, MODEL)


OLD = ("Four people died in the flood, the county said.", "Four people")
NEW = ("Twelve people have died in the flood, the county said.", "Twelve people")


def test_the_newest_holds_now_even_if_an_older_one_ranks_higher() -> None:
    found = asked((*OLD, FIRST), (*NEW, LATER))
    assert found.groups[0].candidates[0].text == "Twelve people"
    assert found.disagreement is Disagreement.CHANGED
    assert [version.statements[0].candidate.text for version in found.versions] == ["Twelve people", "Four people"]


def test_what_is_asked_of_an_earlier_time_gets_the_older_answer() -> None:
    question = "How many people had died in the flood at first?"
    found = asked((*OLD, FIRST), (*NEW, LATER), question=question)
    assert found.groups[0].candidates[0].text == "Four people"


@pytest.mark.parametrize("dates", [(None, None), (None, LATER)])
def test_without_the_date_of_the_best_nothing_changes(dates: tuple[dt.date | None, ...]) -> None:
    found = asked((*OLD, dates[0]), (*NEW, dates[1]))
    assert found.groups[0].candidates[0].text == "Four people"
    assert not found.versions
    assert found.disagreement is Disagreement.NONE


def test_articles_that_say_the_same_do_not_disagree() -> None:
    found = asked((*OLD, FIRST), ("In all, 4 people died in the flood.", "4 people", LATER))
    assert not found.versions


def test_sources_differ_about_the_same_moment() -> None:
    assert asked((*OLD, FIRST), (*NEW, FIRST)).disagreement is Disagreement.SOURCES_DIFFER


def test_a_correction_is_one() -> None:
    corrected = "Correction: eleven people died in the flood, not four."
    assert asked((*OLD, FIRST), (corrected, "eleven people", LATER)).disagreement is Disagreement.CORRECTED


def test_the_confidences_of_the_versions_add_up_to_no_more_than_one() -> None:
    found = asked((*OLD, FIRST), (*NEW, LATER), ("Nine people died in the flood.", "Nine people", LATER))
    assert sum(version.probability for version in found.versions) == pytest.approx(1)
    assert all(0 <= group.confidence <= found.confidence for group in found.groups)


def test_what_is_of_another_kind_is_no_version() -> None:
    found = asked((*OLD, FIRST), ("People died in the flood near Neap.", "near Neap", LATER))
    assert not found.versions


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Who found the votes?",
            ("The caretaker Ned Rowsell found the votes.", "Ned Rowsell"),
            ("The clerk Amy Hart found the votes.", "Amy Hart"),
        ),
        (
            "When was the mill founded?",
            ("The mill was founded in 1864.", "1864"),
            ("The mill was founded in 1871.", "1871"),
        ),
        (
            "Who was president of the network in 1976?",
            ("Fred Pierce was president of the network then.", "Fred Pierce"),
            ("Robert Iger became president of the network.", "Robert Iger"),
        ),
        (
            "What is the throat called?",
            ("The throat is called the pharynx.", "pharynx"),
            ("It cannot be called a nucleomorph.", "nucleomorph"),
        ),
        ("How old is Hester Lovell?", ("Hester Lovell is 63.", "63"), ("Hester Lovell is 74.", "74")),
        (
            "How many goals did Sarl score last season?",
            ("Sarl scored 19 goals last season.", "19"),
            ("Sarl played 38 matches last season.", "38"),
        ),
        (
            "How many campuses are there?",
            ("There are 12 campuses, among them 5 in the north.", "12"),
            ("There are 12 campuses, among them 5 in the north.", "5"),
        ),
    ],
)
def test_what_does_not_change_has_no_versions(question: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    found = asked((*one, FIRST), (*other, LATER), question=question, scores=(9.0, 2.0))
    assert not found.versions
    assert found.groups[0].candidates[0].text == one[1]


def asked_of_one_article(question: str, text: str, *said: str) -> AnswersInTime:
    """Answer from one dated article, in which the reader finds some spans, the best first."""
    retrieved = RetrievedPassage(Passage("a", 0, len(text)), 1, text, "", 0.5, 0.5, 1.0, 0.5)
    starts = [text.index(words) for words in said]
    spans = [
        Span(start, start + len(words), 9.0 - place)
        for place, (start, words) in enumerate(zip(starts, said, strict=True))
    ]
    groups = find_answers(question, [retrieved], [Reading(tuple(spans), 0.0)], MODEL)
    return answers_in_time(question, groups, {"a": FIRST}, MODEL)


def test_what_one_article_says_of_several_things_is_no_change() -> None:
    text = "The club scored 19 goals. Its rival scored 24."
    assert not asked_of_one_article("How many goals?", text, "19", "24").versions


def test_two_sides_that_count_in_one_article_differ() -> None:
    text = "The office has counted eight accidents; the firm speaks of six."
    found = asked_of_one_article("How many accidents were there?", text, "eight", "six")
    assert found.disagreement is Disagreement.SOURCES_DIFFER


def test_an_answer_of_another_kind_comes_last() -> None:
    question = "How many dockers are on strike?"
    offer = ("The offer was raised to five per cent.", "five per cent")
    strikers = ("Some 850 dockers are on strike.", "850")
    found = asked((*offer, FIRST), (*strikers, FIRST), question=question)
    assert [group.candidates[0].text for group in found.groups] == ["850", "five per cent"]


def test_a_question_that_names_a_time_presupposes_that_the_answer_changes() -> None:
    earlier = ("The gates open in June, the club hopes.", "June")
    later = ("They open in August instead, it is learnt.", "August")
    now, first = "When does the new ground open?", "When was the new ground originally to open?"
    scores = (9.0, 1.0)
    assert not asked((*earlier, FIRST), (*later, LATER), question=now, scores=scores).versions
    assert asked((*earlier, FIRST), (*later, LATER), question=first, scores=scores).versions


def test_a_number_that_is_far_from_the_best_one_is_less_likely_a_version() -> None:
    scores = (9.0, 4.0)
    near = asked((*OLD, FIRST), (*NEW, LATER), scores=scores)
    far = asked((*OLD, FIRST), ("Rescuers fed 90,000 in the flood.", "90,000", LATER), scores=scores)
    assert near.versions
    assert not far.versions


def test_an_article_from_before_the_news_confirms_nothing_as_of_now() -> None:
    found = asked((*OLD, FIRST), (*NEW, LATER))
    assert [group.since for group in found.groups] == [FIRST, LATER]  # twelve people, then four people
    earlier = asked((*OLD, FIRST), (*NEW, LATER), question="How many people had died in the flood at first?")
    assert [group.since for group in earlier.groups] == [None, None]


def test_a_newer_answer_may_be_chosen_though_it_is_not_sure_enough_to_show_a_change() -> None:
    unsure = ("The flood, in which people died, cost twelve lives.", "twelve")
    found = asked((*OLD, FIRST), (*unsure, LATER), scores=(1.0, -3.0))
    assert found.groups[0].candidates[0].text == "twelve"
    assert not found.versions


def test_a_passage_with_less_of_the_question_is_no_rival() -> None:
    elsewhere = ("Sixty trams are to run, the company said.", "Sixty")
    found = asked((*OLD, FIRST), (*elsewhere, LATER), scores=(4.0, 3.9))
    assert found.groups[0].candidates[0].text == "Four people"


def test_the_disagreement_is_with_the_likeliest_of_the_other_versions() -> None:
    two_sides = ("Nine people died in the flood, the union said.", "Nine people", FIRST)
    found = asked((*NEW, LATER), (*OLD, FIRST), two_sides)
    assert [version.said_on for version in found.versions] == [LATER, FIRST, FIRST]
    assert found.disagreement is Disagreement.CHANGED
    earlier = asked((*NEW, LATER), (*OLD, FIRST), two_sides, question="How many had died in the flood at first?")
    assert earlier.disagreement is Disagreement.SOURCES_DIFFER


CLOSES = ("The mill is going to close in January.", "going to close")
STAYS = ("The mill is not going to close, its owners say.", "not going to close")


def test_the_newest_sentence_decides_between_yes_and_no() -> None:
    found = asked((*CLOSES, FIRST), (*STAYS, LATER), question="Is the mill going to close?")
    assert found.groups[0].candidates[0].text == "not going to close"
    assert found.groups[0].confidence == max(group.confidence for group in found.groups)
    assert not found.versions


def test_what_came_of_a_plan_is_decided_by_the_newest_sentence() -> None:
    found = asked((*CLOSES, FIRST), (*STAYS, LATER), question="Did the mill close?")
    assert found.groups[0].candidates[0].text == "not going to close"


def test_an_article_that_calls_the_earlier_figure_wrong_corrects_it() -> None:
    five = "Five people died in the flood, the county said."
    wrong = "Earlier reports of four people dead were wrong."
    found = asked((*OLD, FIRST), (five, "Five people", LATER), (wrong, "four people", LATER))
    assert found.groups[0].candidates[0].text == "Five people"
    assert found.disagreement is Disagreement.CORRECTED


def test_who_resigned_is_replaced_by_the_one_in_charge() -> None:
    text = "Miriam Stode, the emergency controller, resigned on Monday. Her deputy, Owen Tarrant, is in charge."
    found = asked_of_one_article("Who is in charge now?", text, "Miriam Stode", "Owen Tarrant")
    assert found.groups[0].candidates[0].text == "Owen Tarrant"


def test_what_was_reported_at_the_asked_time_has_versions_though_the_best_article_is_much_later() -> None:
    question = "How full was the lake in July 2024?"
    then = ("The lake is 38 per cent full, the company says.", "38 per cent", dt.date(2024, 7, 18))
    now = ("The lake is at 91 per cent.", "91 per cent", dt.date(2025, 10, 30))
    assert asked(now, then, question=question).groups[0].candidates[0].text == "38 per cent"
