"""Rewords questions as people type them: in other words, as keywords, in small letters, misspelt."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.english.content_words import STOP_WORDS

if TYPE_CHECKING:
    from qa.evaluation.data.examples import Example
    from qa.training.data.synonyms import Synonyms

__all__ = ["exchange_words", "keep_keywords", "misspell", "reword", "reword_some", "write_plainly"]

Way = Callable[[str, random.Random], str]

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
KEPT = frozenset("who whom whose what which when where why how many much long old far not no never".split())
NUMBERS = frozenset("one two three four five six seven eight nine ten first second third".split())
SHORTEST = 5  # letters of a word that is misspelt
EXCHANGED = 0.6


def reword(question: str, random_: random.Random, synonyms: Synonyms) -> str:
    """Return a question as somebody else may have typed it. It means the same and has the same answer.

    Words are exchanged most often; half of the time the spelling changes as well, or it does alone.
    """
    exchanged = exchange_words(question, random_, synonyms) if random_.random() < EXCHANGED else question
    if exchanged != question and random_.random() < 0.5:
        return exchanged
    way = random_.choice((write_plainly, write_plainly, keep_keywords, misspell))
    return way(exchanged, random_) or question


def reword_some(
    examples: Iterable[Example], share: float, random_: random.Random, synonyms: Synonyms
) -> Iterator[Example]:
    """Yield the questions, a share of them reworded."""
    for example in examples:
        if random_.random() < share:
            yield replace(example, question=reword(example.question, random_, synonyms))
        else:
            yield example


def exchange_words(question: str, random_: random.Random, synonyms: Synonyms) -> str:
    """Replace up to two words, but no names and numbers, by synonyms."""
    fixed = STOP_WORDS | KEPT | NUMBERS
    places = [match for match in WORD.finditer(question) if match[0].islower() and match[0] not in fixed]
    replaceable = [(match, others) for match in places if (others := synonyms.of(match[0]))]
    for match, others in sorted(
        random_.sample(replaceable, min(2, len(replaceable))), key=lambda one: -one[0].end()
    ):
        question = question[: match.start()] + random_.choice(others) + question[match.end() :]
    return question


def write_plainly(question: str, random_: random.Random) -> str:
    """Write a question in small letters, mostly without its question mark."""
    plain = question.lower()
    return plain.rstrip("? ") if random_.random() < 0.7 else plain


def keep_keywords(question: str, random_: random.Random) -> str:
    """Keep the question words and the content words: "when ferry sank"."""
    words = question.rstrip("? ").split()
    kept = [word for word in words if word.lower().strip(",.'\"") not in STOP_WORDS or word.lower() in KEPT]
    return write_plainly(" ".join(kept), random_) if len(kept) > 1 else question


def misspell(question: str, random_: random.Random) -> str:
    """Misspell one or two long words: drop, double or swap a letter inside."""
    words = [match for match in WORD.finditer(question) if len(match[0]) >= SHORTEST]
    for match in sorted(random_.sample(words, min(random_.choice((1, 1, 2)), len(words))), key=lambda m: -m.end()):
        question = question[: match.start()] + _misspelt(match[0], random_) + question[match.end() :]
    return write_plainly(question, random_) if random_.random() < 0.5 else question


def _misspelt(word: str, random_: random.Random) -> str:
    place = random_.randrange(1, len(word) - 2)
    slips = (
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return random_.choice(slips)
