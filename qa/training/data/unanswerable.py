"""Rewords questions so that their paragraphs no longer answer them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from qa.english.content_words import STOP_WORDS, content_words
from qa.evaluation.data.examples import Example
from qa.training.data import antonyms
from qa.training.data.antonyms import (
    COUNTS,
    EXCLUSIVE,
    GENERIC,
    HEADS,
    NUMBER,
    can_exclude,
    match_case,
    replace_span,
)

__all__ = [
    "KINDS",
    "alter",
    "change_antonym",
    "change_name",
    "change_number",
    "change_tail",
    "change_word",
    "negate",
]

T = TypeVar("T")
Kind = Callable[[Example, Sequence[Example], random.Random], str | None]

POSSESSIVE = re.compile(r"['’]s?$")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
NAME = re.compile(
    r"(?<![\w'’-])[A-Z][\w'’-]*\w(?:(?:(?<=\b(?:Mr|Dr|St))\.)? (?:(?:of|de|von|van|the|of the) )?[A-Z][\w'’-]*\w)*"
)
TAIL = re.compile(
    r"^.* (of|in|for|by|with|at|from|on|during|about|against) ((?:the |an? )?(?:[\w'’-]+ ){0,2}[\w'’-]+)\?$"
)
NOUN_FOLLOWERS = frozenset("of in for to is was are were did does do that by on with have has at from ?".split())
SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[\"“(]?[A-Z0-9])")
NEGATIVE = re.compile(
    r"\b(?:not|never|no|none|neither|nor|without|except|cannot|un\w+|only|other than)\b|n['’]t\b", re.IGNORECASE
)
UNNEGATED = re.compile(r"\b(?:when|where|how|year|date|age|day|time|month|decade|stand|mean)\b", re.IGNORECASE)
AUXILIARY = re.compile(r"\b(did|does|do|was|were|is|are|has|have|had|can|could|will|would|should|must)\b")
PLACE_WORDS = frozenset("in at near".split())
ENDINGS = "tion sion ment ness ity ism ist ing ed ly al ous ive ers er ies s".split()
SAID = 0.34  # a sentence with the new word and this share of the question's other words may answer it


def alter(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Return the question, reworded so that the context no longer answers it, or None if no change is safe.

    :param others: more questions about the same article, the source of names and words of the same topic.
    """
    others = [other for other in others if other.title == example.title]
    for kind in sorted(KINDS, key=lambda kind: -(random_.random() ** (1 / KINDS[kind]))):
        question = kind(example, others, random_)
        if question is not None and question.lower() != example.question.lower():
            return question
    return None


def change_name(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Replace a name that occurs in the context by another name of similar form from the same article."""
    matches = [match for match in _names(example.question) if POSSESSIVE.sub("", match[0]) in example.context]
    texts = tuple(dict.fromkeys([*(other.context for other in others), example.context]))
    roles = _roles(texts)
    for match in _shuffled(matches, random_):
        old = POSSESSIVE.sub("", match[0])
        form = _form(old, roles.get(old) or _role_of_name(match, example.question))
        near = {POSSESSIVE.sub("", name[0]) for name in _chunks(example.context)}
        similar = sorted(name for name, role in roles.items() if _form(name, role) == form)
        for pool in _shuffled([[name for name in similar if name in near], similar], random_):
            for name in _shuffled(pool, random_)[:20]:
                if not _same_bearer(old, name, texts) and _is_new(name, match, example):
                    return replace_span(example.question, match.start(), match.start() + len(old), name)
    return None


def change_number(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Replace a year or number that occurs in the context by another one close to it."""
    del others
    counts = (match for match in WORD.finditer(example.question) if match[0].lower() in COUNTS)
    numbers = [*NUMBER.finditer(example.question), *counts]
    matches = [match for match in numbers if re.search(rf"\b{match[0]}\b", example.context, re.IGNORECASE)]
    matches = [
        match
        for match in matches
        if not re.search(r"(?i)\b(?:what|which|between|from) $", example.question[: match.start()])
    ]
    for match in _shuffled(matches, random_):
        near = antonyms.find_similar_numbers(match[0], example.context)
        drawn = [antonyms.draw_similar_number(match[0], random_) for _ in range(8)]
        for number in [*_shuffled(near, random_), *drawn]:
            if number != match[0] and _is_new(number, match, example):
                return replace_span(example.question, match.start(), match.end(), number)
    return None


def change_antonym(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Replace a word by its opposite, or by one that excludes it."""
    del others
    if " or " in example.question:  # "Which is smaller, A or B?" still has an answer
        return None
    for match in _shuffled(WORD.finditer(example.question), random_):
        opposites = EXCLUSIVE.get(match[0].lower(), [])
        is_adverb = match[0] == "first" and not re.search(
            r"(?:the|a|its|his|her|'s) $", example.question[: match.start()]
        )
        if opposites and can_exclude(match, example.question):
            for word in _shuffled(["last"] if is_adverb else opposites, random_):
                if _is_new(word, match, example):
                    return replace_span(example.question, match.start(), match.end(), match_case(word, match[0]))
    return None


def negate(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Insert a negation."""
    del others
    question = example.question
    if NEGATIVE.search(question) or " or " in question or UNNEGATED.search(question):
        return None
    if match := re.match(r"(?:Who|What|Which \w+|What \w+) (?=(?!need|speed|hundred)[a-z]+ed (?!by\b))", question):
        return f"{match[0]}never {question[match.end() :]}" if match[0].split()[-1] not in GENERIC else None
    match = AUXILIARY.search(question)
    if match is None or match.start() == 0:
        return None
    rest = question[match.end() :]
    if match[0] in {"is", "was", "are", "were"} and not re.match(r" [a-z]+(?:ed|en|ing|wn)\b", rest):
        return None  # "What isn't the name …?" is hardly a question
    if match[0] in {"has", "have", "had"} and not re.search(r"\b(?:been|\w+ed|\w+en|\w+wn)\b", rest):
        return None
    contracted = {"can": "can't", "will": "won't"}.get(match[0], match[0] + "n't")
    follows_subject = re.match(r"(?:who|what|which \w+) $", question[: match.start()].lower())
    is_passive = re.match(r" [a-z]+(?:ed|en|ing|wn)\b", rest)
    negated = f"{match[0]} never" if follows_subject and is_passive and random_.random() < 0.5 else contracted
    return question[: match.start()] + negated + rest


def change_word(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Replace a word by one of the same form and surroundings, from a question about another paragraph."""
    context, question = example.context.lower(), example.question
    known = _known(example, others)
    pool = [place for other in others if other.context != example.context for place in _places(other.question)]
    places = [place for place in _places(question) if re.search(rf"\b{place[0][0]}\b", context)]
    for match, surroundings in _shuffled(places, random_):
        words = {new[0] for new, there in pool if there == surroundings and not content_words(new[0]) & known}
        if words:
            return replace_span(question, match.start(), match.end(), random_.choice(sorted(words)))
    return None


def change_tail(example: Example, others: Sequence[Example], random_: random.Random) -> str | None:
    """Replace the end of the question by that of another one, after the same preposition."""
    known = _known(example, others)
    match = TAIL.search(example.question)
    if match is None or not set() < content_words(match[2]) <= content_words(example.context):
        return None
    tails = (TAIL.search(other.question) for other in others if other.context != example.context)
    fitting = {tail[2] for tail in tails if tail and tail[1] == match[1] and _shape(tail[2]) == _shape(match[2])}
    for tail in _shuffled(sorted(fitting), random_):
        words = tail.split()[tail.startswith(("the ", "a ", "an ")) :]
        if not content_words(tail) & known and not STOP_WORDS & set(words):
            return replace_span(example.question, match.start(2), match.end(2), tail)
    return None


KINDS: dict[Kind, float] = {
    change_antonym: 6,
    change_name: 2,
    change_number: 4,
    change_tail: 1.5,
    negate: 1,
    change_word: 1,
}
"""The kinds of changes, each with its weight in the random order in which they are tried."""


def _shuffled(items: Iterable[T], random_: random.Random) -> list[T]:
    listed = list(items)
    random_.shuffle(listed)
    return listed


def _known(example: Example, others: Sequence[Example]) -> set[str]:
    """Return the stems of the paragraph, its title, and the questions about it, which may paraphrase it."""
    about = [other.question for other in others if other.context == example.context]
    return content_words(" ".join([example.context, example.title, *about]))


def _is_new(new: str, old: re.Match[str], example: Example) -> bool:
    """Whether the context does not seem to answer the question with ``new`` in place of ``old``."""
    question = example.question
    new_words = {word.lower() for word in WORD.findall(new)} - STOP_WORDS or {new.lower()}
    taken = {word.lower() for text in (question, *example.answers) for word in WORD.findall(text)}
    if new_words & taken:
        return False
    rest = content_words(question[: old.start()] + question[old.end() :])
    answer = example.answers[0] if example.answers else ""
    for sentence in SENTENCE_END.split(example.context):
        if new_words & {word.lower() for word in WORD.findall(sentence)}:
            overlap = len(rest & content_words(sentence))
            if len(rest) < 2 or overlap >= SAID * len(rest) or (answer and answer in sentence):
                return False
    return True


def _names(question: str) -> Iterator[re.Match[str]]:
    """Yield the names in a question, except for its first word and mutually exclusive names."""
    for match in NAME.finditer(question):
        first = match[0].split()[0]
        if question[: match.start()][-2:] in {"", ". "}:  # the first word, or after an initial
            continue
        if first.lower() not in STOP_WORDS and match[0].lower() not in EXCLUSIVE and len(match[0]) > 2:
            yield match


@lru_cache(maxsize=4096)
def _chunks(text: str) -> tuple[re.Match[str], ...]:
    """Return the names in a text, except at the start of a sentence, where any word is capitalised."""
    names = (match for match in NAME.finditer(text) if match[0].split()[0].lower() not in STOP_WORDS)
    return tuple(match for match in names if not re.search(r"(?:^|[.!?:])[ \"“(]*$", text[: match.start()][-4:]))


@lru_cache(maxsize=256)
def _roles(texts: tuple[str, ...]) -> dict[str, str]:
    """Return the role of each name in the texts, by the word before it: "place", "the", or ""."""
    seen: dict[str, Counter[str]] = {}
    for text in texts:
        for match in _chunks(text):
            seen.setdefault(POSSESSIVE.sub("", match[0]), Counter())[_role_of_name(match, text)] += 1
    return {
        name: next((role for role in ("the", "place") if counts[role] > 0.3 * counts.total()), "")
        for name, counts in seen.items()
        if name.lower() not in EXCLUSIVE
    }


def _role_of_name(match: re.Match[str], text: str) -> str:
    previous = text[max(match.start() - 12, 0) : match.start()].lower().split()[-1:]
    if previous and previous[0] in {"the", "a", "an"}:
        return "the"
    return "place" if previous and previous[0] in PLACE_WORDS else ""


def _form(name: str, role: str) -> tuple[int, bool, str, str, str]:
    """Return the form and role of a name; names for which they are equal are interchangeable."""
    words = name.split()
    ending = re.search(r"(?:[aei]an|can|ish|ese|ic|ism|ist|al|s)$", words[-1])
    head = words[-1] if words[-1] in HEADS else ""
    return min(len(words), 3), words[-1].isupper(), role, ending[0][-2:] if ending else "", head


def _same_bearer(old: str, new: str, texts: Sequence[str]) -> bool:
    """Whether two names may refer to the same thing: as parts of a longer name, or as an abbreviation."""
    initials = ["".join(word[0] for word in name.split() if word[0].isupper()) for name in (old, new)]
    if old in initials or new in initials or old in new or new in old:
        return True
    olds, news = set(WORD.findall(old)), set(WORD.findall(new))
    if olds & news - HEADS:
        return True
    if any(f"{old}, {new}" in text or f"{new}, {old}" in text for text in texts):  # "Lourdes, France"
        return True
    longer = (set(WORD.findall(match[0])) for text in texts for match in _chunks(text))
    return any(olds & words and news & words for words in longer)


@lru_cache(maxsize=4096)
def _places(question: str) -> list[tuple[re.Match[str], tuple[str, str, str]]]:
    """Return the replaceable content words of a question, each with its form and surroundings."""
    words = list(WORD.finditer(question))
    places = []
    for before, match, after in zip(words, words[1:], [*words[2:], None], strict=False):
        word, adjoins = match[0], before.end() + 1 == match.start()
        if adjoins and re.fullmatch(r"[a-z]{4,}", word) and word not in STOP_WORDS | GENERIC:
            ending = next((ending for ending in ENDINGS if word.endswith(ending)), "")
            follows = question[match.end() : match.end() + 1].strip() or (_role(after[0]) if after else "?")
            preceding = _role(before[0])
            is_noun = preceding in {"the", "of", "many", "number"} and follows in NOUN_FOLLOWERS
            is_verb = follows == "?" and preceding in {"Name", "to"} and not ending
            if is_noun or is_verb or (ending in {"ed", "al", "ous", "ive"} and preceding != "word"):
                places.append((match, (ending, preceding, follows)))
    return places


def _role(word: str) -> str:
    """Return a function word itself, or the kind of any other word."""
    if word.lower() in STOP_WORDS:
        return "the" if word in {"the", "a", "an", "its", "their", "his", "her"} else word.lower()
    return "Name" if word[0].isupper() else "number" if word[0].isdigit() else "word"


def _shape(phrase: str) -> tuple[object, ...]:
    """Return the shape of a phrase: its length, article, capitals, digits and ending."""
    words = phrase.split()
    ending = next((ending for ending in ("s", "ing", "ed") if words[-1].endswith(ending)), "")
    has_name, has_digit = phrase.lower() != phrase, bool(re.search(r"\d", phrase))
    return len(words), words[0] in {"the", "a", "an"}, words[0][0].isupper(), has_name, has_digit, ending
