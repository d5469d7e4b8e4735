"""The parts of a question: an opening, the question phrase, an auxiliary, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.english.lexicon import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    DO,
    OPENERS,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Token,
    is_name,
    is_rate,
    is_verb,
    tokens,
)

__all__ = ["Question", "parse"]

OPENING = re.compile(
    rf"\W*(?:(?:{'|'.join(OPENERS)}|also|or|then again|what about|how about)\b[\s,]*)+", re.IGNORECASE
)
CLAUSE = frozenset("that who which where when because".split())
MOST_ASKING = 3  # words in a question phrase ("how many people") if the verb is not recognised
ADVERBIAL = frozenset("when where why how".split())


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its parts, as indices of its tokens; ends are exclusive.

    ``tokens`` leave out the punctuation at the end. ``opening`` is where the question proper begins, after "And".
    ``main`` is where its main clause begins, after a preface such as "In 2021,". ``wh`` is the question word, if
    any. ``asks`` is the end of the question phrase ("By how many votes"), equal to ``main`` without one.
    ``auxiliary`` is the verb after the phrase, if any.
    """

    text: str
    tokens: tuple[Token, ...]
    opening: int
    main: int
    wh: int | None
    asks: int
    auxiliary: int | None

    @property
    def opened(self) -> bool:
        """Whether it begins with a word that ties it to the conversation: "And", "What about"."""
        return self.opening > 0

    @property
    def is_fragment(self) -> bool:
        """Whether it asks nothing by itself: it has no question word and no verb in front."""
        return self.wh is None and self.auxiliary is None

    @property
    def lacks_verb(self) -> bool:
        """Whether there is little but the question phrase: "Why?", "By how many votes?", "Who else?"."""
        if self.wh is None or self.auxiliary is not None:
            return False
        return self.asks == len(self.tokens) or self.asking in {"why", "when", "where"}

    @property
    def asking(self) -> str:
        """The question word in lower case; "" without one."""
        return "" if self.wh is None else self.tokens[self.wh].lower

    @property
    def noun(self) -> str:
        """The noun of the question phrase, if it has one: "islands" in "How many islands"."""
        if self.wh is None:
            return ""
        inner = list(self.tokens[self.wh + 1 : self.asks])
        if self.asking == "how":
            inner = inner[1:] if inner and inner[0].lower in {"many", "much"} else []
        return " ".join(token.text for token in inner if token.lower != "else")

    @property
    def asks_for_subject(self) -> bool:
        """Whether the question phrase is the subject: "Who won?", "What was stolen?", not "What did she say?"."""
        if self.wh is None or (self.asking in ADVERBIAL and not self.noun) or self.wh > self.main:
            return False
        if self.auxiliary is None:
            return True
        after = self.tokens[self.auxiliary + 1 :]
        return self.tokens[self.auxiliary].lower not in DO and bool(after) and not begins_noun_phrase(after[0])

    def slice(self, start: int, end: int | None = None) -> str:
        """Return the text from one token to another, exclusive, as it is written."""
        chosen = self.tokens[start:end]
        return self.text[chosen[0].start : chosen[-1].end] if chosen else ""


def parse(text: str) -> Question:
    """Return the parts of a question. Any text can be parsed."""
    words = tokens(text)
    while words and not words[-1].text[-1].isalnum():
        words.pop()
    opened = OPENING.match(text)
    opening = sum(word.end <= opened.end() for word in words) if opened else 0
    main = _main_clause(words, opening)
    if main is None:
        return Question(text, tuple(words), opening, opening, None, opening, None)
    if words[main].lower in AUXILIARIES:
        return Question(text, tuple(words), opening, main, None, main, main)
    wh = main + (words[main].lower not in WH)
    asks, auxiliary = _asking_words(words, wh)
    return Question(text, tuple(words), opening, main, wh, asks, auxiliary)


def begins_noun_phrase(token: Token) -> bool:
    """Whether a word can be the first of "the town", "his wife", "she" or "Anna Berg"."""
    return token.lower in DETERMINERS | PRONOUNS or is_name(token) or token.text[0].isdigit()


def _main_clause(words: list[Token], opening: int) -> int | None:
    starts = [opening, *(i + 1 for i, word in enumerate(words) if word.text == "," and i >= opening)]
    return next((start for start in starts if _begins_clause(words, start)), None)


def _begins_clause(words: list[Token], i: int) -> bool:
    lower = [word.lower for word in words[i : i + 2]]
    if not lower:
        return False
    if lower[0] in WH or (lower[0] in PREPOSITIONS and lower[-1] in WH):
        return True
    return lower[0] in AUXILIARIES and len(lower) > 1 and not words[i + 1].text[0].isdigit()


def _asking_words(words: list[Token], wh: int) -> tuple[int, int | None]:
    """Return the end of the question phrase, and the auxiliary if one follows."""
    asking = words[wh].lower
    for i in range(wh + 1, len(words)):
        word = words[i].lower
        if word in AUXILIARIES and (word != "'s" or i == wh + 1):
            return i, i
        if word == "else" or is_rate(words, i) or is_rate(words, i - 1):
            continue
        if asking in {"who", "whom", "why", "when", "where"} or word in CLAUSE:
            return i, None
        if is_verb(word) and (i > wh + 1 or asking == "what"):
            return i, None
        after_noun = i > wh + (2 if asking == "how" else 1)  # "how long a sentence" but "what drives the"
        if after_noun and begins_noun_phrase(words[i]) and words[i - 1].lower not in PREPOSITIONS | BE:
            return i - 1, None
    return min(len(words), wh + MOST_ASKING), None
