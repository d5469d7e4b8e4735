"""Puts a fragment such as "And in 2021?" or "And his wife?" into the question before."""

from __future__ import annotations

import re

from qa.english.lexicon import PREPOSITIONS, YEAR
from qa.english.noun_phrases import PLACING, TIES, Mention, has_name, names_of
from qa.follow_ups.antecedents import Turn
from qa.follow_ups.parsing import Question, parse
from qa.follow_ups.topics import QUESTION_END, put_in_place, with_topic

__all__ = ["ONE_OF_A_KIND", "replace_contrasted"]

ONE_OF_A_KIND = re.compile(r"(the) (?!other\b)(\w+) ones?", re.IGNORECASE)
PERIOD = r"(?:year|month|week|weekend|season|spring|summer|autumn|winter|night|morning|evening|century|decade)"
DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
TIME = re.compile(
    rf"""(?:(?:in|on|at|by|before|after|since|during|until)\ )?(?:
    (?-i:now|today|nowadays|yesterday|tomorrow|these\ days|currently|at\ first|at\ the\ moment)
    | (?:last|next|this)\ (?:{PERIOD}|{DAY}|{MONTH})
    | (?-i:the)\ (?:\d\d\d0s|(?:previous|following)\ {PERIOD})
    | (?:\d{{1,2}}\ )?{MONTH}(?:\ \d{{1,2}})?(?:,?\ \d{{4}})?
    | {DAY}
    | (?:1\d|20)\d\d
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
PRESENT_TIMES = frozenset({"now", "today", "nowadays", "these days", "currently", "at the moment"})
PAST_TO_PRESENT = {"was": "is", "were": "are"}
COORDINATED = re.compile(r" and (?:the )?[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*")


def replace_contrasted(parsed: Question, turn: Turn) -> str:
    """Replace what a fragment contrasts with in the question before: the year, the name, the phrase."""
    fragment = parsed.slice(parsed.opening)
    if not fragment:
        return turn.question
    for replace in (
        _year_for_year,
        _time_for_time,
        _one_of_a_kind,
        _name_for_name,
        _verb_for_verb,
        _phrase_for_phrase,
    ):
        if text := replace(fragment, turn):
            return text
    return f"{QUESTION_END.sub('', turn.question)} {fragment}?"


def _year_for_year(fragment: str, turn: Turn) -> str:
    if not (year := YEAR.search(fragment)) or len(fragment.split()) > 2:
        return ""
    if YEAR.search(turn.question):
        return YEAR.sub(year[0], turn.question)
    return f"{QUESTION_END.sub('', turn.question)} in {year[0]}?"


def _time_for_time(fragment: str, turn: Turn) -> str:
    """Replace the time in a question by another one, or add it: "And now?", "And in March?"."""
    if not TIME.fullmatch(fragment):
        return ""
    question = QUESTION_END.sub("", turn.question)
    if fragment.lower() in PRESENT_TIMES:
        question = _in_the_present(question, turn)
    old = TIME.search(question)
    if old is None:
        return f"{question} {fragment}?"
    return f"{question[: old.start()]}{fragment}{question[old.end() :]}?"


def _in_the_present(question: str, turn: Turn) -> str:
    """Return a question about the past with its auxiliary in the present tense."""
    if turn.parsed.auxiliary is None:
        return question
    auxiliary = turn.parsed.tokens[turn.parsed.auxiliary]
    subject = next((mention for mention in turn.mentions if 0 <= mention.start - auxiliary.end <= 1), None)
    do = "do" if subject is None or subject.is_plural else "does"
    present = do if auxiliary.lower == "did" else PAST_TO_PRESENT.get(auxiliary.lower, auxiliary.text)
    return question[: auxiliary.start] + present + question[auxiliary.end :]


def _one_of_a_kind(fragment: str, turn: Turn) -> str:
    """Replace "the northern tunnel" by "the southern tunnel" for "the southern one"."""
    if not (match := ONE_OF_A_KIND.fullmatch(fragment)):
        return ""
    for mention in turn.mentions:
        words = mention.text.split()
        if not mention.inside and words[0].lower() == "the" and len(words) > 1:
            kind = words[2:] if len(words) > 2 and words[2].lower() not in TIES else words[1:]
            return put_in_place(" ".join([match[1], match[2], *kind]), mention, turn)
    return ""


def _name_for_name(fragment: str, turn: Turn) -> str:
    """Replace the name after the same preposition or, without one, the name after none."""
    first = parse(fragment).tokens[0]
    preposition = first.lower if first.lower in PREPOSITIONS else ""
    new = fragment[first.end :].strip() if preposition else fragment
    if not has_name(f"is {new}"):
        return ""
    names = [name for name in turn.mentions if name.is_name and (name.inside or not _parts(name, turn))]
    owner = [mention for mention in names if new.startswith((f"{mention.text}'s", f"{_last(mention)}'s"))]
    if not owner and names_of(f"is {new}") != [new]:  # more than a name
        return ""
    same = [mention for mention in names if preposition and mention.before == preposition]
    alike = [mention for mention in names if mention.is_place == (preposition in PLACING)]
    chosen = owner or same or alike or ([] if preposition else names)
    return _put_for_all(new, chosen[0], turn) if chosen else ""


def _put_for_all(new: str, old: Mention, turn: Turn) -> str:
    """Put a name in place of a name and of those that "and" joins to it: "Harris and Son"."""
    joined = COORDINATED.match(turn.question, old.end)
    end = joined.end() if joined else old.end
    return turn.question[: old.start] + new + turn.question[end:]


def _verb_for_verb(fragment: str, turn: Turn) -> str:
    verb = re.match(r"to ([a-z]+)$", fragment)
    old = verb and re.search(r"\bto [a-z]+\b", turn.question)
    return turn.question.replace(old[0], fragment, 1) if old else ""


def _phrase_for_phrase(fragment: str, turn: Turn) -> str:
    """Replace the phrase after the same preposition; without one, the first phrase."""
    preposition = fragment.split(maxsplit=1)[0].lower()
    outer = [mention for mention in turn.mentions if not mention.inside]
    if preposition not in PREPOSITIONS:
        return with_topic(put_in_place(fragment, outer[0], turn), turn) if outer else ""
    for mention in outer:
        if mention.before == preposition:
            return put_in_place(fragment[len(preposition) :].strip(), mention, turn)
        kept, tie, _ = mention.text.partition(f" {preposition} ")
        if tie:
            return put_in_place(f"{kept} {fragment}", mention, turn)
    return ""


def _parts(whole: Mention, turn: Turn) -> list[Mention]:
    inside = [mention for mention in turn.mentions if mention.inside]
    return [part for part in inside if whole.start <= part.start and part.end <= whole.end]


def _last(mention: Mention) -> str:
    return mention.text.split()[-1]
