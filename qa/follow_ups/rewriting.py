"""Rewrites a follow-up question so that it stands alone, with words from the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.english.lexicon import POSSESSIVES, PREPOSITIONS, Token, is_plural
from qa.english.noun_phrases import TIES, has_name
from qa.follow_ups.antecedents import Turn, antecedent
from qa.follow_ups.fragments import replace_contrasted
from qa.follow_ups.parsing import Question, parse
from qa.follow_ups.pronouns import free_pronouns
from qa.follow_ups.repeated_questions import asked_again, is_bare, predicate_of, statement_of, with_noun
from qa.follow_ups.topics import QUESTION_END, bracketed, with_topic

__all__ = ["rewrite"]

YEAR_BEFORE = re.compile(r"\b(?:in )?the (?:year before|previous year)\b(?=\W*$)", re.IGNORECASE)
YEAR_AFTER = re.compile(r"\b(?:in )?the (?:year after|following year|next year)\b(?=\W*$)", re.IGNORECASE)
AFTERWARDS = re.compile(r"\b(?:then|next|afterwards|after that|before that)(?=\W*$)", re.IGNORECASE)


def rewrite(question: str, turns: Sequence[Turn]) -> str:
    """Return a follow-up question that stands alone.

    :param turns: the turns before, the latest last; without any, the question is returned unchanged.
    """
    if not turns:
        return question
    latest = turns[-1]
    text = _with_antecedents(question, list(turns))
    parsed = parse(_with_years(text, latest))
    if parsed.is_fragment:
        return _tidy(replace_contrasted(parsed, latest))
    if is_bare(parsed):
        text = asked_again(parsed, latest)
    elif noun := with_noun(parsed, latest):
        text = noun
    else:
        text = text[parsed.tokens[parsed.opening].start :]
    if AFTERWARDS.search(question):
        text = bracketed(text, predicate_of(latest))
    elif not has_name(text):
        text = with_topic(text, latest)
    return _tidy(text)


def _with_antecedents(question: str, turns: list[Turn]) -> str:
    """Replace pronouns by what they stand for, each thing once: later pronouns can refer to that."""
    parsed, named = parse(question), set[str]()
    edits: list[tuple[int, int, str]] = []
    for token in free_pronouns(parsed):
        word = token.lower
        if word in {"that", "this", "these", "those", "then"}:
            edits += _pointing(parsed, token, turns)
            continue
        meant = antecedent(word, turns)
        if has_name(question):
            meant = _without_ties(meant)
        if meant and meant not in named:
            named.add(meant)
            edits.append((token.start, token.end, _in_the_form_of(word, meant, parsed, token)))
    return _edited(question, edits)


def _without_ties(phrase: str) -> str:
    """Return "the turnout" for "the turnout in Tarnbury": the question already has a name."""
    words = phrase.split()
    tie = next((i for i, word in enumerate(words) if word in TIES), len(words))
    core = " ".join(words[:tie])
    return core if core[:1].islower() and not has_name(core) else phrase


def _pointing(parsed: Question, token: Token, turns: list[Turn]) -> list[tuple[int, int, str]]:
    """Return the edits that replace "that one", "that" or "then"."""
    i = parsed.tokens.index(token)
    after = parsed.tokens[i + 1] if i + 1 < len(parsed.tokens) else None
    if token.lower == "then" or (after and after.lower != "one"):
        return []
    if after:
        meant = antecedent("it", turns)
        return [(token.start, after.end, meant)] if meant else []
    statement = statement_of(turns[-1])
    return [(token.start, token.end, f"that {statement}")] if statement and parsed.auxiliary is None else []


def _in_the_form_of(pronoun: str, meant: str, parsed: Question, token: Token) -> str:
    after = parsed.text[token.end : token.end + 2].strip()
    owns = pronoun in POSSESSIVES and (pronoun != "her" or bool(after[:1].isalnum()))
    if pronoun == "there":
        return meant if _follows_preposition(parsed, token) else f"in {meant}"
    if not owns:
        return meant
    return f"{meant}'" if meant.endswith("s") and is_plural(meant.rsplit(maxsplit=1)[-1]) else f"{meant}'s"


def _follows_preposition(parsed: Question, token: Token) -> bool:
    i = parsed.tokens.index(token)
    return i > 0 and parsed.tokens[i - 1].lower in PREPOSITIONS


def _with_years(question: str, turn: Turn) -> str:
    if turn.year is None:
        return question
    question = YEAR_BEFORE.sub(f"in {turn.year - 1}", question)
    return YEAR_AFTER.sub(f"in {turn.year + 1}", question)


def _tidy(text: str) -> str:
    """Return a question with a capital letter and a question mark."""
    text = QUESTION_END.sub("", text)
    return f"{text[:1].upper()}{text[1:]}?"


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
