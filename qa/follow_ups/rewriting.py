"""Rewrites a follow-up question so that it stands alone, with words from the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.english.lexicon import DETERMINERS, POSSESSIVES, Token, is_plural
from qa.english.noun_phrases import TIES, has_name, mentions
from qa.follow_ups.antecedents import NAMING, PEOPLE, Turn, antecedent, nominal
from qa.follow_ups.counterparts import counterpart_of_answer, find_counterpart
from qa.follow_ups.fragments import ONE_OF_A_KIND, replace_contrasted
from qa.follow_ups.parsing import Question, parse
from qa.follow_ups.pronouns import free_pronouns
from qa.follow_ups.repeated_questions import asked_again, is_bare, predicate_of, statement_of, with_noun
from qa.follow_ups.topics import QUESTION_END, bracketed, put_in_place, with_context, with_topic

__all__ = ["rewrite"]

YEAR_BEFORE = re.compile(r"\b(?:in )?the (?:year before|previous year)\b(?=\W*$)", re.IGNORECASE)
YEAR_AFTER = re.compile(r"\b(?:in )?the (?:year after|following year|next year)\b(?=\W*$)", re.IGNORECASE)
AFTERWARDS = re.compile(r"\b(?:then|next|afterwards|after that|before that)(?=\W*$)", re.IGNORECASE)
ONE_THING = re.compile(r"(?<=\b(?:does|.did) )one\b", re.IGNORECASE)
ORDINAL = re.compile(r"^(?:the|an?) (?:(?:first|last|latest|next|second|third) )?", re.IGNORECASE)
THE_OTHER = re.compile(r"\bthe other(?: one\b|(?=\W*$))", re.IGNORECASE)


def rewrite(question: str, turns: Sequence[Turn]) -> str:
    """Return a follow-up question that stands alone.

    :param turns: the turns before, the latest last; without any, the question is returned unchanged.
    """
    if not turns:
        return question
    latest = turns[-1]
    replaced = _with_counterpart(question, turns)
    is_other = replaced != question  # than what the conversation is about
    text = _with_antecedents(replaced, list(turns))
    text = _with_fuller_phrases(_with_thing(_with_years(text, latest), latest), latest)
    parsed = parse(text)
    if parsed.is_fragment:
        is_other |= bool(ONE_OF_A_KIND.fullmatch(parsed.slice(parsed.opening)))
        text = replace_contrasted(parsed, latest)
    elif is_bare(parsed):
        text = asked_again(parsed, latest)
    elif noun := with_noun(parsed, latest):
        text = noun
    else:
        text = text[parsed.tokens[parsed.opening].start :]
    if AFTERWARDS.search(question):
        text = bracketed(text, predicate_of(latest))
    elif not is_other:
        text = with_context(text, latest)
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


def _with_counterpart(question: str, turns: Sequence[Turn]) -> str:
    """Replace "the other one" by what it stands for; after "What about", ask the question before of that."""
    if not THE_OTHER.search(question):
        return question
    other = find_counterpart(turns)
    if other is None:
        return _asked_of_counterpart(question, turns[-1])
    if parse(question).is_fragment:
        return put_in_place(other.text, other.first, turns[-1])
    return THE_OTHER.sub(lambda _: other.text, question)


def _asked_of_counterpart(question: str, turn: Turn) -> str:
    """Ask about the other of two, of which the answer is one: "Who blows the glass?" would get the same answer."""
    other = counterpart_of_answer(turn)
    if not other or not parse(question).is_fragment:
        return THE_OTHER.sub(lambda _: other, question) if other else question
    asks = f"What does {other} do?" if turn.parsed.asking in PEOPLE else f"What about {other}?"
    return with_topic(asks, turn)


def _without_ties(phrase: str) -> str:
    """Return "the turnout" for "the turnout in Tarnbury": the question already has a name."""
    words = phrase.split()
    tie = next((i for i, word in enumerate(words) if word in TIES), len(words))
    core = " ".join(words[:tie])
    return core if core[:1].islower() and not has_name(core) else phrase


def _with_fuller_phrases(question: str, turn: Turn) -> str:
    """Replace "the mill" by "the new mill of Brightloom", as the turn before or its answer called it."""
    edits = []
    for mention in mentions(question):
        same = [other for other in turn.mentions if other.head == mention.head]
        fuller = [other.text for other in same if other.is_name and not other.inside]
        fuller += _named_in_answer(mention.head, turn)
        if fuller and not mention.is_name and mention.text.split(maxsplit=1)[0].lower() in DETERMINERS:
            edits.append((mention.start, mention.end, fuller[0]))
    return _edited(question, edits)


def _named_in_answer(head: str, turn: Turn) -> list[str]:
    """Return the answer if it is what a noun stands for: "the mayor" after "Which mayor resigned?"."""
    answer = nominal(turn)
    first = next(iter(mentions(answer)), None)
    if turn.parsed.asking not in NAMING or first is None or not has_name(f"is {answer}"):
        return []
    if first.head == head and first.start == 0:
        return [f"the {answer[4:]}" if answer.lower().startswith("the ") else answer]
    return [f"the {head} {answer}"] if turn.parsed.noun.lower() == head else []


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
        return f"in {meant}"
    if not owns:
        return meant
    return f"{meant}'" if meant.endswith("s") and is_plural(meant.rsplit(maxsplit=1)[-1]) else f"{meant}'s"


def _with_thing(question: str, turn: Turn) -> str:
    """Replace "one" in "What does one cost?" by the thing that the question before ends with."""
    outer = [mention for mention in turn.mentions if not mention.inside]
    things = [mention for mention in outer if not (mention.is_place or mention.is_plural)]
    if not things or not ONE_THING.search(question):
        return question
    thing = ORDINAL.sub("", things[-1].text)
    article = "an" if thing[0].lower() in "aeiou" else "a"
    return ONE_THING.sub(lambda _: f"{article} {thing}", question)


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
