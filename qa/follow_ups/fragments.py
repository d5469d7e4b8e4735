"""Puts a fragment such as "And in 2021?" or "And his wife?" into the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.english.lexicon import PREPOSITIONS, YEAR
from qa.english.noun_phrases import PLACING, TIES, Mention, has_name, names_of
from qa.follow_ups.antecedents import Turn
from qa.follow_ups.parsing import Question, parse
from qa.follow_ups.topics import QUESTION_END, put_in_place, with_topic

__all__ = ["replace_contrasted"]

DETERMINER = re.compile(r"\A(?:the|an?) ", re.IGNORECASE)
ORDINAL = re.compile(
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|next|previous|\d+(?:st|nd|rd|th)",
    re.IGNORECASE,
)
OWNER = re.compile(r"[a-z]\w*['’]s?")
ONE = re.compile(r"(?<! other) ones?\Z", re.IGNORECASE)
PERIOD = r"(?:year|month|week|weekend|season|spring|summer|autumn|winter|night|morning|evening|century|decade)"
DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)"
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
    if parsed.tokens[parsed.opening].lower in PREPOSITIONS:
        fragment = fragment[0].lower() + fragment[1:]
    for replace in (
        _year_for_year,
        _time_for_time,
        _modifier_for_modifier,
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


def _modifier_for_modifier(fragment: str, turn: Turn) -> str:
    """Replace "the men's final in Karst" by "the women's final in Karst" for "the women's"."""
    if not DETERMINER.match(fragment):
        return ""
    *before, last = ONE.sub("", fragment).split()
    for mention in turn.mentions:
        words = mention.text.split()
        if mention.inside or not before or words[-1].lower() == fragment.lower():
            continue
        lower = [word.lower() for word in words]
        if last.lower() in lower:
            return put_in_place(" ".join([*before, last, *words[lower.index(last.lower()) + 1 :]]), mention, turn)
        if place := _place_of_modifier(last, words, is_elliptic=bool(ONE.search(fragment))):
            words[place] = [last]
            return put_in_place(" ".join(words), mention, turn)
    return ""


def _place_of_modifier(modifier: str, words: Sequence[str], *, is_elliptic: bool) -> slice | None:
    """Return where a modifier goes in a phrase, in place of its like; None if the phrase has nothing like it."""
    for kind in (ORDINAL, OWNER):
        if kind.fullmatch(modifier):
            return next((slice(i, i + 1) for i, word in enumerate(words) if kind.fullmatch(word)), None)
    if not is_elliptic or not DETERMINER.match(f"{words[0]} "):
        return None
    has_modifier = len(words) > 2 and words[2].lower() not in TIES
    return slice(1, 1 + has_modifier)


def _name_for_name(fragment: str, turn: Turn) -> str:
    """Replace the name after the same preposition or, without one, the name after none."""
    first = parse(fragment).tokens[0]
    preposition = first.lower if first.lower in PREPOSITIONS else ""
    new = fragment[first.end :].strip() if preposition else fragment
    new = DETERMINER.sub("", new)
    if not has_name(f"is {new}"):
        return ""
    names = [name for name in turn.mentions if name.is_name and (name.inside or not _parts(name, turn))]
    owner = [mention for mention in names if new.startswith((f"{mention.text}'s", f"{_last(mention)}'s"))]
    if not owner and names_of(f"is {new}") != [new]:  # more than a name
        return ""
    same = [mention for mention in names if preposition and mention.before == preposition]
    is_placed = preposition in PLACING
    alike = [mention for mention in names if mention.is_place == is_placed and is_placed == bool(preposition)]
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
