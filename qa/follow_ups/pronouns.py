"""Pronouns whose antecedent is not in the question itself."""

from __future__ import annotations

import re

from qa.english.content_words import STOP_WORDS
from qa.english.lexicon import (
    AUXILIARIES,
    BE,
    OBJECTS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Token,
    is_plural,
)
from qa.english.noun_phrases import has_name, mentions
from qa.follow_ups.parsing import Question

__all__ = ["free_pronouns"]

SUBORDINATE = frozenset(
    "that when because so who which after before while if and but although since where".split()
)
WANTING = (
    "able|allowed|begin|come|continue|due|fail|go|going|had|happen|has|have|hope|like|move|need|needs|plan|start"
    "|supposed|try|used|want|wants"
)
VERB = r"(?!(?:the|an?|his|her|its|their|it)\b)[a-z]"  # after "to"
EMPTY_IT = re.compile(  # "When was it that", "How long does it take to", "it was her wish to"
    rf"\s+(?:that\b|(?!(?:{WANTING})\b)\w+\s+to\s+{VERB}|\w+\s+that\b|(?:is|was)\s+(?:\w+\s+){{1,3}}(?:that\b|to\s+{VERB}))"
)
SEVERAL = frozenset("they them their theirs".split())
LOOSE = frozenset("back again away off up down out over there then too also now later".split())


def free_pronouns(question: Question) -> list[Token]:
    """Return the pronouns that have no antecedent in the question itself."""
    return [word for i, word in enumerate(question.tokens) if i >= question.opening and _is_free(question, i)]


def _is_free(question: Question, i: int) -> bool:
    word = question.tokens[i].lower
    if word in {"that", "this", "these", "those"}:
        return _points_back(question, i)
    if word == "there":
        return _is_place(question, i)
    if word == "then":
        return i == len(question.tokens) - 1 or question.tokens[i - 1].lower in PREPOSITIONS
    if word not in PRONOUNS or (word == "it" and EMPTY_IT.match(question.text, question.tokens[i].end)):
        return False
    return not _is_bound(question, i)


def _points_back(question: Question, i: int) -> bool:
    """Whether "that", "this" or the like refers back, rather than begins a clause or repeats a noun."""
    words = question.tokens
    if i == len(words) - 1 or words[i + 1].lower == "one":
        return True
    before = words[i - 1].lower if i else ""
    if words[i + 1].lower in {"who", "that", "which", "year", "week", "month"}:
        return False
    if words[i].lower in {"that", "those"} and before not in AUXILIARIES | PREPOSITIONS | {"why"}:
        return False
    return words[i + 1].lower not in {word.lower for word in words[:i]}


def _is_place(question: Question, i: int) -> bool:
    """Whether "there" is a place, rather than the "there" of "there is"."""
    words = [word.lower for word in question.tokens]
    neighbours = {*words[max(0, i - 1) : i], *words[i + 1 : i + 2]}
    exists = bool(neighbours & (BE | {"will", "would", "has", "have", "had"}))
    return not exists or (i == len(words) - 1 and not question.noun)


def _is_bound(question: Question, i: int) -> bool:
    """Whether a pronoun has its antecedent in the question itself."""
    candidates = _antecedents(question, i)
    word = question.tokens[i].lower
    if _is_possessive(question, i):
        fronted = question.auxiliary is not None and question.wh is not None and i < question.auxiliary
        return bool(candidates) or (fronted and has_name(question.text[question.tokens[i].end :]))
    if any(question.opening == candidate < question.main for candidate in candidates):
        return True  # "What about the Fennec, what does it cost?"
    if not candidates or i - 1 == question.auxiliary:
        return False
    nearest = candidates[0]
    return not _is_object(question, i, word) or any(
        other.lower in SUBORDINATE | ({"to"} if k < i - 1 else set())
        for k, other in enumerate(question.tokens[nearest + 1 : i], nearest + 1)
    )


def _antecedents(question: Question, i: int) -> list[int]:
    """Return the indices of the first tokens of the phrases before a pronoun that it could stand for."""
    words = question.tokens
    is_subject = question.asks_for_subject and i > question.asks
    candidates = [question.wh] if is_subject and question.wh is not None else []
    main = words[question.main].start
    clause = main if is_subject or question.auxiliary is None else words[question.auxiliary].start
    for mention in mentions(question.text):
        in_preface = words[0].start <= mention.start < main
        comes_before = mention.start < words[i].start and (in_preface or mention.start >= clause)
        of_pronoun = mention.text.lower().split(maxsplit=1)[0] in PRONOUNS
        if comes_before and not (mention.inside or of_pronoun or (mention.is_place and not in_preface)):
            candidates.append(next(k for k, word in enumerate(words) if word.start >= mention.start))
    if words[i].lower in SEVERAL:
        candidates += [k for k, word in enumerate(words[:i]) if word.start >= clause and is_plural(word.text)]
    return candidates


def _is_possessive(question: Question, i: int) -> bool:
    word = question.tokens[i].lower
    if word not in POSSESSIVES:
        return False
    return word != "her" or not _ends_phrase(question, i)


def _is_object(question: Question, i: int, word: str) -> bool:
    if word in OBJECTS:
        return True
    return word == "it" and _ends_phrase(question, i)


def _ends_phrase(question: Question, i: int) -> bool:
    if i + 1 >= len(question.tokens):
        return True
    after = question.tokens[i + 1]
    return after.lower in STOP_WORDS - AUXILIARIES | PREPOSITIONS | LOOSE | WH or not after.text[0].isalnum()
