"""Plain main clauses of English text: subject, verb and rest, recognised by words and capitals alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.english.content_words import STOP_WORDS
from qa.english.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    FEMALE,
    MALE,
    OBJECTS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Token,
    is_verb,
    tokens,
)
from qa.english.noun_phrases import gender
from qa.english.sentences import split_sentences

__all__ = ["Clause", "clauses", "core", "is_person"]

LONGEST_SUBJECT = 8  # words
LONGEST_LEAD = 8
REFERRING = frozenset(
    """
    this these those that such another other others each both some many most several few all one ones former latter
    here there i we you my our your us me it's similarly later earlier
    """.split()
)
LINKS = frozenset("however moreover additionally furthermore meanwhile today then therefore thus".split())
STOPS = frozenset(", ; : — – - ... …".split())
CLAUSAL = (WH - {"how"}) | frozenset(
    "that if whether although though because while but than so until unless".split()
)
AFTER_COMMA = CLAUSAL | PREPOSITIONS | DETERMINERS | PRONOUNS | frozenset("and or as".split())
PRESENT = frozenset(
    "contains includes lies covers provides uses requires produces remains begins runs holds says means".split()
)
HAVE = {"has": "does", "have": "do", "had": "did"}
PARTICIPLES = frozenset("named called known based begun".split())
SAYING = frozenset("said stated wrote added noted claimed argued explained reported declared replied".split())
ASIDE = re.compile(r" ?(?:\([^()]*\)|\[\d+\])")
UNPLAIN = re.compile(r"[\"“”„«»()\[\]{}<>|*#=_/\\\n\t]")
PERSONS = (
    MALE
    | FEMALE
    | frozenset(
        """
    president minister king queen mayor governor colonel captain bishop archbishop pope emperor empress
    prince princess duke duchess judge lawyer professor scientist physicist chemist author writer
    novelist poet actor actress singer painter sculptor composer architect engineer founder director
    chairman chairwoman secretary senator chancellor ambassador coach philosopher historian mathematician
    inventor politician economist journalist musician explorer surgeon physician monk saint leader
    teacher spokesman spokeswoman footballer player
    mr mrs ms dr sir lord lady
    """.split()
    )
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A main clause of ``text``: "In 1902, Anna Berg rebuilt the harbour."

    ``lead`` is the part before the subject ("In 1902"), ``verb`` the auxiliary or the verb in lower case, ``do``
    the auxiliary that a question needs ("did", "does"; "" if ``verb`` is one), and ``rest`` the part after the
    verb. ``simple`` is whether the rest contains no other clause. The parts are slices of ``text``, in which
    parentheses are blanked; ``lead_start``, ``subject_start`` and ``rest_start`` are their offsets.
    """

    text: str
    lead: str
    lead_start: int
    subject: str
    subject_start: int
    verb: str
    do: str
    rest: str
    rest_start: int
    simple: bool

    @property
    def asked(self) -> str:
        """The subject as it is written in the middle of a sentence."""
        first, _, others = self.subject.partition(" ")
        if others[:1].isupper() and first.lower() not in STOP_WORDS:  # "New York"
            return self.subject
        is_common = first.lower() in STOP_WORDS or re.search(
            rf"(?<=[a-z,] ){re.escape(first.lower())}\b", self.text
        )
        return f"{self.subject[0].lower()}{self.subject[1:]}" if is_common else self.subject


def clauses(text: str) -> Iterator[Clause]:
    """Yield the main clause of each sentence that has a plain one, which refers to no other sentence."""
    text = ASIDE.sub(lambda aside: " " * len(aside[0]), text)
    for start, end in split_sentences(text):
        if clause := _clause(text, start, end):
            yield clause


def core(phrase: str) -> str:
    """Return a noun phrase up to its main noun: "the new harbour" for "the new harbour of Lumen"."""
    return re.split(r" (?:of|in|on|at|for|from|with|near|who|that|which)\b", phrase)[0]


def is_person(phrase: str, text: str) -> bool | None:
    """Return whether a phrase is about a person, by its nouns or by the pronouns after its name in the text.

    Return None if neither shows it.
    """
    words = core(phrase).split()
    if any(word.lower().strip(".,") in PERSONS for word in words):
        return True
    is_name = words[0].lower() not in DETERMINERS and len(words) < 4 and all(word[0].isupper() for word in words)
    is_place = re.search(rf"\b(?:in|from|to|the) {re.escape(words[0])}\b", text)
    return True if text and is_name and not is_place and gender(phrase, text) else None


def _clause(text: str, start: int, end: int) -> Clause | None:
    words = [Token(word.text, start + word.start, start + word.end) for word in tokens(text[start:end])]
    main = _main(words)
    verb = next((i for i in range(main + 1, len(words)) if _is_finite(words[i])), None)
    if verb is None:
        return None
    stop = _end(words, verb)
    subject = _without_adverbs(words[main:verb])
    if stop is None or not _is_subject(subject) or not _is_rest(words, verb, stop):
        return None
    first = subject[0].start
    if UNPLAIN.search(text[first : words[stop - 1].end]) or text[:first][-1:].strip():
        return None
    lead = words[: max(main - 1, 0)]
    return Clause(
        text=text,
        lead=text[lead[0].start : lead[-1].end] if lead else "",
        lead_start=lead[0].start if lead else start,
        subject=text[subject[0].start : subject[-1].end],
        subject_start=subject[0].start,
        verb=words[verb].lower,
        do=_do(words[verb].lower, words[verb + 1].lower),
        rest=text[words[verb + 1].start : words[stop - 1].end],
        rest_start=words[verb + 1].start,
        simple=not any(word.lower in CLAUSAL for word in words[verb + 1 : stop]),
    )


def _main(words: Sequence[Token]) -> int:
    """Return the index of the first word of the subject: after "In 1902," and "However,"."""
    if not words or words[0].lower not in PREPOSITIONS | LINKS:
        return 0
    comma = next((i for i, word in enumerate(words[: LONGEST_LEAD + 1]) if word.text == ","), None)
    return 0 if comma is None else comma + 1


def _is_finite(word: Token) -> bool:
    if word.text[0].isupper():  # "May"
        return False
    is_listed = word.lower in (AUXILIARIES - {"'s"}) | PRESENT
    return is_listed or is_verb(word.lower.removeprefix("re"))  # "rebuilt"


def _do(verb: str, after: str) -> str:
    """Return the auxiliary that a verb needs in a question: "had two sons" needs one, "had been" does not."""
    if verb in HAVE and after != "been" and not is_verb(after) and not after.endswith("ly"):
        return HAVE[verb]
    if verb in AUXILIARIES:
        return ""
    return "does" if verb in PRESENT else "did"


def _end(words: Sequence[Token], verb: int) -> int | None:
    """Return the end of the clause, or None if it is uncertain."""
    for i in range(verb + 1, len(words)):
        word = words[i]
        if word.text in STOPS:
            if word.text == "," and _in_number(words, i):
                continue
            after = words[i + 1].lower if i + 1 < len(words) else ""
            return i if word.text != "," or after in AFTER_COMMA or after.endswith("ing") else None
        if word.lower == "and" and i + 1 < len(words) and _begins_clause(words[i + 1]):
            return i
        if word.text in {".", "!"} and i == len(words) - 1:
            return i
        if not word.text[0].isalnum() and word.text not in {"'s", "’s", "'", "’", "&", "$", "€", "£", "%"}:
            return None
    return len(words)


def _begins_clause(word: Token) -> bool:
    return _is_finite(word) or word.lower in PRONOUNS - POSSESSIVES - OBJECTS


def _in_number(words: Sequence[Token], i: int) -> bool:
    """Return whether a comma is one like those in "1,240" and "May 13, 2024"."""
    between = words[i - 1].text.isdigit() and i + 1 < len(words) and words[i + 1].text.isdigit()
    return between and (words[i].end == words[i + 1].start or len(words[i + 1].text) == 4)


def _without_adverbs(words: Sequence[Token]) -> Sequence[Token]:
    end = len(words)
    while end > 1 and (
        words[end - 1].lower in LINKS | {"also", "later", "soon", "still", "first"} or _is_adverb(words[end - 1])
    ):
        end -= 1
    return words[:end]


def _is_adverb(word: Token) -> bool:
    return word.lower.endswith("ly") and word.text[0].islower()


def _is_subject(words: Sequence[Token]) -> bool:
    """Return whether words are a noun phrase that needs no context."""
    if len(words) > 3 and words[1].lower == "than":  # "more than 40 ships"
        words = words[2:]
    if not 0 < len(words) <= LONGEST_SUBJECT or words[0].lower in POSSESSIVES | PREPOSITIONS | WH:
        return False
    if words[0].lower.endswith("ly") and len(words) > 1:  # "Typically the evidence"
        return False
    referring = REFERRING | PRONOUNS | CLAUSAL | {"to", "before", "after", "since", "until"}
    plain = all(word.text[0].isalnum() or word.lower in {"'s", "'", "’"} for word in words)
    inner = any(word.lower in referring for word in words)
    return plain and not inner and words[-1].lower not in STOP_WORDS and not words[-1].lower.endswith("ing")


def _is_rest(words: Sequence[Token], verb: int, stop: int) -> bool:
    """Return whether the words after the verb belong to it, and refer to no other sentence."""
    rest = [word.lower if word.lower != "may" else word.text for word in words[verb + 1 : stop]]
    if not rest or {"not", "never", "no"} & set(rest) or words[verb].lower.endswith("n't"):
        return False
    verb_word = words[verb].lower
    if verb_word in SAYING and not {"that", "whether"} & set(rest):  # the words that were said follow the comma
        return False
    if verb_word not in AUXILIARIES and (rest[0] == "by" or verb_word in PARTICIPLES):  # "a group led by Anna"
        return False
    while rest and rest[0] in {"been", "have", "be", "being"}:
        rest = rest[1:]
    inner = next((i for i, word in enumerate(rest) if word in CLAUSAL), len(rest))
    return not any(word in AUXILIARIES for word in rest[:inner]) and not (PRONOUNS | REFERRING - {"that"}) & set(
        rest
    )
