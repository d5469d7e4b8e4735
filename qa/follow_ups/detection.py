"""Whether a question follows up on the conversation or stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.content_words import content_words
from qa.english.lexicon import AUXILIARIES, DO, PREPOSITIONS, is_plural, tokens
from qa.english.noun_phrases import has_name, mentions
from qa.follow_ups.parsing import Question
from qa.follow_ups.pronouns import free_pronouns

__all__ = ["Context", "is_follow_up"]

COMPARING = frozenset("else other others another better worse earlier sooner".split())
ENDS = AUXILIARIES | PREPOSITIONS | {"", "be", ","}
MEASURING = frozenset("cost weigh measure last hold contain".split())  # what "one" does if it is a thing
OF_THE_LIBRARY = re.compile(r"\b(?:the|these|those|all|my|your) (?:articles|documents|sources)\b", re.IGNORECASE)
FEW_WORDS = 2  # content words that, without a name, are too few to say which article is meant
MANY_WORDS = 4  # content words that are enough
FRAGMENT_WORDS = 3


@dataclass(frozen=True, slots=True)
class Context:
    """What a question is asked after.

    ``focus`` is the text of the article in focus ("" if there is none), ``others`` are passages of other articles
    for the question, and ``said`` is what the latest turn asked and answered.
    """

    focus: str = ""
    others: Sequence[str] = ()
    said: str = ""


def is_follow_up(question: Question, context: Context) -> bool:
    """Whether a question cannot be understood without the conversation before it."""
    if not question.tokens:
        return False
    if question.is_fragment:
        return _is_loose_fragment(question)
    if question.lacks_verb or _lacks_noun(question) or _says_one(question) or free_pronouns(question):
        return True
    return not has_name(question.text) and _is_vague(question, context)


def _is_loose_fragment(question: Question) -> bool:
    words = question.tokens[question.opening :]
    if not words:
        return True
    short = len(words) <= FRAGMENT_WORDS and question.text.rstrip().endswith("?")
    return question.opened or short or words[0].lower in PREPOSITIONS | {"why", "the"}


def _lacks_noun(question: Question) -> bool:
    """Whether the noun is missing: "How many were there?", "Which is the deepest?"."""
    if question.wh is None or question.auxiliary is None:
        return False
    asks = [word.lower for word in question.tokens[question.wh : question.asks]]
    return asks in (["how", "many"], ["which"])


def _says_one(question: Question) -> bool:
    """Whether "one" replaces a noun: "When is the next one?", "What does one cost?"."""
    words = [word.lower for word in question.tokens] + [""]
    subject = len(words) if question.auxiliary is None else question.auxiliary + 1
    if words[subject : subject + 1] == ["one"] and words[subject - 1] in DO and words[subject + 1] in MEASURING:
        return True
    return any(word in {"one", "ones"} and words[i + 1] in ENDS for i, word in enumerate(words[:-1]))


def _is_vague(question: Question, context: Context) -> bool:
    """Whether a question without a name could be about the article in focus and about another one.

    "The judge" is clear if only one article has a judge. If several do, it is the one in the conversation.
    """
    words = {word.lower for word in question.tokens}
    content = content_words(question.text) - COMPARING
    if not content or words & COMPARING:
        return True
    if len(content) > MANY_WORDS or OF_THE_LIBRARY.search(question.text):
        return False
    if _repeats_noun(question, context.said):
        return True
    if not context.focus or not context.others:
        return False
    in_focus = content_words(context.focus)
    if len(content) <= FEW_WORDS:
        return not content.isdisjoint(in_focus)
    heads = [mention.head for mention in mentions(question.text) if mention.text.lower().startswith("the ")]
    chosen = content_words(" ".join(heads)) or content
    shared = len(chosen & in_focus)
    best = max(len(chosen & content_words(other)) for other in context.others)
    return 0 < best == shared


def _repeats_noun(question: Question, said: str) -> bool:
    """Whether a noun of the latest turn comes again: "new swings" after "the swings"."""
    plurals = {word.lower for word in question.tokens if is_plural(word.text)}
    nouns = {mention.head for mention in mentions(question.text)} | plurals
    return not nouns.isdisjoint(word.lower for word in tokens(said))
