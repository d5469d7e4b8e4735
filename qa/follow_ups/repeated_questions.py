"""Asks the question before with another question phrase: "Why?", "By how many votes?", "How many were there?"."""

from __future__ import annotations

import re

from qa.english.lexicon import BE, DO, is_plural, is_verb
from qa.english.noun_phrases import names_of
from qa.english.verbs import base_form
from qa.follow_ups.antecedents import MOST_WORDS, Turn, nominal
from qa.follow_ups.parsing import Question
from qa.follow_ups.topics import QUESTION_END, with_topic

__all__ = ["asked_again", "is_bare", "predicate_of", "statement_of", "with_noun"]

STRESSING = frozenset({"not", "so", "exactly"})  # "Why not?" and "Why so few?" ask what was said before
SUBJECTS = {"who": "someone", "whom": "someone", "what": "something"}
PLURAL_NOUN = re.compile(r"\b(?:\w+ed|bought|found|had|have|made|order|sold|stole|took|won) ([a-z]+s)\b")


def is_bare(parsed: Question) -> bool:
    """Return whether a question is little but its question phrase, "Why is that?" included."""
    rest = [token.lower for token in parsed.tokens[parsed.asks :]]
    return parsed.lacks_verb or (len(rest) == 2 and rest[0] in BE and rest[1] in {"that", "this", "so"})


def asked_again(parsed: Question, turn: Turn) -> str:
    """Ask the question before with another question phrase: "By how many votes was she elected?"."""
    before = turn.parsed
    rest = parsed.tokens[parsed.asks :]
    stresses = parsed.lacks_verb and bool(rest) and rest[0].lower in STRESSING
    if rest and parsed.lacks_verb and not stresses:  # "why no wire"
        return with_topic(parsed.slice(parsed.opening), turn)
    asks = parsed.slice(parsed.main, parsed.asks)
    if "else" in asks.lower().split() and before.wh is not None:
        return f"{asks} {before.slice(before.asks)}?"
    if before.auxiliary is not None and not before.asks_for_subject:
        degree = f" {parsed.slice(parsed.asks)}" if stresses and rest[0].lower == "so" else ""
        return f"{asks} {before.slice(before.auxiliary)}{degree}?"
    statement = statement_of(turn)
    if not statement:
        return with_topic(parsed.slice(parsed.opening), turn)
    if before.auxiliary is not None:
        auxiliary = before.tokens[before.auxiliary].lower
        spelt = "is" if auxiliary == "'s" else auxiliary
        return f"{asks} {spelt} {_subject(turn)} {before.slice(before.auxiliary + 1)}?"
    return f"{asks} {_with_auxiliary(turn) or f'was it that {statement}'}?"


def statement_of(turn: Turn) -> str:
    """Return the question before as a statement, with the answer as its subject if it asked for that."""
    before = turn.parsed
    if before.asks_for_subject:
        return f"{_subject(turn)} {before.slice(before.asks)}"
    if before.auxiliary is None:
        return ""
    auxiliary = before.tokens[before.auxiliary]
    first = next((mention for mention in turn.mentions if mention.start >= auxiliary.end), None)
    if first is None or first.start > auxiliary.end + 1:
        return ""
    verb = [] if auxiliary.lower in DO else [auxiliary.text]
    rest = QUESTION_END.sub("", turn.question[first.end :]).strip()
    return " ".join([turn.question[first.start : first.end], *verb, rest])


def predicate_of(turn: Turn) -> str:
    """Return what the question before says of its subject: "stop travelling" of "Why did Ada stop travelling?"."""
    before = turn.parsed
    if before.asks_for_subject:
        return before.slice(before.asks)
    if before.auxiliary is None:
        return ""
    begin = before.tokens[before.auxiliary].end
    subject = next((mention for mention in turn.mentions if 0 <= mention.start - begin <= 1), None)
    if subject is None:
        return ""
    name = next(iter(names_of(f"is {subject.text}")), "") if subject.text[0].isupper() else ""
    end = subject.start + len(name) if subject.text.startswith(name or " ") else subject.end
    return QUESTION_END.sub("", turn.question[end:]).strip()


def with_noun(parsed: Question, turn: Turn) -> str:
    """Add the noun that "How many were there?", "Which is the deepest?" or "Does it have one?" leaves out."""
    asks = [token.lower for token in parsed.tokens[parsed.wh or 0 : parsed.asks]]
    noun, wh = turn.parsed.noun, parsed.slice(parsed.main, parsed.asks)
    if asks == ["how", "many"] and not is_plural(noun):
        plural = PLURAL_NOUN.search(turn.question)
        noun = plural[1] if plural else ""
    if noun and parsed.tokens[-1].lower == "one":
        return with_topic(f"{parsed.slice(parsed.opening)} of the {noun}?", turn)
    if not noun or parsed.auxiliary is None or asks not in (["how", "many"], ["which"]):
        return ""
    middle = noun if asks[0] == "how" else f"of the {noun}"
    return with_topic(f"{wh} {middle} {parsed.slice(parsed.asks)}?", turn)


def _with_auxiliary(turn: Turn) -> str:
    """Return "did Carel found Velina" of "Who founded Velina?"; "" if its verb is not recognised."""
    before = turn.parsed
    verb = before.tokens[before.asks].lower if before.asks < len(before.tokens) else ""
    several = is_plural(nominal(turn).rsplit(maxsplit=1)[-1]) if nominal(turn) else False
    if is_verb(verb):
        auxiliary = "did"
    elif verb.endswith("s") and not verb.endswith("ss"):
        auxiliary = "do" if several else "does"
    else:
        return ""
    return f"{auxiliary} {_subject(turn)} {base_form(verb)} {before.slice(before.asks + 1)}".rstrip()


def _subject(turn: Turn) -> str:
    """Return the answer as a subject, or words that can stand for it."""
    counted = turn.parsed.asking == "how" or not turn.answer
    if turn.parsed.noun and (counted or len(turn.answer.split()) > MOST_WORDS):
        return f"the {turn.parsed.noun}"
    return turn.answer or SUBJECTS.get(turn.parsed.asking, "it")
