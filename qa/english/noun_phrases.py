"""Names and noun phrases of a text, found by capitals and by the words around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.english.content_words import STOP_WORDS
from qa.english.lexicon import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    FEMALE,
    MALE,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Token,
    is_name,
    is_plural,
    is_rate,
    is_verb,
    tokens,
)

__all__ = [
    "PLACING",
    "TIES",
    "Mention",
    "full_name",
    "gender",
    "has_name",
    "head_gender",
    "mentions",
    "names_of",
    "with_capitals",
]

TIES = frozenset({"of", "in", "at", "from", "to", "for", "on"})  # connect a noun with the phrase that specifies it
PLACING = frozenset({"in", "at", "from", "near"})
OWNING = frozenset({"'s", "'", "’"})
VERBS = frozenset("be been have do not never and or".split())
ADVERBS = frozenset("now today afterwards later soon still yet ever back again away together worth".split())
CAPITALISED = re.compile(r"(?<=[\w,;:] )[A-Z]\w*")
LOWER = re.compile(r"\b[a-z]\w+")
GENDERED = re.compile(r"\b(?:he|his|him|she|her|hers)\b", re.IGNORECASE)
OBJECTIVE = frozenset({"him", "her"})  # "offered her" refers to someone else
SENTENCE_END = re.compile(r"[.?!]\s")
# A place does not take a pronoun from the person before it.
OTHER_NAME = re.compile(r"(?<=[\w,;:] )(?<!\bin )(?<!\bat )(?<!\bof )(?<!\bto )(?<!\bfrom )(?<!\bnear )[A-Z]\w+")
NEARBY = 200  # characters after a name in which a pronoun may refer to it


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or a noun phrase in a text: ``text[start:end]``.

    ``head`` is its main noun and ``before`` the word before it, both in lower case. ``inside`` marks a name in a
    longer phrase ("Karst" in "the hall in Karst"), and ``owns`` a phrase that "'s" follows.
    """

    text: str
    start: int
    end: int
    head: str
    before: str
    is_name: bool
    inside: bool
    owns: bool

    @property
    def is_plural(self) -> bool:
        """Whether it is a plural."""
        return " and " in self.text or is_plural(self.head)

    @property
    def is_place(self) -> bool:
        """Whether the word before makes it a place or a time."""
        return self.before in PLACING


def mentions(text: str) -> list[Mention]:
    """Return the noun phrases of a question and the names inside them, in order."""
    words, phrases = tokens(text), []
    i = 0
    while i < len(words):
        end = _phrase(words, i)
        if end == i:
            i += 1
            continue
        whole = _mention(text, words, i, end, inside=False)
        names = [_mention(text, words, *name, inside=True) for name in _name_runs(words, i, end)]
        phrases += [whole, *(name for name in names if name.text != whole.text)]
        i = end
    return phrases


def names_of(text: str) -> list[str]:
    """Return the names in a question or an answer."""
    words = tokens(text)
    return [text[words[start].start : words[end - 1].end] for start, end in _name_runs(words, 0, len(words))]


def has_name(text: str) -> bool:
    """Return whether a question contains a name."""
    return bool(names_of(text))


def with_capitals(question: str, texts: Iterable[str]) -> str:
    """Return a question with the names capitalised as in the texts: "who is mayor of Ellmoor"."""
    capital, small = Counter[str](), Counter[str]()
    for text in texts:
        capital.update(word.lower() for word in CAPITALISED.findall(text))
        small.update(LOWER.findall(text))

    def spelt(match: re.Match[str]) -> str:
        word = match[0]
        is_noun = word not in STOP_WORDS | AUXILIARIES | WH and capital[word] > small[word]
        return word.capitalize() if is_noun else word

    return LOWER.sub(spelt, question)


def full_name(name: str, text: str) -> str:
    """Return the first longer form of a one-word name in a text: "Daniel Okafor" for "Okafor"."""
    if " " in name:
        return name
    for match in re.finditer(rf"(?:[A-Z][\w-]+ ){{1,2}}{re.escape(name)}\b(?! [A-Z])", text):
        if match[0].split()[0].lower() not in STOP_WORDS | PREPOSITIONS:
            return match[0]
    return name


def gender(name: str, text: str) -> int:
    """Return a number above 0 if the pronouns after a name in a text are mostly "she", below 0 for "he"."""
    first, _, last = name.rpartition(" ")
    count = 0
    for match in re.finditer(rf"(?:\b([A-Z][\w-]+) )?\b{re.escape(last)}\b", text):
        if first and match[1] and match[1] not in first.split() and match[1].lower() not in STOP_WORDS:
            continue  # "Karl Moor" says nothing about Lena Moor
        nearby = text[match.end() : match.end() + NEARBY]
        other = OTHER_NAME.search(nearby)
        count += _gender_of_pronouns(nearby[: other.start()] if other else nearby)
    return count


def _gender_of_pronouns(text: str) -> int:
    """Return 1 for "she", -1 for "he", 0 without a pronoun or if its sentence has both: "She asked him"."""
    subjects = (match for match in GENDERED.finditer(text) if match[0].lower() not in OBJECTIVE)
    if not (first := next(subjects, None)):
        return 0
    before = [end.end() for end in SENTENCE_END.finditer(text, 0, first.start())]
    after = SENTENCE_END.search(text, first.end())
    sentence = text[before[-1] if before else 0 : after.start() if after else None]
    genders = {word.lower() in FEMALE for word in GENDERED.findall(sentence)}
    return 0 if len(genders) > 1 else 1 if True in genders else -1


def head_gender(head: str) -> int:
    """Return 1 for "sister", -1 for "brother", 0 for a noun without a gender."""
    return (head in FEMALE) - (head in MALE)


def _phrase(words: Sequence[Token], i: int) -> int:
    """Return the end of the noun phrase that begins at a token, or the token itself if none does."""
    end = first = _core(words, i)
    while end > i and end + 1 < len(words) and words[end].lower in TIES:
        further = _core(words, end + 1)
        if further == end + 1:
            break
        end = further
    is_subject = i > 0 and words[i - 1].lower in AUXILIARIES - BE
    return _without_verb(words, i, first, end) if is_subject and end > i + 1 else end


def _without_verb(words: Sequence[Token], i: int, first: int, end: int) -> int:
    """Return the end of a subject that may include its verb: "does the Fennec cost", "did Anna give to".

    :param first: the end of its first part, before any ties.
    """
    after = words[end].lower if end < len(words) else ""
    if after in VERBS or is_verb(after):
        return end
    if words[end - 2].lower in DETERMINERS and first < end:  # "did the plumber ring at the door"
        return first - 1 if first > i + 1 else end
    if not is_name(words[end - 1]):
        return end - 1
    inner = first < end and first - i > 2 and words[first].lower != "of" and not is_name(words[first - 1])
    return first - 1 if inner and (not after.isalnum() or after in PREPOSITIONS) else end


def _core(words: Sequence[Token], i: int) -> int:
    """Return the end of a noun phrase without ties: "the new mill", "Anna Berg's brother"."""
    named = _starts_name(words, i)
    if is_rate(words, i):
        return i
    if not (named or words[i].lower in (DETERMINERS - {"that"}) | (POSSESSIVES - {"her"})):
        return i
    end, names = i + 1, named
    while end < len(words) and _continues(words[end - 1], words[end]):
        ends_name = names and is_name(words[end]) and not is_name(words[end - 1]) and words[end - 1].lower != "'s"
        if ends_name and words[end - 1].lower not in DETERMINERS:  # "Brightloom choose Tarnbury"
            end -= 1
            break
        names = names or is_name(words[end])
        end += 1
    if words[end - 1].lower in OWNING:
        end -= 1
    return end if named or end > i + 1 else i


def _continues(before: Token, word: Token) -> bool:
    lower = word.lower
    if lower == "'s" or is_name(word) or (lower in OWNING and before.lower.endswith("s")):
        return True
    if is_name(before) and _is_serial(word):
        return True
    plain = lower not in STOP_WORDS | AUXILIARIES | PREPOSITIONS | PRONOUNS | WH | ADVERBS
    is_participle = before.lower in {"the", "a", "an"}  # "the lost property"
    return word.text[0].isalpha() and plain and (is_participle or not is_verb(lower)) and not lower.endswith("ly")


def _is_serial(word: Token) -> bool:
    """Whether a word is a number that can belong to a name, as in "the Hush 2", and is no year."""
    return word.text.isdigit() and len(word.text) < 4


def _starts_name(words: Sequence[Token], i: int) -> bool:
    if not is_name(words[i]) or words[i].lower == "the":
        return False
    opens = i == 0 and (words[i].lower in AUXILIARIES | WH | DETERMINERS | PREPOSITIONS)
    return not opens


def _name_runs(words: Sequence[Token], start: int, end: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    i = start
    while i < end:
        j = i
        while j < end and (
            _starts_name(words, j) or (j == i > 0 and is_name(words[j])) or (j > i and _is_serial(words[j]))
        ):
            j += 1
        if j > i and any(word.lower != "the" for word in words[i:j]):
            runs.append((i, j))
        i = max(j, i + 1)
    return runs


def _mention(text: str, words: Sequence[Token], start: int, end: int, *, inside: bool) -> Mention:
    tie = next((k for k in range(start + 1, end) if words[k].lower in TIES), end)
    return Mention(
        text=text[words[start].start : words[end - 1].end],
        start=words[start].start,
        end=words[end - 1].end,
        head=words[tie - 1].lower,
        before=words[start - 1].lower if start else "",
        is_name=bool(_name_runs(words, start, end)),
        inside=inside,
        owns=end < len(words) and words[end].lower in OWNING,
    )
