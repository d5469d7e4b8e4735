"""What a conversation is about, added in brackets to a question that does not say it itself."""

from __future__ import annotations

import re

from qa.english.lexicon import BE
from qa.english.noun_phrases import TIES, Mention, has_name, names_of
from qa.follow_ups.antecedents import PEOPLE, Turn, nominal

__all__ = ["QUESTION_END", "bracketed", "put_in_place", "topic", "with_topic"]

QUESTION_END = re.compile(r"[\s?.!]*$")
IDENTIFYING = PEOPLE | frozenset({"what"})


def topic(turn: Turn) -> str:
    """Return the topic of a question: its first phrase with a name or, without names, its first phrase.

    "Who is the mediator in the strike?" is about the strike.
    """
    phrases = [_without_role(mention, turn) for mention in turn.mentions if not mention.inside]
    phrases = [*_thing_found(turn), *phrases]
    named = [phrase for phrase in phrases if has_name(f"is {phrase}")]
    placed = {mention.text for mention in turn.mentions if mention.is_place}
    named.sort(key=lambda phrase: phrase in placed)
    if named or phrases:
        return (named or phrases)[0]
    return next(iter(names_of(f"is {turn.answer}")), "")


def with_topic(text: str, turn: Turn) -> str:
    """Add the topic of the conversation in brackets, if the question does not say it."""
    return bracketed(text, topic(turn))


def bracketed(text: str, about: str) -> str:
    """Add words in brackets to a question that does not say them; none if they are empty."""
    if not about or _says(text, about):
        return text
    return f"{QUESTION_END.sub('', text)} ({about})?"


def put_in_place(new: str, old: Mention, turn: Turn) -> str:
    """Return the question of a turn with other words in place of a phrase."""
    return turn.question[: old.start] + new + turn.question[old.end :]


def _without_role(mention: Mention, turn: Turn) -> str:
    """Return "the strike" for "the mediator in the strike", if the question asks who or what that is."""
    parsed = turn.parsed
    if parsed.asking not in IDENTIFYING or parsed.noun or parsed.auxiliary is None:
        return mention.text
    auxiliary = parsed.tokens[parsed.auxiliary]
    is_next = 0 <= mention.start - auxiliary.end <= 1
    if auxiliary.lower not in BE or not is_next or QUESTION_END.match(turn.question, mention.end) is None:
        return mention.text
    words = mention.text.split()
    tie = next((i for i, word in enumerate(words) if word in TIES), len(words))
    return " ".join(words[tie + 1 :]) or mention.text


def _thing_found(turn: Turn) -> list[str]:
    """Return the answer if it is a thing that the question asked for: "the old baths in Mill Lane"."""
    answer = nominal(turn)
    is_thing = turn.parsed.asking in {"what", "which"} and answer.lower().startswith("the ")
    return [f"the {answer[4:]}"] if is_thing else []


def _says(text: str, phrase: str) -> bool:
    return phrase.casefold() in text.casefold()
