"""The other of two things: "the other one" after a question about the first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.english.content_words import STOP_WORDS
from qa.english.noun_phrases import Mention, full_name, mentions
from qa.follow_ups.antecedents import Turn, nominal

__all__ = ["Counterpart", "counterpart_of_answer", "find_counterpart"]

NAME = r"[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|\d+))*"
DETERMINER = re.compile(r"\A(?:the|a|an)\s+", re.IGNORECASE)


class Counterpart(NamedTuple):
    """The other of two things, and the phrase of the latest question that names the first."""

    text: str
    first: Mention


def find_counterpart(turns: Sequence[Turn]) -> Counterpart | None:
    """Return the other of two things, of which the latest question names one; None if it is not clear.

    It is what the conversation or the article in focus joins to the first with "and" ("Ada and Ben"), or what is
    called the same but for a word: the southern tunnel, if the question is about the northern tunnel.
    """
    latest = turns[-1]
    said = [text for turn in reversed(turns) for text in (turn.question, turn.answer)]
    mentioned = sorted(latest.mentions, key=lambda mention: (mention.inside, not mention.is_name))
    for mention in mentioned:
        for text in (*said, latest.article):
            if other := _joined(mention, text):
                return Counterpart(other, mention)
    for mention in mentioned:
        if other := _called_alike(mention, latest.article):
            return Counterpart(other, mention)
    return None


def counterpart_of_answer(turn: Turn) -> str:
    """Return the other of two things, of which the answer is one; "" if it is not clear."""
    for mention in mentions(f"is {nominal(turn)}"):
        if other := _joined(mention, turn.article):
            return full_name(other, turn.article)
    return ""


def _joined(mention: Mention, text: str) -> str:
    """Return the name that "and" joins to this one."""
    if not mention.is_name:
        return ""
    name = re.escape(DETERMINER.sub("", mention.text))
    found = re.search(rf"\b{name} and (?:the )?({NAME})|({NAME}) and (?:the )?{name}\b", text)
    return (found[1] or found[2]) if found else ""


def _called_alike(mention: Mention, article: str) -> str:
    """Return the phrase of the article that differs from this one in a word; of several, the most frequent."""
    for words in (mention.text.split(), [word for word in mention.text.split() if word[0].islower()]):
        found = Counter[str]()
        for pattern in _patterns(words):
            for match in re.finditer(pattern, article):
                first = match[0][0]
                is_other = match[1].lower() not in STOP_WORDS and match[0].lower() != " ".join(words).lower()
                found[first.lower() + match[0][1:] if DETERMINER.match(match[0]) else match[0]] += is_other
        if found.total():
            return found.most_common(1)[0][0]
    return ""


def _patterns(words: Sequence[str]) -> Iterator[str]:
    """Yield patterns that put another word, their group 1, in place of one of the words or after the last."""
    kept = [word for word in words if not DETERMINER.fullmatch(f"{word} ")]
    if not kept:
        return
    for i, word in enumerate(words):
        if len(kept) > 1 and word in kept:
            like = r"([A-Z][\w-]*)" if word[0].isupper() else r"([a-z][\w-]*)"
            yield _spelt([re.escape(other) for other in words[:i]] + [like] + list(map(re.escape, words[i + 1 :])))
    if words[-1][0].isupper() or words[-1][0].isdigit():
        yield _spelt([*map(re.escape, words), r"([A-Z][\w-]*)"])


def _spelt(parts: Sequence[str]) -> str:
    first = parts[0]
    start = f"[{first[0].upper()}{first[0].lower()}]{first[1:]}" if first[0].isalpha() else first
    return rf"\b{' '.join([start, *parts[1:]])}\b"
