from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import seeds
from qa.question_generation.drafts import draft_questions
from qa.question_generation.fluency import reads_well
from ui.conversation.example_questions import MIN_SCORE

ARTICLES = Path(__file__).parents[2] / "data" / "follow_ups" / "articles.jsonl"

# All that can be shown of these articles: read them when you change this list.
PICKED = [
    "When was Greta Lindqvist sworn in as mayor of Ellmoor?",
    "Where was Lindqvist born?",
    "When did the Vellan Bridge in Karst reopen after two years of repairs?",
    "When was Corvid founded by the chemist Luis Aranda?",
    "Who studied in Budapest?",
    "Who drew the first accurate map of the Hollen Islands?",
    "How many toes did Renn lose?",
    "Who quarrelled for years with the explorer Hugo Lanner?",
    "Who grew up in Tarnbury?",
    "When did the Lantern Night return to Lauben?",
    "When was Crane tried?",
    "How many homes did Storm Berta leave without power on Friday?",
    "When did Storm Berta leave 60,000 homes without power?",
    "How many hours did the battery of the Orbit 5 Pro last?",
    "How many inhabitants does Great Skarn have?",
    "How many ambulances did Weiss bring?",
    "When was Weiss elected?",
    "When did Kestrel make a loss of 12 million dollars?",
    "When was Kestrel founded by Ambrose Kestrel?",
]


def picked(text: str) -> Iterator[str]:
    for draft in draft_questions(text):
        if draft.score >= MIN_SCORE and reads_well(draft, text):
            yield draft.question


def test_examples_from_articles_read_like_questions_of_a_person() -> None:
    articles = [json.loads(line)["text"] for line in ARTICLES.read_text("utf-8").splitlines()]
    seed = [path.read_text("utf-8") for path in seeds.FOLDER.glob("*.txt")]

    assert [question for text in [*articles, *seed] for question in picked(text)] == PICKED


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The lighthouse at Vela was built in 1911.", "When was the lighthouse at Vela built?"),
        ("The new bridge of Osk was opened in May 2024.", "When was the new bridge of Osk opened?"),
        ("Mayor Ilse Brandt opened the first school in Osk.", "Who opened the first school in Osk?"),
        ("The tower of Vela is 42 metres tall.", "How tall is the tower of Vela?"),
        ("The port of Osk sold seven boats.", "How many boats did the port of Osk sell?"),
    ],
)
def test_a_question_that_needs_no_context_reads_well(text: str, question: str) -> None:
    assert question in picked(text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The profit of Gorm was 17 million crowns in 2020.", "When was the profit of Gorm 17 million crowns?"),
        ("The company of Osk left the fair in 2017.", "When did the company of Osk leave the fair?"),
        ("In Osk, the town has seven churches.", "How many churches does the town have?"),
        ("The study appeared in Nature in May.", "When did the study appear in Nature?"),
        ("In 1911, a commission decided for Osk.", "When did a commission decide for Osk?"),
        ("Traders sold 12,000 cups of juice.", "How many cups of juice did Traders sell?"),
        ("The mill of Osk was built by Nils Lund.", "By whom was the mill of Osk built?"),
        ("In 1900, Osk had been rebuilt by masons.", "When had Osk been rebuilt by masons?"),
        ("Anna Berg was born in Osk in 1930.", "When was Anna Berg born in Osk?"),
        ("The engineer was Nils Lund.", "Who was Nils Lund?"),
    ],
)
def test_a_question_that_refers_to_its_article_or_is_stiff_does_not(text: str, question: str) -> None:
    assert question in {draft.question for draft in draft_questions(text)}
    assert question not in picked(text)
