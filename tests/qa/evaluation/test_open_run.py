import json
import math
from dataclasses import dataclass, field

import pytest

from qa.errors import DataError, QuestionError
from qa.evaluation import Example, articles_of, evaluate_open, gold_article_id
from qa.evaluation.open_run import softmax_of
from qa.types import Answer, Citation, Passage, Reading, Reply, RetrievedPassage, Span

MILL = "The mill at Orsk was sold in 1871 to the Dane Per Holt."
LAMP = "A lamp burned in the tower of Vell for forty years."
YEAR = Example("year", "When was the mill sold?", MILL, "Orsk_mill", ("1871", "in 1871"), (29, 26))
BUYER = Example("buyer", "Who bought the mill?", MILL, "Orsk_mill", ("Per Holt", "the Dane Per Holt"), (46, 37))
LENGTH = Example("length", "How long did the lamp burn?", LAMP, "Vell", ("forty years",), (39,))
MAKER = Example("maker", "Who made the lamp?", LAMP, "Vell")
MILL_ID, LAMP_ID = gold_article_id(YEAR), gold_article_id(LENGTH)


def _found(article_id: str, i: int) -> RetrievedPassage:
    return RetrievedPassage(Passage(article_id, i, i + 1), i, "x", "", 1.0, 0.0, 0.0, 0.0)


@dataclass
class ScriptedAssistant:
    """Gives each question the answer, the confidence and the article that it was told to, and a softmax of 0.5."""

    script: dict[str, tuple[str, float, str]]
    rankings: dict[str, list[str]] = field(default_factory=dict)

    def ask(self, question: str, *, min_confidence: float | None = None) -> Reply:
        wanted = 0.5 if min_confidence is None else min_confidence
        if question not in self.script:
            raise QuestionError("too odd a question")
        text, confidence, article_id = self.script[question]
        answers = (Answer(text, confidence, (citation(text, article_id),)),) if text else ()
        best = answers[0] if answers and confidence >= wanted else None
        found = RetrievedPassage(Passage(article_id, 0, len(text)), 0, text, "", 1.0, 0.0, 0.0, 0.0)
        reading = Reading((Span(0, len(text), 3.0),), 3.0)
        return Reply(question, best, answers, (found,), wanted, {}, (reading,))

    def retrieve(self, question: str, k: int) -> list[RetrievedPassage]:
        ids = self.rankings.get(question, [])[:k]
        return [_found(one, i) for i, one in enumerate(ids)]


def citation(text: str, article_id: str) -> Citation:
    end = len(text)
    return Citation(article_id, "", None, "", 0, end, text, text, 0, end, None, Passage(article_id, 0, end))


def test_answers_count_whatever_their_confidence_when_all_have_one() -> None:
    assistant = ScriptedAssistant(
        {
            YEAR.question: ("1871", 0.9, MILL_ID),
            BUYER.question: ("Dane Per Holt", 0.2, LAMP_ID),
            LENGTH.question: ("forty odd long days", 0.6, LAMP_ID),
        },
        {YEAR.question: [MILL_ID], BUYER.question: [LAMP_ID, LAMP_ID, MILL_ID]},
    )
    seen: list[int] = []
    result = evaluate_open(assistant, [YEAR, BUYER, LENGTH], progress=seen.append)
    figures = result.to_dict()
    assert seen == [1, 1, 1]
    assert (figures["n"], figures["exact_match"], figures["f1"]) == (
        3,
        pytest.approx(200 / 3),
        pytest.approx(700 / 9),
    )
    assert (figures["no_answer_f1"], figures["best_f1"]) == (None, pytest.approx(700 / 9))
    assert figures["best_threshold"] == 0.2
    assert (figures["recall_at_1"], figures["recall_at_5"]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert figures["mrr_at_10"] == pytest.approx((1 + 1 / 2) / 3)
    assert figures["citation_accuracy"] == pytest.approx(200 / 3)
    # at its own threshold of 0.5 it answers two and is right with one
    assert (figures["coverage"], figures["accuracy"]) == (pytest.approx(2 / 3), 0.5)
    assert (figures["auroc"], figures["coverage_at_80"]) == (0.5, pytest.approx(1 / 3))
    assert figures["brier"] == pytest.approx((0.1**2 + 0.8**2 + 0.6**2) / 3)
    assert 0 <= figures["latency_p50_ms"] <= figures["latency_p95_ms"]
    assert json.loads(json.dumps(figures)) == figures


def test_predictions_are_kept() -> None:
    assistant = ScriptedAssistant({BUYER.question: ("Holt", 0.2, LAMP_ID)}, {BUYER.question: [LAMP_ID, MILL_ID]})
    (prediction,) = evaluate_open(assistant, [BUYER]).predictions
    values = prediction.to_dict()
    assert values.pop("milliseconds") >= 0
    assert values == {
        "id": "buyer",
        "text": "Holt",
        "confidence": 0.2,
        "softmax": 0.5,
        "abstained": True,
        "exact": 0,
        "f1": pytest.approx(2 / 3),
        "gold_rank": 2,
        "cited": False,
    }


def test_abstaining_counts_when_some_have_no_answer() -> None:
    assistant = ScriptedAssistant(
        {
            YEAR.question: ("1871", 0.4, MILL_ID),
            LENGTH.question: ("forty years", 0.9, LAMP_ID),
            MAKER.question: ("the tower of Vell", 0.3, LAMP_ID),
        },
        {MAKER.question: [LAMP_ID], YEAR.question: [MILL_ID]},
    )
    figures = evaluate_open(assistant, [YEAR, LENGTH, MAKER]).to_dict()
    assert (figures["f1"], figures["has_answer_f1"], figures["no_answer_f1"]) == (pytest.approx(200 / 3), 50, 100)
    assert (figures["best_f1"], figures["best_threshold"]) == (100, 0.4)
    # only questions with an answer are to be found
    assert (figures["recall_at_1"], figures["citation_accuracy"]) == (0.5, 100)
    assert (figures["auroc"], figures["coverage_at_80"]) == (1, pytest.approx(2 / 3))


def test_an_answer_to_a_question_whose_article_was_left_out_is_wrong() -> None:
    assistant = ScriptedAssistant(
        {YEAR.question: ("1871", 0.8, LAMP_ID), LENGTH.question: ("forty years", 0.9, LAMP_ID)},
        {LENGTH.question: [LAMP_ID]},
    )
    figures = evaluate_open(assistant, [YEAR, LENGTH], left_out={MILL_ID}).to_dict()
    assert (figures["f1"], figures["no_answer_f1"], figures["has_answer_f1"]) == (50, 0, 100)
    assert (figures["coverage"], figures["accuracy"], figures["recall_at_1"]) == (1, 0.5, 1)
    assert (figures["best_f1"], figures["best_threshold"]) == (100, 0.9)
    # from .9 on all is right, and the one question that can be answered is; the softmax cannot tell the two apart
    assert (figures["coverage_at_80"], figures["answerable_coverage_at_80"]) == (0.5, 1)
    assert (figures["softmax_auroc"], figures["softmax_brier"]) == (0.5, 0.25)
    assert (figures["softmax_coverage_at_80"], figures["softmax_answerable_coverage_at_80"]) == (0, 0)


def test_questions_without_any_answer_stay_in_the_count() -> None:
    assistant = ScriptedAssistant({YEAR.question: ("", 0.0, ""), MAKER.question: ("", 0.0, "")})
    result = evaluate_open(assistant, [YEAR, MAKER, BUYER])
    figures = result.to_dict()
    assert [one.text for one in result.predictions] == ["", "", ""]
    assert (figures["n"], figures["f1"]) == (3, pytest.approx(100 / 3))
    assert (figures["coverage"], figures["accuracy"], figures["auroc"]) == (0, None, None)
    assert figures["best_threshold"] == 1


def test_nothing_is_found_for_questions_without_answers() -> None:
    figures = evaluate_open(ScriptedAssistant({MAKER.question: ("", 0.0, "")}), [MAKER]).to_dict()
    assert (figures["recall_at_1"], figures["mrr_at_10"], figures["citation_accuracy"]) == (None, None, None)
    assert figures["f1"] == 100
    assert figures["answerable_coverage_at_80"] is None


def test_the_softmax_score_is_of_the_span_that_the_best_answer_cites() -> None:
    passages = tuple(
        RetrievedPassage(Passage("a", start, start + 20), start, "x" * 20, "", 1.0, 0.0, 0.0, 0.0)
        for start in (0, 10)
    )
    readings = (Reading((Span(11, 15, 9.0),), 0.0), Reading((Span(5, 9, 1.0), Span(3, 5, 2.0)), 0.5))
    cited = Citation("a", "", None, "", 5, 9, "xxxx", "", 0, 0, None, passages[1].passage)
    reply = Reply("?", None, (Answer("xxxx", 0.4, (cited,)),), passages, 0.5, {}, readings)
    assert softmax_of(reply) == 0  # no span ends there
    cited = Citation("a", "", None, "", 13, 15, "xx", "", 0, 0, None, passages[1].passage)
    reply = Reply("?", None, (Answer("xx", 0.4, (cited,)),), passages, 0.5, {}, readings)
    share = math.exp(2) / (math.exp(1) + math.exp(2) + math.exp(0.5))
    assert softmax_of(reply) == pytest.approx(share)
    assert softmax_of(Reply("?", None, (), passages, 0.5, {}, readings)) == 0


def test_gold_articles_are_those_made_of_the_examples() -> None:
    assert [article.id for article in articles_of([YEAR, LENGTH, BUYER])] == [MILL_ID, LAMP_ID]


def test_no_examples_are_refused() -> None:
    with pytest.raises(DataError, match="no questions"):
        evaluate_open(ScriptedAssistant({}), [])
