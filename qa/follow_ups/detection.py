"""Whether a question leans on the talk before it, or stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.content_words import content_words
from qa.english.lexicon import AUXILIARIES, PREPOSITIONS
from qa.english.noun_phrases import has_name, mentions
from qa.follow_ups.parsing import Question
from qa.follow_ups.pronouns import free_pronouns

__all__ = ["Surroundings", "leans"]

COMPARING = frozenset("else other others another better worse earlier sooner".split())
ENDS = AUXILIARIES | PREPOSITIONS | {"", "be", ","}
FEW_WORDS = 2  # content words, too few to say without a name which article is meant
MANY_WORDS = 4  # enough for it
FRAGMENT_WORDS = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The text of the article in focus ("" when there is none), and what a question by itself finds in others."""

    focus: str = ""
    others: Sequence[str] = ()


def leans(question: Question, around: Surroundings) -> bool:
    """Whether a question cannot be understood without what was said before."""
    if not question.tokens:
        return False
    if question.is_fragment:
        return _is_loose_fragment(question)
    if question.lacks_verb or _lacks_noun(question) or _says_one(question) or free_pronouns(question):
        return True
    return not has_name(question.text) and _is_vague(question, around)


def _is_loose_fragment(question: Question) -> bool:
    words = question.tokens[question.opening :]
    if not words:
        return True
    short = len(words) <= FRAGMENT_WORDS and question.text.rstrip().endswith("?")
    return question.opened or short or words[0].lower in PREPOSITIONS | {"why", "the"}


def _lacks_noun(question: Question) -> bool:
    """Whether what is counted or chosen from is left out: "How many were there?", "Which is the deepest?"."""
    if question.wh is None or question.auxiliary is None:
        return False
    asks = [word.lower for word in question.tokens[question.wh : question.asks]]
    return asks in (["how", "many"], ["which"])


def _says_one(question: Question) -> bool:
    """Whether a noun was left out for "one": "When is the next one?"."""
    words = [word.lower for word in question.tokens] + [""]
    return any(word in {"one", "ones"} and words[i + 1] in ENDS for i, word in enumerate(words[:-1]))


def _is_vague(question: Question, around: Surroundings) -> bool:
    """Whether a question without a name could be of the article in focus and of another one as well.

    "The judge" is one judge where only one article has any; where several do, it is the one spoken of.
    """
    words = {word.lower for word in question.tokens}
    wanted = content_words(question.text) - COMPARING
    if not wanted or words & COMPARING:
        return True
    if len(wanted) > MANY_WORDS or not around.focus or not around.others:
        return False
    in_focus = content_words(around.focus)
    if len(wanted) <= FEW_WORDS:
        return not wanted.isdisjoint(in_focus)
    heads = [one.head for one in mentions(question.text) if one.text.lower().startswith("the ")]
    chosen = content_words(" ".join(heads)) or wanted
    shared = len(chosen & in_focus)
    best = max(len(chosen & content_words(other)) for other in around.others)
    return 0 < best == shared
