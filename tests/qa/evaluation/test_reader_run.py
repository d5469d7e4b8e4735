import json
from collections.abc import Callable, Sequence
from math import inf

import pytest

from qa.errors import DataError
from qa.evaluation import Example, evaluate_reader
from qa.types import Reading, Span

CONTEXT = "Ines Maro tuned the organ of Saint Brel in nine days."
WHO = Example("who", "Who tuned the organ?", CONTEXT, answers=("Ines Maro", "Maro"), answer_starts=(0, 5))
LONG = Example("long", "How long did it take?", CONTEXT, answers=("nine days",), answer_starts=(43,))
COST = Example("cost", "What did it cost?", CONTEXT)
WHERE = Example("where", "Where was she born?", CONTEXT)


class ScriptedReader:
    """Gives each question the reading that it was told to."""

    def __init__(self, readings: dict[str, Reading]) -> None:
        self._readings = readings
        self.pairs: list[tuple[str, str]] = []

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> list[Reading]:
        self.pairs.extend(pairs)
        if progress:
            progress(len(pairs))
        return [self._readings[question] for question, _ in pairs]


def reading(text: str, margin: float) -> Reading:
    start = CONTEXT.index(text)
    return Reading((Span(start, start + len(text), margin + 1), Span(0, 1, margin)), null_score=1.0)


def test_abstains_where_the_null_score_wins() -> None:
    reader = ScriptedReader(
        {
            WHO.question: reading("Ines Maro", 3.0),
            LONG.question: reading("in nine days", -1.0),
            COST.question: reading("the organ", -2.0),
            WHERE.question: reading("Saint Brel", 0.0),
        }
    )
    seen: list[int] = []
    result = evaluate_reader(reader, [WHO, LONG, COST, WHERE], seen.append)
    assert reader.pairs[0] == (WHO.question, CONTEXT)
    assert seen == [4]
    assert [(one.id, one.text, one.abstained, one.exact, one.f1) for one in result.predictions] == [
        ("who", "Ines Maro", False, 1, 1),
        ("long", "in nine days", True, 0, 0),
        ("cost", "the organ", True, 1, 1),
        ("where", "Saint Brel", False, 0, 0),
    ]
    figures = result.to_dict()
    assert (figures["n"], figures["exact_match"], figures["f1"]) == (4, 50, 50)
    assert (figures["has_answer_f1"], figures["no_answer_f1"]) == (50, 50)
    # from 2 for saying nothing, +1 at margin 3; -1 and +0.8 after that
    assert (figures["best_f1"], figures["best_threshold"]) == (75, 3)
    assert json.loads(json.dumps(figures)) == figures


def test_always_answers_when_every_question_has_an_answer() -> None:
    reader = ScriptedReader({WHO.question: reading("Maro", -4.0), LONG.question: reading("nine days", 2.0)})
    result = evaluate_reader(reader, [WHO, LONG])
    figures = result.to_dict()
    assert [one.abstained for one in result.predictions] == [False, False]
    assert (figures["f1"], figures["has_answer_f1"], figures["no_answer_f1"]) == (100, 100, None)
    assert (figures["best_f1"], figures["best_threshold"]) == (100, -4)


def test_a_passage_without_spans_is_an_abstention() -> None:
    reader = ScriptedReader({COST.question: Reading((), 0.0), WHO.question: Reading((), 0.0)})
    result = evaluate_reader(reader, [COST, WHO])
    assert [(one.text, one.margin, one.f1) for one in result.predictions] == [("", -inf, 1), ("", -inf, 0)]
    assert result.predictions[0].to_dict()["margin"] is None
    assert (result.to_dict()["best_f1"], result.to_dict()["best_threshold"]) == (50, 0)


def test_no_examples_are_refused() -> None:
    with pytest.raises(DataError, match="no questions"):
        evaluate_reader(ScriptedReader({}), [])
