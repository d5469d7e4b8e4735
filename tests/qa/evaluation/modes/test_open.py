import json
import math
from typing import Any

import pytest

from qa.errors import DataError
from qa.evaluation import Dataset, Example, OpenMode, Run, evaluate, make_articles
from qa.evaluation.modes.end_to_end import best_softmax, chosen_by_softmax
from qa.evaluation.predictions import new_prediction
from qa.types import Answer, Citation, Passage, Reading, Reply, RetrievedPassage, Span
from tests.qa.evaluation.modes.scripted import (
    BUYER,
    LAMP,
    LAMP_ID,
    LENGTH,
    MAKER,
    MILL,
    MILL_ID,
    YEAR,
    ScriptedAssistant,
    ScriptedCorpus,
    ScriptedReader,
    found,
)

pytestmark = pytest.mark.usefixtures("few_draws")


def run_of(
    assistant: ScriptedAssistant, *examples: Example, gone: str = "", simulate: bool = False, **more: Any
) -> Run:
    corpus = ScriptedCorpus(assistant, frozenset({gone}), **more)
    return evaluate(OpenMode(Dataset.of(examples, "dev"), corpus, simulate=simulate))  # type: ignore[arg-type]


def values(run: Run) -> dict[str, float | None]:
    assert run.metrics is not None
    return run.metrics.values()


def test_answers_count_whatever_their_confidence_when_all_have_one() -> None:
    assistant = ScriptedAssistant(
        {
            YEAR.question: ("1871", 0.9, MILL_ID),
            BUYER.question: ("Dane Per Holt", 0.2, LAMP_ID),
            LENGTH.question: ("forty odd long days", 0.6, LAMP_ID),
        },
        {YEAR.question: [MILL_ID], BUYER.question: [LAMP_ID, LAMP_ID, MILL_ID]},
    )
    figures = values(run_of(assistant, YEAR, BUYER, LENGTH))
    assert (figures["n"], figures["exact_match"]) == (3, pytest.approx(200 / 3))
    assert figures["f1"] == figures["top_1_f1"] == figures["top_5_f1"] == pytest.approx(700 / 9)
    assert (figures["no_answer_f1"], figures["best_f1"]) == (None, pytest.approx(700 / 9))
    assert figures["best_threshold"] == 0.2
    assert (figures["recall_at_1"], figures["recall_at_5"]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert figures["mrr_at_10"] == pytest.approx((1 + 1 / 2) / 3)
    # the second cites another passage; the third its own, elsewhere than at the answer
    assert (figures["citation_accuracy"], figures["citation_overlap"]) == (
        pytest.approx(200 / 3),
        pytest.approx(100 / 3),
    )
    # at its own threshold of 0.5 it answers two and is right with one
    assert (figures["coverage"], figures["accuracy"]) == (pytest.approx(2 / 3), 0.5)
    assert (figures["auroc"], figures["coverage_at_80"]) == (0.5, pytest.approx(1 / 3))
    assert figures["brier"] == pytest.approx((0.1**2 + 0.8**2 + 0.6**2) / 3)
    assert (figures["latency_p50_ms"], figures["retrieve_p95_ms"], figures["read_p50_ms"]) == (750, 250, 500)
    assert json.loads(json.dumps(figures)) == figures


def test_a_line_says_what_was_answered_and_cited() -> None:
    assistant = ScriptedAssistant({BUYER.question: ("Holt", 0.2, MILL_ID)}, {BUYER.question: [LAMP_ID, MILL_ID]})
    (line,) = run_of(assistant, BUYER).predictions
    assert line["citation"] == {
        "article_id": MILL_ID,
        "title": "",
        "start": 50,
        "end": 54,
        "quote": "Holt",
        "passage": {"text": MILL, "start": 0},
        "right": True,
        "overlaps": True,
    }
    answer = {"text": "Holt", "confidence": 0.2, "exact_match": 0, "f1": pytest.approx(2 / 3)}
    assert line["alternatives"] == [answer]
    assert (line["answer"], line["answered"], line["softmax"], line["gold_rank"]) == ("Holt", False, 0.5, 2)
    assert (line["correct"], line["in_library"], line["source"]) == (True, True, "Orsk mill")


def test_abstaining_counts_when_some_have_no_answer() -> None:
    assistant = ScriptedAssistant(
        {
            YEAR.question: ("1871", 0.4, MILL_ID),
            LENGTH.question: ("forty years", 0.9, LAMP_ID),
            MAKER.question: ("the tower of Vell", 0.3, LAMP_ID),
        },
        {MAKER.question: [LAMP_ID], YEAR.question: [MILL_ID]},
    )
    figures = values(run_of(assistant, YEAR, LENGTH, MAKER))
    assert (figures["f1"], figures["has_answer_f1"], figures["no_answer_f1"]) == (pytest.approx(200 / 3), 50, 100)
    assert (figures["best_f1"], figures["best_threshold"], figures["top_1_f1"]) == (100, 0.4, 100)
    # only questions with an answer are to be found
    assert (figures["recall_at_1"], figures["citation_accuracy"]) == (0.5, 100)
    assert (figures["auroc"], figures["coverage_at_80"]) == (1, pytest.approx(2 / 3))


def test_an_answer_to_a_question_whose_article_was_left_out_is_wrong() -> None:
    assistant = ScriptedAssistant(
        {YEAR.question: ("1871", 0.8, LAMP_ID), LENGTH.question: ("forty years", 0.9, LAMP_ID)},
        {LENGTH.question: [LAMP_ID]},
    )
    run = run_of(assistant, YEAR, LENGTH, gone=MILL_ID)
    figures = values(run)
    assert [(line["in_library"], line["correct"]) for line in run.predictions] == [(False, False), (True, True)]
    assert (figures["f1"], figures["no_answer_f1"], figures["has_answer_f1"]) == (50, 0, 100)
    assert (figures["coverage"], figures["accuracy"], figures["recall_at_1"]) == (1, 0.5, 1)
    assert (figures["best_f1"], figures["best_threshold"]) == (100, 0.9)
    # from .9 on all is right, and the one question that can be answered is; the softmax cannot tell the two apart
    assert (figures["coverage_at_80"], figures["answerable_coverage_at_80"]) == (0.5, 1)
    assert (figures["softmax_auroc"], figures["softmax_brier"]) == (0.5, 0.25)
    assert (figures["softmax_coverage_at_80"], figures["softmax_answerable_coverage_at_80"]) == (0, 0)


def test_questions_without_any_answer_stay_in_the_count() -> None:
    assistant = ScriptedAssistant({YEAR.question: ("", 0.0, ""), MAKER.question: ("", 0.0, "")})
    run = run_of(assistant, YEAR, MAKER, BUYER, simulate=True)
    figures = values(run)
    assert [line["answer"] for line in run.predictions] == ["", "", ""]
    assert [line["seconds"] for line in run.predictions][2] == {}
    assert (figures["n"], figures["f1"]) == (3, pytest.approx(100 / 3))
    assert (figures["coverage"], figures["accuracy"], figures["auroc"]) == (0, None, None)
    assert (figures["best_threshold"], figures["citation_accuracy"], figures["isolated_f1"]) == (1, 0, 0)


def test_nothing_is_found_for_questions_without_answers() -> None:
    figures = values(run_of(ScriptedAssistant({MAKER.question: ("", 0.0, "")}), MAKER))
    assert (figures["recall_at_1"], figures["mrr_at_10"], figures["citation_accuracy"]) == (None, None, None)
    assert (figures["f1"], figures["answerable_coverage_at_80"]) == (100, None)


def test_what_would_be_answered_from_fewer_or_better_passages() -> None:
    assistant = ScriptedAssistant(
        {LENGTH.question: ("1871", 0.6, MILL_ID)}, {LENGTH.question: [MILL_ID, LAMP_ID, "other"]}
    )
    reader = ScriptedReader(["forty years", "1871"])
    run = run_of(assistant, LENGTH, simulate=True, reader=reader)
    (line,) = run.predictions
    # the first passage was read when the question was asked
    assert reader.pairs == [(LENGTH.question, LAMP), (LENGTH.question, "x")]
    assert line["isolated"] == {"text": "forty years", "exact_match": 1, "f1": 1}
    assert {k: one["text"] for k, one in line["simulated"].items()} == {
        "1": "1871",
        "2": "forty years",
        "5": "forty years",
        "10": "forty years",
        "20": "forty years",
    }
    figures = values(run)
    assert (figures["f1"], figures["isolated_f1"]) == (0, 100)
    assert (figures["top_1_of_1_f1"], figures["top_1_of_2_f1"], figures["top_1_of_20_exact"]) == (0, 100, 100)


def test_the_softmax_score_is_of_the_span_that_the_best_answer_cites() -> None:
    passages = tuple(
        RetrievedPassage(Passage("a", start, start + 20), start, "x" * 20, "", 1.0, 0.0, 0.0, 0.0)
        for start in (0, 10)
    )
    readings = (Reading((Span(11, 15, 9.0),), 0.0), Reading((Span(5, 9, 1.0), Span(3, 5, 2.0)), 0.5))
    cited = Citation("a", "", None, "", 5, 9, "xxxx", "", 0, 0, None, "", passages[1].passage)
    reply = Reply("?", None, (Answer("xxxx", 0.4, (cited,)),), passages, 0.5, {}, readings)
    assert best_softmax(reply) == 0  # no span ends there
    cited = Citation("a", "", None, "", 13, 15, "xx", "", 0, 0, None, "", passages[1].passage)
    reply = Reply("?", None, (Answer("xx", 0.4, (cited,)),), passages, 0.5, {}, readings)
    share = math.exp(2) / (math.exp(1) + math.exp(2) + math.exp(0.5))
    assert best_softmax(reply) == pytest.approx(share)
    assert best_softmax(Reply("?", None, (), passages, 0.5, {}, readings)) == 0
    longer = Citation(
        "a", "", None, "", 12, 17, "xxxxx", "", 0, 0, None, "", passages[1].passage
    )  # "over 40 million"
    reply = Reply("?", None, (Answer("xxxxx", 0.4, (longer,)),), passages, 0.5, {}, readings)
    assert best_softmax(reply) == pytest.approx(share)


def test_the_softmax_score_alone_chooses_among_all_that_was_read() -> None:
    passages = (found(LAMP_ID), found(MILL_ID, 1), found(MILL_ID, 2))
    start, by = MILL.index("Per Holt"), MILL.index("1871")
    readings = (
        Reading((Span(0, 3, 9.0),), 9.0),  # the largest score, but its passage may as well have no answer
        Reading((Span(start, start + 8, 4.0), Span(by, by + 4, 1.0)), -2.0),
        Reading.unread(),
    )
    line = new_prediction(BUYER, 0, "dev", in_library=True)
    chosen = chosen_by_softmax(line, Reply("?", None, (), passages, 0.5, {}, readings))
    share = math.exp(4) / (math.exp(4) + math.exp(1) + math.exp(-2))
    assert chosen == {"text": "Per Holt", "softmax": pytest.approx(share), "correct": True}
    nothing = {"text": "", "softmax": 0, "correct": False}
    assert chosen_by_softmax(line, None) == nothing
    assert chosen_by_softmax(line, Reply("?", None, (), passages[:1], 0.5, {}, (Reading((), 1.0),))) == nothing


def test_gold_articles_are_those_made_of_the_examples() -> None:
    assert [article.id for article in make_articles([YEAR, LENGTH, BUYER])] == [MILL_ID, LAMP_ID]


def test_data_without_answers_is_refused() -> None:
    with pytest.raises(DataError, match="retrieval"):
        OpenMode(Dataset("beir", "", [YEAR], [], {}, answers=False))
