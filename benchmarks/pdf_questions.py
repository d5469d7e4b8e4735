"""Measure answers from PDFs: are they right, and on the right page, whatever the layout?

    python -m benchmarks.pdf_questions
    python -m benchmarks.pdf_questions --text

The documents are invented and typeset here: one to three columns that the file holds column by column or row by
row, running heads, footnotes, boxes, captions, turned and hidden text, hyphens, sentences over page ends, tables
and forms. Each question is asked of its own document, in a library of all of them. ``--text`` asks nothing and
needs no model: it names the facts that the loaded text lacks in one piece or has on a wrong page, and what it
holds of text that is to be absent.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from benchmarks.typesetting.layouts import FONTS, Layout, Typeset, typeset_form, typeset_story, typeset_table
from benchmarks.typesetting.stories import invent_form, invent_story, invent_table
from qa.assistant import Assistant
from qa.evaluation.metrics.squad import is_correct
from qa.loaders import load
from qa.types import Article, Filters

__all__ = ["Case", "Document", "check_text", "documents"]

EXTRAS = ("footnote", "sidebar", "caption", "rotated", "watermark", "hidden")


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its answer, the page of it, and a text that the article must hold in one piece."""

    question: str
    answer: str
    page: int
    text: str
    wrong: tuple[str, ...] = ()
    """The other cells of the table, and what stands in running heads only."""


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF with its questions, and what its text must not hold."""

    name: str
    data: bytes
    cases: tuple[Case, ...]
    absent: tuple[str, ...] = ()


def documents(seed: int = 0) -> Iterator[Document]:
    """Yield 72 documents: 48 stories, 16 tables and 8 forms."""
    for number in range(48):
        yield _story(seed, number)
    for number in range(16):
        yield _table(seed, number)
    for number in range(8):
        yield _form(seed, number)


def layout_of(number: int, rng: random.Random) -> Layout:
    """Return one of the layouts of stories; the number decides what it must have."""
    columns = 1 + number % 3
    return Layout(
        columns=columns,
        by_row=number % 6 > 2,
        size=rng.choice((9.0, 10.0, 11.0)),
        font=FONTS[number // 2 % 2],
        hyphens=number % 4 > 1,
        justified=rng.random() < 0.5,
        indented=rng.random() < 0.5,
        heads=number % 5 % 3,
        extras=frozenset(extra for place, extra in enumerate(EXTRAS) if number % (len(EXTRAS) + 1) == place),
        height=rng.choice((200.0, 330.0, 600.0)) / columns**0.5,
    )


def _story(seed: int, number: int) -> Document:
    rng = random.Random(f"story {seed} {number}")
    story = invent_story(rng)
    layout = layout_of(number, rng)
    typeset = typeset_story(story, layout, number)
    cases = [
        Case(fact.question, fact.answer, page, fact.sentence, (story.printer,))
        for fact, page in zip(story.facts, typeset.pages, strict=True)
    ]
    return _document(f"story-{number:02}", typeset, cases)


def _table(seed: int, number: int) -> Document:
    rng = random.Random(f"table {seed} {number}")
    table = invent_table(rng)
    typeset = typeset_table(table, invent_story(rng), number, ruled=("all", "flat", "head", "none")[number % 4])
    cases = []
    for question, row, column in table.questions:
        answer = table.rows[row][column]
        others = tuple(cell for cells in table.rows for cell in cells if cell != answer)
        cases.append(Case(question, answer, 1, f"{table.columns[column]}: {answer}", others))
    return _document(f"table-{number:02}", typeset, cases)


def _form(seed: int, number: int) -> Document:
    form = invent_form(random.Random(f"form {seed} {number}"))
    typeset = typeset_form(form, number, above=number % 4 == 3)
    values = [value for _, value, _ in form.fields]
    cases = [
        Case(question, value, 1, value, tuple(other for other in values if other != value))
        for _, value, question in form.fields
    ]
    return _document(f"form-{number:02}", typeset, cases)


def _document(name: str, typeset: Typeset, cases: Sequence[Case]) -> Document:
    return Document(name, typeset.data, tuple(cases), typeset.absent)


def check_text(document: Document, article: Article) -> list[str]:
    """Return what is wrong with the text of a document."""
    wrong = [f"lacks {case.text!r}" for case in document.cases if case.text not in article.text]
    wrong += [f"holds {text!r}" for text in document.absent if text in article.text]
    for case in document.cases:
        if case.text in article.text:
            start = article.text.index(case.text) + case.text.index(case.answer)
            if article.page_at(start) != case.page:
                wrong.append(f"has {case.answer!r} on page {article.page_at(start)} instead of {case.page}")
    return wrong


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", action="store_true", help="check the loaded text, and ask nothing")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", type=Path, help="folder to keep the PDFs in")
    arguments = parser.parse_args()
    every = list(documents(arguments.seed))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.save or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for document in every:
            (folder / f"{document.name}.pdf").write_bytes(document.data)
        figures = _text_figures(every, folder)
        if not arguments.text:
            figures |= _answer_figures(every, folder)
    print(json.dumps(figures, indent=2))


def _text_figures(every: Sequence[Document], folder: Path) -> dict[str, float]:
    facts = sum(len(document.cases) for document in every)
    wrong = [
        f"{document.name} {problem}"
        for document in every
        for article in load(folder / f"{document.name}.pdf")
        if isinstance(article, Article)
        for problem in check_text(document, article)
    ]
    print("\n".join(wrong))
    return {"documents": len(every), "questions": facts, "faults of the text": len(wrong)}


def _answer_figures(every: Sequence[Document], folder: Path) -> dict[str, float]:
    right = paged = misled = 0
    total = sum(len(document.cases) for document in every)
    with Assistant.in_memory(seed=False) as assistant:
        assistant.add(folder)
        for document in tqdm(every, "asking"):
            source = (str((folder / f"{document.name}.pdf").resolve()),)
            for case in document.cases:
                answer = assistant.ask(case.question, filters=Filters(sources=source)).answer
                is_right = answer is not None and is_correct(answer.short, [case.answer])
                is_paged = is_right and answer is not None and answer.citations[0].page == case.page
                right, paged = right + is_right, paged + is_paged
                misled += answer is not None and not is_right and answer.short.strip(" .") in case.wrong
                if not is_paged:
                    got = (answer.text, answer.citations[0].page) if answer else None
                    print(f"{document.name}: {case.question} {case.answer!r} (page {case.page}): {got}")
    return {
        "right": round(100 * right / total, 1),
        "right, on the right page": round(100 * paged / total, 1),
        "from a running head or another cell": misled,
    }


if __name__ == "__main__":
    main()
