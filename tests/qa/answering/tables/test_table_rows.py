from __future__ import annotations

import pytest

from qa.answering.answers import find_answers
from qa.answering.confidence import ConfidenceModel
from qa.answering.tables.table_rows import TableRow, column_names, is_column_name, only_repeats
from qa.english.content_words import content_words
from qa.types import Passage, Reading, RetrievedPassage, Span

MODEL = ConfidenceModel({"margin": 1.0}, {"rank": 0.3}, -1.0)


def answers(question: str, *rows: tuple[str, dict[str, float]], article: str = "a") -> list[str]:
    """Return the answers that the rows give; each comes with the scores of spans in it."""
    passages, readings, start = [], [], 0
    for text, scores in rows:
        passage = Passage(article, start, start + len(text))
        passages.append(RetrievedPassage(passage, start, text, "", 0.5, 0.5, 1.0, 0.5))
        spans = sorted(
            (Span(text.index(quote), text.index(quote) + len(quote), score) for quote, score in scores.items()),
            key=lambda span: -span.score,
        )
        readings.append(Reading(tuple(spans), 0.0))
        start += len(text) + 1
    return [answer.candidates[0].text for answer in find_answers(question, passages, readings, MODEL)]


C17 = "Berth: C17;\tOpens: 9:30 am."
B2 = "Berth: B2;\tOpens: 8:45 am."


def test_a_label_that_only_repeats_the_question_gives_way() -> None:
    assert answers("When does berth C17 open?", (C17, {"Berth": 9.0, "9:30 am": 2.0})) == ["9:30 am"]
    assert answers("When does berth C17 open?", (C17, {"C17": 9.0, "9:30 am": 2.0})) == ["9:30 am"]
    assert answers("When does berth C17 open?", (C17, {"Berth": 9.0})) == ["Berth"]  # there is nothing else
    assert answers("Which berth is wanted?", ("Berth wanted:\tC17.", {"Berth wanted": 9.0, "C17": 2.0})) == ["C17"]


def test_a_cell_of_another_row_gives_way() -> None:
    rows = (B2, {"8:45 am": 9.0}), (C17, {"9:30 am": 2.0})
    assert answers("When does berth C17 open?", *rows) == ["9:30 am"]
    assert answers("When does berth C17 open?", *reversed(rows)) == ["9:30 am"]
    assert answers("When do the berths open?", *rows) == ["8:45 am", "9:30 am"]
    other_table = "Boat: Petrel;\tOpens: 8:45 am.", {"8:45 am": 9.0}
    assert answers("When does berth C17 open?", other_table, rows[1]) == ["8:45 am", "9:30 am"]


@pytest.mark.parametrize(
    "question", ["Is berth C17 the one that opens at 9:30 am?", "Does berth B2 or C17 open first?"]
)
def test_where_the_question_names_the_answer_nothing_gives_way(question: str) -> None:
    assert answers(question, (B2, {"8:45 am": 3.0}), (C17, {"C17": 5.0})) == ["C17", "8:45 am"]


def test_sentences_are_no_rows() -> None:
    text = "The berth C17 opens at 9:30 am."
    assert answers("When does berth C17 open?", (text, {"berth C17": 5.0, "9:30 am": 2.0})) == [
        "berth C17",
        "9:30 am",
    ]


def test_what_a_row_has_of_a_question() -> None:
    words = content_words("What is the fare of the ferry to Oxley?")
    row = TableRow.read("Ferry to: Oxley;\tFare: 12 euros.", words)
    assert row == TableRow("Ferry to:", frozenset({"oxley"}))
    assert TableRow.read("Oxley;\tferry;\t12.", words) == TableRow("2", frozenset({"oxley", "ferry"}))
    assert TableRow.read("The ferry to Oxley.", words) is None
    assert (
        only_repeats("the ferry", words) and not only_repeats("12 euros", words) and not only_repeats("the", words)
    )


def test_the_name_of_a_column_gives_way() -> None:
    rows = (B2, {"Opens": 9.0, "B2": 2.0}), (C17, {"C17": 3.0})
    assert answers("What is there?", *rows) == ["C17", "B2"]
    assert answers("What is there?", (B2, {"Opens": 9.0, "B2": 2.0})) == ["Opens", "B2"]  # it may be no table
    assert answers("What is there?", (B2, {"Opens": 9.0}), (C17, {})) == ["Opens"]  # there is nothing else
    form = ("Ann:\t5.", {"Ann": 9.0}), ("Bert:\t7.", {"7": 2.0})
    assert answers("Who has 5?", *form) == ["Ann", "7"]


def test_the_names_of_columns_stand_in_several_rows() -> None:
    table = f"Berths of the harbour.\n\n{C17}\n{B2}"
    names = column_names([table])
    assert names == {"Berth: ", "Opens: "} == column_names([C17, B2])
    assert is_column_name(table, table.index("Opens"), table.index("Opens") + 5, names)
    assert not is_column_name(table, table.index("C17"), table.index("C17") + 3, names)
    assert column_names([C17]) == column_names([C17, C17]) == set()
    assert column_names(["No table: a sentence.\nNo table: another."]) == set()
