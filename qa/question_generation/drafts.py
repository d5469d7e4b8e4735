"""Draft questions: made from sentences by rules, with their answers, for a person to correct.

The rules are for English and use words and capitals alone, no parser and no model. They skip what is ambiguous, so
most sentences give no question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from qa.english.clauses import Clause, clauses, core, is_person
from qa.english.content_words import content_words
from qa.english.lexicon import BE, PREPOSITIONS, is_plural, is_verb
from qa.english.noun_phrases import has_name
from qa.english.verbs import base_form

__all__ = ["Draft", "Kind", "draft_questions"]

Kind = Literal["who", "what", "when", "where", "how many", "how much", "how long", "by whom", "definition"]

FEWEST, MOST = 4, 16  # words of a question
LONGEST_ANSWER = 12  # words

# How well the questions of each kind read on average, 0 to 1, judged on articles.
QUALITY: dict[Kind, float] = {
    "how many": 1.0,
    "how much": 1.0,
    "how long": 1.0,
    "when": 0.9,
    "where": 0.9,
    "by whom": 0.9,
    "who": 0.8,
    "definition": 0.7,
    "what": 0.5,
}

NAMELESS_PENALTY = 0.25  # a question without a name may be about anything
LENGTH_PENALTY = 0.02  # for each word above ten

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
YEAR = r"(?:1\d|20)\d\d"
DATE = rf"(?:(?:{DAY},? )?(?:\d{{1,2}} )?{MONTH}(?: \d{{1,2}}(?!\d))?(?:,? {YEAR})?|{YEAR}|{DAY})"
TIME = re.compile(
    rf"\b(?:in|on) (?P<answer>{DATE}|the (?:(?:early|late|mid)[ -])?(?:{YEAR}s|\w+ century))(?= [a-z]+\b|[.,]|$)",
    re.IGNORECASE,
)
AFTER_TIME = PREPOSITIONS | {"and", "as", "when", "while", "but"}

AFTER_NOUN = re.compile(
    rf" (?:{'|'.join(sorted(PREPOSITIONS | {'and', 'to', 'as', 'a', 'the', 'each', 'per'}))})\b"
)
OF_NOUN = re.compile(rf" of(?: the)?(?:(?!{AFTER_NOUN.pattern}) [\w'’-]+)+")

SCALE = r"(?: (?:hundred|thousand|million|billion|trillion))*"
COUNT = (
    r"(?:\d+(?:[.,]\d+)*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    rf"|seventy|eighty|ninety|hundreds of|thousands of){SCALE}"
)
ABOUT = (
    r"(?:more than |fewer than |less than |about |around |nearly |almost |over |some |at least |approximately )?"
)
NUMBER = re.compile(rf"(?P<answer>{ABOUT}{COUNT}) (?P<noun>[a-z][a-z-]*(?: [a-z][a-z-]*)*)", re.IGNORECASE)
MONEY = re.compile(
    rf"(?P<answer>{ABOUT}(?:[$€£]\d+(?:[.,]\d+)*{SCALE}|{COUNT} (?:dollars|euros|pounds|crowns)))(?= |$)"
)
MEASURE = re.compile(
    rf"(?P<answer>{ABOUT}{COUNT} [a-z]+) (?P<extent>long|high|tall|wide|deep|old|thick)\b", re.IGNORECASE
)
PLACE = re.compile(
    r"(?<= )(?:in|at|near) (?P<answer>(?:the )?[A-Z][\w'’.-]*(?:(?: of(?: the)?)? [A-Z][\w'’.-]*)*)$"
)
AGENT = re.compile(r" by (?P<answer>(?:the |an? )?(?:[\w'’.-]+ ){0,5}[A-Z][\w'’.-]*)$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with its answer, ``text[start:end]`` of its text.

    ``score``, 0 to 1, estimates how well the question reads without the text; it is not a probability.
    """

    kind: Kind
    question: str
    answer: str
    start: int
    end: int
    score: float


def draft_questions(text: str) -> list[Draft]:
    """Return the questions that the rules draft from a text, in the order of its sentences.

    A sentence may give several questions. No question contains its answer or refers to the sentence before.
    """
    drafts = (draft for clause in clauses(text) for rule in RULES for draft in rule(clause))
    return [draft for draft in drafts if text[draft.start : draft.end] == draft.answer and _is_good(draft)]


def _subject(clause: Clause) -> Iterator[Draft]:
    """Yield "Who rebuilt the harbour?"."""
    person = is_person(clause.subject, clause.text)
    last = core(clause.subject).rsplit(maxsplit=1)[-1]
    is_thing = re.match(r"(?:the|an?) ", clause.subject, re.IGNORECASE) and last.islower()
    is_definition = clause.verb in BE and re.match(r"(?:an?|the) ", clause.rest)
    if (person or (is_thing and not is_definition)) and not is_plural(last) and " and " not in clause.subject:
        kind: Kind = "who" if person else "what"
        yield _draft(kind, f"{kind} {clause.verb} {clause.rest}", clause.subject_start, clause.subject)


def _definition(clause: Clause) -> Iterator[Draft]:
    """Yield "What is karst?"."""
    turned = re.match(r"an? ", clause.subject, re.IGNORECASE) and clause.rest.startswith("the ")
    if clause.verb in {"is", "was"} and re.match(r"(?:an?|the) \w", clause.rest) and not turned:
        asking = "who" if is_person(clause.subject, clause.text) or is_person(clause.rest, "") else "what"
        yield _draft("definition", f"{asking} {clause.verb} {clause.asked}", clause.rest_start, clause.rest)


def _when(clause: Clause) -> Iterator[Draft]:
    """Yield "When was the mill built?", for a time before the subject or after the verb."""
    if not clause.simple:
        return
    before, after, rest = TIME.match(clause.lead), TIME.search(clause.rest), clause.rest
    if before and before.end() == len(clause.lead):
        found, start = before, clause.lead_start
    elif after and (rest[after.end() :].split() or ["and"])[0] in AFTER_TIME:
        found, start, rest = after, clause.rest_start, f"{rest[: after.start()]}{rest[after.end() :]}"
    else:
        return
    if content_words(rest) or clause.do:
        yield _draft("when", f"when {_inverted(clause, rest)}", start + found.start("answer"), found["answer"])


def _where(clause: Clause) -> Iterator[Draft]:
    """Yield "Where was Anna Berg born?"."""
    found = PLACE.search(clause.rest) if clause.simple and clause.verb in BE else None
    if found and not TIME.search(f"in {found['answer']}") and is_verb(clause.rest.split(maxsplit=1)[0]):
        asked = f"where {_inverted(clause, clause.rest[: found.start()])}"
        yield _draft("where", asked, clause.rest_start + found.start("answer"), found["answer"])


def _by_whom(clause: Clause) -> Iterator[Draft]:
    """Yield "By whom was the mill built?"."""
    found = AGENT.search(clause.rest) if clause.simple and clause.verb in BE else None
    if not found or TIME.search(f"in {found['answer']}"):
        return
    before = clause.rest[: found.start()]
    verbs = [i for i, word in enumerate(before.split()) if is_verb(word)]
    if verbs == [0]:  # not "based on a show made by"
        asked = f"by whom {_inverted(clause, before)}"
        yield _draft("by whom", asked, clause.rest_start + found.start("answer"), found["answer"])


def _how_many(clause: Clause) -> Iterator[Draft]:
    """Yield "How many ships sank?"."""
    found = NUMBER.fullmatch(clause.subject)
    if found and clause.verb not in {"is", "was"} and _counts(found, found["noun"]):
        asked = f"how many {found['noun']} {clause.verb} {clause.rest}"
        yield _draft("how many", asked, clause.subject_start, found["answer"])


def _how_many_of(clause: Clause) -> Iterator[Draft]:
    """Yield "How many ships did the storm sink?"."""
    found = NUMBER.match(clause.rest) if clause.simple and clause.verb not in BE else None
    if not found or MONEY.match(clause.rest):
        return
    noun = AFTER_NOUN.split(found["noun"])[0]
    if _counts(found, noun):
        rest = clause.rest[found.start("noun") + len(noun) :]
        of = OF_NOUN.match(rest)  # "cups of tea" stays together
        after = rest[of.end() :] if of else rest
        if after.startswith(" and "):
            return
        asked = f"how many {noun}{of[0] if of else ''} {_inverted(clause, after)}"
        yield _draft("how many", asked, clause.rest_start, found["answer"])


def _how_much(clause: Clause) -> Iterator[Draft]:
    """Yield "How much did the bridge cost?"."""
    found = MONEY.match(clause.rest) if clause.simple and clause.do else None
    if found:
        asked = f"how much {_inverted(clause, clause.rest[found.end() :])}"
        yield _draft("how much", asked, clause.rest_start, found["answer"])


def _how_long(clause: Clause) -> Iterator[Draft]:
    """Yield "How long is the bridge?"."""
    found = MEASURE.match(clause.rest) if clause.verb in BE else None
    if found:
        asked = f"how {found['extent']} {_inverted(clause, clause.rest[found.end() :])}"
        yield _draft("how long", asked, clause.rest_start, found["answer"])


RULES: tuple[Callable[[Clause], Iterator[Draft]], ...] = (
    _how_many,
    _how_many_of,
    _how_much,
    _how_long,
    _when,
    _where,
    _by_whom,
    _definition,
    _subject,
)


def _inverted(clause: Clause, rest: str) -> str:
    """Return the words of a question after the question word: "did Anna rebuild", "was it built"."""
    if not clause.do:
        return f"{clause.verb} {clause.asked} {rest}"
    return f"{clause.do} {clause.asked} {base_form(clause.verb)} {rest}"


def _counts(number: re.Match[str], noun: str) -> bool:
    """Return whether a number counts the things that a noun names, and is not a year."""
    words = noun.split()
    is_countable = is_plural(words[-1]) and words[-1] not in {"percent", "times"} and len(words) < 5
    return is_countable and not re.search(rf"\b{YEAR}\b", number["answer"])


def _draft(kind: Kind, question: str, start: int, answer: str) -> Draft:
    words = [word for word in question.rstrip(" ,").split() if word != "also"]
    question = " ".join(words)
    score = QUALITY[kind] - NAMELESS_PENALTY * (not has_name(question)) - LENGTH_PENALTY * max(0, len(words) - 10)
    asked = f"{question[0].upper()}{question[1:]}?"
    return Draft(kind, asked, answer, start, start + len(answer), round(max(score, 0.0), 2))


def _is_good(draft: Draft) -> bool:
    words = draft.question[:-1].split()
    lasts = {words[-1].lower(), draft.answer.rsplit(maxsplit=1)[-1].lower()}
    ends_well = not lasts & (PREPOSITIONS | {"the", "a", "an", "and", "to"})
    gives_answer = draft.answer.lower() in draft.question.lower()
    is_short = FEWEST <= len(words) <= MOST and len(draft.answer.split()) <= LONGEST_ANSWER
    return is_short and ends_well and not gives_answer and len(content_words(draft.question)) > 1
