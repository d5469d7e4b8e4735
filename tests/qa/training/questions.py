"""A small data set made by hand: towns, their rivers and years."""

from __future__ import annotations

import json
from pathlib import Path

from qa.evaluation import Example

TOWNS = ("Lumen", "Karst", "Orvik", "Tarn", "Selby", "Brume", "Halden", "Ister", "Quill", "Rook", "Vale", "Wick")
RIVERS = ("Alder", "Birch", "Cedar", "Drift", "Elm", "Fern", "Gorse", "Hazel", "Iris", "Juniper", "Kelp", "Larch")


def example(number: int, source: str = "towns") -> Example:
    town, river, year = TOWNS[number % 12], RIVERS[(number + number // 12) % 12], 1500 + number
    context = f"{town} lies on the {river} river. It was founded in {year} by monks. Its market is on Tuesday."
    question, answer = (
        (f"Which river does {town} lie on in the story {number}?", river)
        if number % 2
        else (f"When was {town} founded, by story {number}?", str(year))
    )
    return Example(f"{source}-{number}", question, context, town, (answer,), (context.index(answer),))


def examples(count: int, source: str = "towns", first: int = 0) -> list[Example]:
    return [example(number, source) for number in range(first, first + count)]


def write(path: Path, questions: list[Example]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [
        {
            "id": one.id,
            "question": one.question,
            "context": one.context,
            "title": one.title,
            "answers": [
                {"text": text, "answer_start": start}
                for text, start in zip(one.answers, one.answer_starts, strict=True)
            ],
        }
        for one in questions
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path
