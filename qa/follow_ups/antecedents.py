"""What a conversation is about, and which words of its questions and answers a pronoun can stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from qa.english.lexicon import DETERMINERS, FEMALE, MALE, YEAR, is_plural, tokens
from qa.english.noun_phrases import TIES, Mention, full_name, gender, head_gender, mentions, names_of
from qa.follow_ups.parsing import Question, parse

__all__ = ["MOST_WORDS", "PEOPLE", "Turn", "antecedent", "nominal"]

MOST_WORDS = 8  # in an answer that a pronoun can stand for
PEOPLE = frozenset({"who", "whom", "whose"})
NAMING = frozenset({"what", "which"}) | PEOPLE
GOOD, FAIR = 1.0, 0.5
"""How well an antecedent must fit: a good one in an earlier turn is better than a fair one in the latest."""
MOST_AGREEMENT = 2.5  # that the pronouns after a name can add to its fit, or take away


@dataclass(frozen=True)
class Turn:
    """A question as it was read, the answer that it got ("" for none) and the text of the article quoted."""

    question: str
    answer: str = ""
    article: str = ""

    @cached_property
    def parsed(self) -> Question:
        """The parsed question."""
        return parse(self.question)

    @cached_property
    def mentions(self) -> list[Mention]:
        """The noun phrases of the question, in order."""
        return mentions(self.question)

    @property
    def year(self) -> int | None:
        """The year in the question or, failing that, in the answer."""
        years = YEAR.findall(self.question) or YEAR.findall(self.answer)
        return int(years[0]) if years else None


@dataclass(frozen=True, slots=True)
class Antecedent:
    """Words that a pronoun can stand for, and how well they fit."""

    text: str
    fit: float


def antecedent(pronoun: str, turns: list[Turn]) -> str:
    """Return what a pronoun stands for, from the latest turn with an antecedent that fits; "" if there is none."""
    pronoun = pronoun.lower()
    bests = [
        max(_candidates(pronoun, turn), key=lambda candidate: candidate.fit, default=None)
        for turn in reversed(turns)
    ]
    found = [next((best.text for best in bests if best and best.fit >= least), "") for least in (GOOD, FAIR)]
    if pronoun in MALE | FEMALE:
        found += [_protagonist(pronoun, turn.article) for turn in reversed(turns)]
    return next(filter(None, found), "")


def _protagonist(pronoun: str, article: str) -> str:
    """Return the full name that the pronouns of an article most often follow; "" if there is none."""
    sign = 1 if pronoun in FEMALE else -1
    names = [name for name in dict.fromkeys(names_of(article)) if " " in name]
    best = max(names, key=lambda name: gender(name, article) * sign, default="")
    return best if best and gender(best, article) * sign > 0 else ""


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
    gender_sign = 1 if she else -1
    if name := _name_in(nominal(turn)):
        fit = 3.0 if turn.parsed.asking in PEOPLE else 2.0
        yield Antecedent(full_name(name, turn.article), fit + _agreement(name, turn, gender_sign))
    unknown = turn.parsed.asking in PEOPLE and not turn.answer  # "he" may be the person in question
    for mention in turn.mentions:
        if mention.is_place or (mention.inside and mention.before in DETERMINERS):  # "a European title"
            continue
        if of_kin := head_gender(mention.head):
            yield Antecedent(mention.text, 2.5 if of_kin == gender_sign else -1.0)
        elif mention.is_name and names_of(f"is {mention.text}") == [mention.text]:
            agreement = _agreement(mention.text, turn, gender_sign)
            fit = 2.0 - 2.0 * unknown - 1.5 * (mention.before in {"of", "the", "to", "on"}) + 0.5 * mention.owns
            yield Antecedent(full_name(mention.text, turn.article), fit + agreement)
        elif not mention.is_name and not mention.is_plural:
            yield Antecedent(mention.text, 0.5)


def _name_in(answer: str) -> str:
    """Return the name that an answer is, not one that only says more: "the mayor of Tarnbury", "Ivo's son"."""
    for name in names_of(f"is {answer}"):
        before, _, after = answer.partition(name)
        apposed = before.rpartition(",")[2].lower().split()
        if TIES.isdisjoint(apposed) and not after.startswith(("'s", "’s")):
            return name
    return ""


def _things(turn: Turn, *, several: bool) -> Iterator[Antecedent]:
    if answer := nominal(turn):
        person = turn.parsed.asking in PEOPLE or _is_person(answer, turn)
        if _is_several(answer) == several and not (person and not several):
            yield Antecedent(_definite(answer), 3.5 if _is_definite(answer) else 2.0)
        elif several and not person:  # "they" of a firm
            yield Antecedent(_definite(answer), 1.75)
    if turn.parsed.asks_for_subject and turn.parsed.noun:
        yield Antecedent(f"the {turn.parsed.noun}", 2.0 if several and is_plural(turn.parsed.noun) else 0.0)
    subject = turn.parsed.auxiliary
    begin = turn.parsed.tokens[subject].end if subject is not None else -1
    for mention in turn.mentions:
        first = 0 <= mention.start - begin <= 1 and not turn.parsed.asks_for_subject
        fit = 2.0 + first - 0.5 * mention.is_place - 0.5 * mention.inside + 0.25 * mention.is_name
        if mention.is_plural != several:
            fit -= 1.0 if mention.is_name else 2.0
        if not several and _is_person(mention.text, turn):
            fit -= 3.0
        yield Antecedent(_definite(mention.text), fit)


def _places(turn: Turn) -> Iterator[Antecedent]:
    if turn.parsed.asking == "where" and turn.answer:
        yield Antecedent(_without_preposition(turn.answer), 3.0)
    for mention in turn.mentions:
        if mention.is_name and (mention.is_place or mention.before in {"of", "to"}):
            yield Antecedent(mention.text, 2.0 + 0.5 * mention.inside)
        elif names_of(f"is {mention.text}") == [mention.text] and not _is_person(mention.text, turn):
            yield Antecedent(mention.text, 1.0)


def nominal(turn: Turn) -> str:
    """Return the answer if it is a thing or a person, not a number, a date, a reason or a manner."""
    answer = turn.answer.strip().strip("\"'“”.,;")
    words = tokens(answer)
    if not words or len(words) > MOST_WORDS:
        return ""
    named = words[0].lower in {"the", "a", "an"} or words[0].text[0].isupper()
    asked = turn.parsed.asking in NAMING or (turn.parsed.asking == "how" and not turn.parsed.noun and named)
    is_number = words[0].text[0].isdigit() and len(words) < 3
    return answer if asked and not is_number and not YEAR.search(answer) else ""


def _agreement(name: str, turn: Turn, gender_sign: int) -> float:
    """Return how far the article's pronouns say that a name has the gender asked for."""
    evidence = gender(name, turn.article) * gender_sign
    return max(-MOST_AGREEMENT, min(MOST_AGREEMENT, 0.75 * evidence))


def _is_person(phrase: str, turn: Turn) -> bool:
    names = names_of(f"is {phrase}")
    return names == [phrase] and abs(gender(phrase, turn.article)) > 1


def _is_several(answer: str) -> bool:
    head = next((mention.head for mention in mentions(answer)), answer.rsplit(maxsplit=1)[-1])
    return " and " in answer or is_plural(head) or answer[0].isdigit()


def _is_definite(answer: str) -> bool:
    return answer[0].isupper() or answer[0].isdigit() or answer.split(maxsplit=1)[0].lower() in DETERMINERS


def _definite(phrase: str) -> str:
    return re.sub(r"^(?:[Aa]n?|The(?= [a-z])) ", "the ", phrase)


def _without_preposition(place: str) -> str:
    first, _, rest = place.partition(" ")
    return rest if first.lower() in {"in", "at", "on", "from", "to", "near"} and rest else place
