"""What a conversation is about, added in brackets to a question that does not say it itself."""

from __future__ import annotations

import re

from qa.english.lexicon import BE, DO, WH, is_name, tokens
from qa.english.noun_phrases import TIES, Mention, has_name, mentions, names_of
from qa.follow_ups.antecedents import PEOPLE, Turn, nominal

__all__ = ["QUESTION_END", "bracketed", "put_in_place", "topic", "with_context", "with_topic"]

QUESTION_END = re.compile(r"[\s?.!]*$")
ELSEWHERE = frozenset({"away", "back", "abroad"})
OPEN_VERBS = frozenset(  # say little without what, where or whom they are about
    """
    agree arrive begin decide end fail find finish go hear know learn leave lose notice react refuse reply respond
    return start stop succeed win
    """.split()
)
IDENTIFYING = PEOPLE | frozenset({"what"})


def topic(turn: Turn, said: str = "") -> str:
    """Return the topic of a question: its first phrase with a name or, without names, its first phrase.

    "Who is the mediator in the strike?" is about the strike.

    :param said: a text that says some phrases already; the topic is another one.
    """
    phrases = [_without_role(mention, turn) for mention in turn.mentions if not mention.inside]
    phrases = [phrase for phrase in [*_thing_found(turn), *phrases] if not _says(said, phrase)]
    named = [phrase for phrase in phrases if has_name(f"is {phrase}")]
    placed = {mention.text for mention in turn.mentions if mention.is_place}
    named.sort(key=lambda phrase: phrase in placed)
    if named or phrases:
        return (named or phrases)[0]
    return next((name for name in names_of(f"is {turn.answer}") if not _says(said, name)), "")


def with_topic(text: str, turn: Turn) -> str:
    """Add the topic of the conversation in brackets, if the question does not say it."""
    return bracketed(text, topic(turn))


def with_context(text: str, turn: Turn) -> str:
    """Add in brackets what a question is about, if it does not say so.

    A question without a name gets the topic. One with a name gets it if it leaves open what "the company" belongs
    to, or what or where: "How did Ada notice?", "How long was Ada away?". Both get the phrase of the answer that
    introduces a noun, if there is one: "a contract to dredge the harbour" for "the contract".
    """
    loose = _loose_nouns(text, turn)
    introduced = [_introduced(noun, turn.answer) for noun in loose]
    if new := next((phrase for phrase in introduced if phrase and not _says(text, phrase)), ""):
        return bracketed(text, new)
    if not has_name(text):
        return with_topic(text, turn)
    return bracketed(text, _named_thing(topic(turn, text))) if loose or _is_open(text) else text


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


def _named_thing(phrase: str) -> str:
    """Return a phrase that has a name and is not a person's; "" for any other one."""
    is_person = len(phrase.split()) > 1 and names_of(f"is {phrase}") == [phrase]
    is_vague = phrase.lower().startswith(("a ", "an "))
    return phrase if has_name(f"is {phrase}") and not is_person and not is_vague else ""


def _loose_nouns(text: str, turn: Turn) -> list[str]:
    """Return the nouns that come with "the" and nothing more, and were not in the question before."""
    known = {mention.head for mention in turn.mentions}
    plain = [
        mention
        for mention in mentions(text)
        if mention.text.lower().startswith("the ") and not (mention.is_name or mention.inside or mention.owns)
    ]
    return [one.head for one in plain if one.head not in known and TIES.isdisjoint(one.text.lower().split())]


def _introduced(head: str, answer: str) -> str:
    """Return the stretch of an answer that introduces a noun: "a contract to dredge the harbour"."""
    match = re.search(rf"\b(?:an?|the) (?:[a-z-]+ ){{0,2}}{re.escape(head)}\b(?:[ ][\w’'-]+){{0,6}}", answer)
    return match[0] if match else ""


def _says(text: str, phrase: str) -> bool:
    return phrase.casefold() in text.casefold()


def _is_open(text: str) -> bool:
    """Whether a question is little but a name and a verb, or a word for a place: "How did Ada notice?"."""
    own = {word.lower for word in tokens(text) if word.text[0].isalpha() and not is_name(word)}
    if own & ELSEWHERE:
        return True
    verbs = own - DO - WH - {"out"}
    return bool(own & DO) and bool(verbs) and verbs <= OPEN_VERBS
