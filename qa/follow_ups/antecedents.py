"""What a talk is about: the last question and its answer, and which of their words a pronoun can stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from qa.english.lexicon import DETERMINERS, FEMALE, MALE, YEAR, is_plural, tokens
from qa.english.noun_phrases import Mention, full_name, gender, head_gender, mentions, names_of
from qa.follow_ups.parsing import Question, parse

__all__ = ["MOST_WORDS", "Turn", "antecedent", "topic"]

MOST_WORDS = 8  # of an answer that a pronoun can stand for
PEOPLE = frozenset({"who", "whom", "whose"})
NAMING = frozenset({"what", "which"}) | PEOPLE
GOOD, FAIR = (
    1.0,
    0.5,
)  # how well an antecedent must fit: better a good one of an earlier turn than one that is fair
SURE = 2.5  # how much the pronouns behind a name can say for or against it


@dataclass(frozen=True)
class Turn:
    """A question as it was understood, the answer that was given ("" for none) and the text of its article."""

    question: str
    answer: str = ""
    article: str = ""

    @cached_property
    def parsed(self) -> Question:
        """The question, taken to pieces."""
        return parse(self.question)

    @cached_property
    def mentions(self) -> list[Mention]:
        """What the question speaks of, in its order."""
        return mentions(self.question)

    @property
    def year(self) -> int | None:
        """The year that the question names, or else the answer."""
        found = YEAR.findall(self.question) or YEAR.findall(self.answer)
        return int(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Antecedent:
    """Words that a pronoun can stand for, and how well they fit."""

    text: str
    fit: float


def antecedent(pronoun: str, turns: list[Turn]) -> str:
    """Return what a pronoun stands for, from the latest turn that has anything for it; "" when none has."""
    for least in (GOOD, FAIR):
        for turn in reversed(turns):
            best = max(_candidates(pronoun.lower(), turn), key=lambda one: one.fit, default=None)
            if best and best.fit >= least:
                return best.text
    return ""


def topic(turn: Turn) -> str:
    """Return what a question is about, in a few of its words: its first phrase with a name, or else its first."""
    named = [one for one in turn.mentions if one.is_name and not one.inside]
    named.sort(key=lambda one: one.is_place)
    if named:
        return named[0].text
    if turn.mentions:
        return turn.mentions[0].text
    return next(iter(names_of(f"is {turn.answer}")), "")


def _candidates(pronoun: str, turn: Turn) -> Iterator[Antecedent]:
    if pronoun in MALE | FEMALE:
        yield from _people(turn, she=pronoun in FEMALE)
    elif pronoun in {"they", "them", "their", "theirs"}:
        yield from _things(turn, several=True)
    elif pronoun == "there":
        yield from _places(turn)
    else:
        yield from _things(turn, several=False)


def _people(turn: Turn, *, she: bool) -> Iterator[Antecedent]:
    wanted = 1 if she else -1
    if (answer := _nominal(turn)) and names_of(f"is {answer}"):
        fit = 3.0 if turn.parsed.asking in PEOPLE else 2.0
        name = names_of(f"is {answer}")[0]
        yield Antecedent(full_name(name, turn.article), fit + _agreement(name, turn, wanted))
    unknown = turn.parsed.asking in PEOPLE and not turn.answer  # "he" may be the one who was asked for
    for one in turn.mentions:
        if one.inside and one.before in DETERMINERS:  # "a European title"
            continue
        if of_kin := head_gender(one.head):
            yield Antecedent(one.text, 2.5 if of_kin == wanted else -1.0)
        elif one.is_name and len(names_of(f"is {one.text}")) == 1 and names_of(f"is {one.text}")[0] == one.text:
            fit = (
                2.0
                - 2.0 * (one.is_place or unknown)
                - 1.5 * (one.before in {"of", "the", "to", "on"})
                + 0.5 * one.owns
            )
            yield Antecedent(full_name(one.text, turn.article), fit + _agreement(one.text, turn, wanted))
        elif not one.is_name and not one.is_plural:
            yield Antecedent(one.text, 0.5)


def _things(turn: Turn, *, several: bool) -> Iterator[Antecedent]:
    if answer := _nominal(turn):
        person = turn.parsed.asking in PEOPLE or _is_person(answer, turn)
        if _is_several(answer) == several and not (person and not several):
            yield Antecedent(_definite(answer), 3.5 if _is_definite(answer) else 2.0)
    if turn.parsed.asks_for_subject and turn.parsed.noun:
        yield Antecedent(f"the {turn.parsed.noun}", 2.0 if several and is_plural(turn.parsed.noun) else 0.0)
    subject = turn.parsed.auxiliary
    begin = turn.parsed.tokens[subject].end if subject is not None else -1
    for one in turn.mentions:
        first = 0 <= one.start - begin <= 1 and not turn.parsed.asks_for_subject
        fit = 2.0 + first - 0.5 * one.is_place - 0.5 * one.inside + 0.25 * one.is_name
        if one.is_plural != several:
            fit -= 1.0 if one.is_name else 2.0
        if not several and _is_person(one.text, turn):
            fit -= 3.0
        yield Antecedent(_definite(one.text), fit)


def _places(turn: Turn) -> Iterator[Antecedent]:
    if turn.parsed.asking == "where" and turn.answer:
        yield Antecedent(_without_preposition(turn.answer), 3.0)
    for one in turn.mentions:
        if one.is_name and (one.is_place or one.before in {"of", "to"}):
            yield Antecedent(one.text, 2.0 + 0.5 * one.inside)


def _nominal(turn: Turn) -> str:
    """Return the answer when it is a thing or a person: not a number, a date, a reason or a manner."""
    answer = turn.answer.strip().strip("\"'“”.,;")
    words = tokens(answer)
    if not words or len(words) > MOST_WORDS:
        return ""
    named = words[0].lower in {"the", "a", "an"} or words[0].text[0].isupper()
    asked = turn.parsed.asking in NAMING or (turn.parsed.asking == "how" and not turn.parsed.noun and named)
    is_number = words[0].text[0].isdigit() and len(words) < 3
    return answer if asked and not is_number and not YEAR.search(answer) else ""


def _agreement(name: str, turn: Turn, wanted: int) -> float:
    found = gender(name, turn.article) * wanted
    return max(-SURE, min(SURE, 0.75 * found))


def _is_person(phrase: str, turn: Turn) -> bool:
    names = names_of(f"is {phrase}")
    return len(names) == 1 and names[0] == phrase and abs(gender(phrase, turn.article)) > 1


def _is_several(answer: str) -> bool:
    head = next((one.head for one in mentions(answer)), answer.rsplit(maxsplit=1)[-1])
    return " and " in answer or is_plural(head) or answer[0].isdigit()


def _is_definite(answer: str) -> bool:
    return answer[0].isupper() or answer[0].isdigit() or answer.split(maxsplit=1)[0].lower() in DETERMINERS


def _definite(phrase: str) -> str:
    return re.sub(r"^an? ", "the ", phrase, flags=re.IGNORECASE)


def _without_preposition(place: str) -> str:
    first, _, rest = place.partition(" ")
    return rest if first.lower() in {"in", "at", "on", "from", "to", "near"} and rest else place
