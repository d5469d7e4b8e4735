"""Invented local news, minutes, manuals and reports: sentences that state facts, and others between them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Fact", "Form", "Story", "Table", "invent_form", "invent_story", "invent_table"]

FIRST = (
    "Ada Berta Carl Doris Edwin Frieda Gustav Hanna Ivor Jonas Karin Ludo Mina Nils Olga Petra Rolf Silva".split()
)
LAST = "Tarn Holm Bratt Lind Moss Reed Hale Weil Kern Voss Quist Rusk Sand Toller Ulm Varga Wend Yarrow".split()
TOWNS = "Morwick Elmstead Arden Skerrin Halvik Tornby Oxley Penwith Rudby Stenau Valdis Wexholm".split()
BUILDINGS = "lighthouse museum chapel mill granary observatory theatre library windmill boathouse".split()
TRADES = "engineer carpenter smith architect mason teacher surveyor".split()
THINGS = ["breakwater", "swimming pool", "town clock", "footbridge", "fish market", "fire engine", "slipway"]
PARTS = ["fuel filter", "drive belt", "oil pump", "spark plug", "cooling fan", "water seal", "air hose"]
FESTIVALS = ["herring festival", "lantern parade", "boat race", "book fair", "sheep show", "winter market"]
OBJECTS = ["silver ring", "brass compass", "wooden chest", "old sea chart", "leather diary", "copper bell"]
PLACES = ["in the cellar of the inn", "under the old pier", "behind the altar", "in a hollow oak", "in the attic"]
COMPANIES = ["Halden Works", "Northmoor Builders", "Gray and Sons", "Stenau Timber", "Blue Anchor Yard"]
OFFICES = ["mayor", "harbour master", "treasurer", "fire chief", "town clerk"]
MONTHS = "January March April June August October November".split()
FILLERS = (
    "Many people came to the meeting, and most of them stayed until the end.",
    "The weather was mild for the season, with little wind from the west.",
    "Nobody spoke against the plan, although some had doubts about the schedule.",
    "The newspaper reported on it at length in the following week.",
    "A committee will look into the matter and write a short report.",
    "The older members remembered how things had been done before the war.",
    "It was agreed that the question should be taken up again in autumn.",
    "Visitors are asked to keep to the marked paths and to close the gates.",
    "The committee thanked all volunteers for their patience and their work.",
    "Children were allowed to watch from the steps of the town hall.",
    "Some of the documents had been damaged by water and could not be read.",
    "The measurements were repeated several times with different instruments.",
    "In the evening the band played in the square, and lamps were lit.",
    "Further information is available at the office during the usual hours.",
    "The road was closed for two days and opened again without ceremony.",
    "Experience has shown that regular inspection prevents most failures.",
    "The discussion turned to the budget, which had been approved in spring.",
    "Photographs of the event can be seen in the entrance of the school.",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence and a question that a part of it answers."""

    sentence: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Story:
    """A text of paragraphs with facts in it, and what is printed around the text, which must answer nothing."""

    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[Fact, ...]
    printer: str
    """A person who is named in running heads only."""
    hidden: tuple[str, ...]
    """False versions of the facts, for hidden text and footnotes' sake."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, its rows, and questions as (question, row, column)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    questions: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its title, and for each field the label, the value and a question."""

    title: str
    fields: tuple[tuple[str, str, str], ...]


def invent_story(rng: random.Random, facts: int = 4, paragraphs: int = 5, length: int = 5) -> Story:
    """Return a story whose facts stand in different paragraphs as long as there are enough."""
    people = _people(rng)
    chosen = [_fill(template, rng, next(people)) for template in rng.sample(_TEMPLATES, facts)]
    fillers = iter(rng.sample(FILLERS, len(FILLERS)) * (1 + paragraphs * length // len(FILLERS)))
    texts = []
    for number in range(paragraphs):
        sentences = [next(fillers) for _ in range(length)]
        for fact in chosen[number::paragraphs]:
            sentences.insert(rng.randrange(len(sentences) + 1), fact.sentence)
        texts.append(" ".join(sentences))
    hidden = tuple(fact.sentence.replace(fact.answer, f"{next(people)} of {rng.choice(TOWNS)}") for fact in chosen)
    title = f"{rng.choice(['News', 'Report', 'Minutes', 'Handbook', 'Chronicle'])} of {rng.choice(TOWNS)}"
    return Story(title, tuple(texts), tuple(chosen), next(people), hidden)


def _people(rng: random.Random) -> Iterator[str]:
    """Yield names without repeating a first or a last name for as long as possible."""
    while True:
        firsts, lasts = rng.sample(FIRST, len(FIRST)), rng.sample(LAST, len(LAST))
        yield from (f"{first} {last}" for first, last in zip(firsts, lasts, strict=True))


def _fill(template: tuple[str, str, str], rng: random.Random, person: str) -> Fact:
    """Return a fact made of a template: sentence, question, answer."""
    slots = {name: rng.choice(choices) for name, choices in _SLOTS.items()}
    return Fact(*(part.format(person=person, **slots) for part in template))


_SLOTS: dict[str, Sequence[object]] = {
    "building": BUILDINGS,
    "company": COMPANIES,
    "count": range(6, 60),
    "day": range(2, 28),
    "festival": FESTIVALS,
    "hours": range(120, 990, 10),
    "month": MONTHS,
    "object": OBJECTS,
    "office": OFFICES,
    "part": PARTS,
    "place": PLACES,
    "sum": range(12, 990),
    "thing": THINGS,
    "town": TOWNS,
    "trade": TRADES,
    "year": range(1760, 1930),
}
_TEMPLATES = (
    (
        "The {building} of {town} was built in {year} by the {trade} {person}, who had no other commission.",
        "Who built the {building} of {town}?",
        "{person}",
    ),
    (
        "In {month} {person} was elected {office} of {town} by a narrow majority.",
        "Who was elected {office} of {town}?",
        "{person}",
    ),
    (
        "The repair of the {thing} cost {sum} thousand crowns, which was more than anyone had expected.",
        "How much did the repair of the {thing} cost?",
        "{sum} thousand crowns",
    ),
    (
        "After a long debate the board gave the contract for the new {thing} to {company} of Oslund.",
        "Who was given the contract for the new {thing}?",
        "{company} of Oslund",
    ),
    (
        "Under normal conditions the {part} has to be replaced after {hours} hours of operation.",
        "After how many hours of operation has the {part} to be replaced?",
        "{hours} hours",
    ),
    (
        "This year the {festival} will begin on {day} {month}, a week later than usual.",
        "When will the {festival} begin?",
        "{day} {month}",
    ),
    (
        "The {object} that had been missing since the flood was found {place} by {person} and her dog.",
        "Who found the {object}?",
        "{person}",
    ),
    (
        "The storm destroyed {count} fishing boats in the harbour of {town} and the roof of the chandlery.",
        "How many fishing boats did the storm destroy in the harbour of {town}?",
        "{count}",
    ),
    (
        "The school received {sum} books from the estate of the late {person}, most of them about whales.",
        "From whose estate did the school receive books?",
        "{person}",
    ),
)


def invent_table(rng: random.Random, rows: int = 6) -> Table:
    """Return a table of boats, teams or ferries."""
    people = _people(rng)
    kind = rng.randrange(3)
    if kind == 0:
        names = rng.sample(["Grey Petrel", "Sea Rose", "Old Faithful", "Kittiwake", "Morning Star", "Puffin"], 6)
        berths = rng.sample([f"{letter}{number}" for letter in "ABC" for number in range(1, 20)], rows)
        body = [
            (name, next(people), berth, f"{rng.randrange(50, 140) / 10}")
            for name, berth in zip(names[:rows], berths, strict=True)
        ]
        questions = [(f"Who is the owner of the {row[0]}?", number, 1) for number, row in enumerate(body)]
        questions += [(f"Which berth has the {row[0]}?", number, 2) for number, row in enumerate(body)]
        columns = ("Boat", "Owner", "Berth", "Length")
    elif kind == 1:
        names = rng.sample(["Gulls", "Terns", "Ravens", "Otters", "Foxes", "Herons", "Badgers"], rows)
        values = map(str, rng.sample(range(2, 99), 3 * rows))
        body = [(name, next(values), next(values), next(values)) for name in names]
        questions = [(f"How many points do the {row[0]} have?", number, 3) for number, row in enumerate(body)]
        columns = ("Team", "Won", "Lost", "Points")
    else:
        names = rng.sample(["Skerrin", "Halvik", "Tornby", "Oxley", "Valdis", "Rudby", "Stenau"], rows)
        times = [f"{hour}:{minute:02}" for hour in range(6, 22) for minute in (5, 20, 35, 50)]
        leaves, piers = rng.sample(times, rows), rng.sample(range(1, 30), rows)
        fares = rng.sample(range(11, 99), rows)
        body = [(names[n], leaves[n], f"pier {piers[n]}", f"{fares[n]} crowns") for n in range(rows)]
        questions = [(f"When does the ferry to {row[0]} leave?", number, 1) for number, row in enumerate(body)]
        fare = "What is the fare of the ferry to {}?"
        questions += [(fare.format(row[0]), number, 3) for number, row in enumerate(body)]
        columns = ("Ferry to", "Departure", "Pier", "Fare")
    return Table("List of the season", columns, tuple(body), tuple(rng.sample(questions, 3)))


def invent_form(rng: random.Random) -> Form:
    """Return a form that is filled in."""
    people = _people(rng)
    boat = rng.choice(["Grey Petrel", "Sea Rose", "Kittiwake", "Morning Star"])
    owner, contact = next(people), next(people)
    fields = (
        ("Name of boat:", boat, "What is the name of the boat?"),
        ("Name of owner:", owner, "What is the name of the owner?"),
        ("Berth wanted:", f"{rng.choice('ABC')}{rng.randrange(10, 40)}", "Which berth is wanted?"),
        ("Length in metres:", f"{rng.randrange(50, 140) / 10}", "What is the length of the boat in metres?"),
        ("Person to call in an emergency:", contact, "Who is the person to call in an emergency?"),
    )
    return Form("Mooring application", fields)
