"""English tokens, and the words of the closed classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.content_words import STOP_WORDS
from qa.english.verbs import IRREGULAR_FORMS

__all__ = [
    "AUXILIARIES",
    "BE",
    "DETERMINERS",
    "DO",
    "FEMALE",
    "MALE",
    "OBJECTS",
    "OPENERS",
    "PLURALS",
    "POSSESSIVES",
    "PREPOSITIONS",
    "PRONOUNS",
    "WH",
    "YEAR",
    "Token",
    "is_name",
    "is_plural",
    "is_rate",
    "is_verb",
    "tokens",
]

TOKEN = re.compile(r"\w+n['’]t\b|['’]s\b|\w+(?:[-.]\w+)*|[^\w\s]")
YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")

OPENERS = ("and", "but", "so", "well", "okay", "ok")
"""Words that people begin a question with, and that change nothing of what it asks for."""
WH = frozenset("who whom whose what which when where why how".split())
BE = frozenset("am is are was were be been being 's ain't isn't aren't wasn't weren't".split())
DO = frozenset("do does did don't doesn't didn't".split())
MODALS = """
    has have had hasn't haven't hadn't can could can't couldn't will would won't wouldn't shall should shouldn't
    may might must mustn't cannot
""".split()
AUXILIARIES = (BE - {"be", "been", "being"}) | DO | frozenset(MODALS)
PREPOSITIONS = frozenset(
    """
    about above across after against along among around at before behind below beside between by down during for
    from in inside into near of off on onto out outside over per since through to toward towards under until up
    upon with within without
    """.split()
)
DETERMINERS = frozenset("the a an this that these those each every".split())
POSSESSIVES = frozenset("his her its their".split())
OBJECTS = frozenset("him her them".split())
PRONOUNS = frozenset("he him his she her hers it its they them their theirs".split())
MALE = frozenset("he him his husband father son brother uncle nephew grandfather grandson king man boy".split())
FEMALE = frozenset("she her hers wife mother daughter sister aunt niece grandmother queen woman girl".split())
UNITS = frozenset("second minute hour day night week month quarter year decade head person piece".split())
PLURALS = frozenset("people children men women police staff".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a punctuation mark of a text: ``text[start:end]``."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The token in lower case, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")


def tokens(text: str) -> list[Token]:
    """Return the words and punctuation marks of a text; "didn't" is one token, "What's" and "Berg's" are two."""
    return [Token(match[0], *match.span()) for match in TOKEN.finditer(text)]


def is_name(token: Token) -> bool:
    """Return whether a word is written like a name, with a capital. Ignore the first word of a sentence."""
    return token.text[0].isupper() and (token.lower not in STOP_WORDS or token.lower == "the")


def is_plural(noun: str) -> bool:
    """Return whether a noun looks like a plural."""
    noun = noun.lower()
    return noun in PLURALS or (noun.endswith("s") and not noun.endswith(("ss", "us", "is", "'s")))


def is_rate(words: Sequence[Token], i: int) -> bool:
    """Return whether a token begins "a day" or the like after a noun: "300 cars a day"."""
    if not 0 < i < len(words) - 1 or words[i].lower not in {"a", "an", "per"}:
        return False
    before = words[i - 1].lower
    is_counted = before not in AUXILIARIES | PREPOSITIONS | DETERMINERS | {"be", "of"} and not is_verb(before)
    return is_counted and words[i + 1].lower in UNITS


def is_verb(word: str) -> bool:
    """Return whether a word is certainly a past form: one in "-ed", or a common irregular one."""
    return word in IRREGULAR_FORMS or (word.endswith("ed") and len(word) > 4)
