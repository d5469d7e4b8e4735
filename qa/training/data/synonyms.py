"""Synonyms of single words, in the same inflection, from the files of WordNet (Fellbaum 1998)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from qa.errors import DataError

__all__ = ["WORDNET", "Synonyms"]

WORDNET = Path("/usr/share/wordnet")
"""Where Debian's ``wordnet-base`` lays the files."""

KINDS = ("noun", "verb", "adj", "adv")
MOST_SENSES = 4  # a word with more senses is seldom used in its first one


class _Lemma(NamedTuple):
    word: str
    kind: str
    synonyms: tuple[str, ...]
    senses: int
    weight: tuple[int, int]
    """How common the word is as this kind."""


class Synonyms:
    """The words that share the most frequent sense of a word.

    :param words: the synonyms of each lemma, by kind (``noun``, ``verb``, ``adj``, ``adv``).
    :param irregular: the past forms of irregular verbs, by verb.
    """

    def __init__(self, words: Mapping[str, Mapping[str, Sequence[str]]], irregular: Mapping[str, str]) -> None:
        self._words = words
        self._irregular = irregular
        self._forms = frozenset(irregular.values())

    @classmethod
    def load(cls, folder: Path = WORDNET) -> Self:
        """Load WordNet 3 from the folder with ``index.noun``, ``data.noun`` and their like.

        :raises DataError: if the files are missing.
        """
        try:
            lemmas = [lemma for kind in KINDS for lemma in _lemmas(folder, kind)]
            exceptions = (folder / "verb.exc").read_text("utf-8").split("\n")
        except OSError as error:
            raise DataError(f"WordNet cannot be read: {error}; install wordnet-base") from None
        most: dict[str, _Lemma] = {}
        for lemma in lemmas:
            if lemma.word not in most or lemma.weight > most[lemma.word].weight:
                most[lemma.word] = lemma
        words: dict[str, dict[str, Sequence[str]]] = {kind: {} for kind in KINDS}
        for lemma in most.values():
            if lemma.synonyms and lemma.senses <= MOST_SENSES:
                words[lemma.kind][lemma.word] = lemma.synonyms
        pairs = [line.split()[:2] for line in exceptions if line]
        return cls(words, {base: form for form, base in reversed(pairs) if not form.endswith("ing")})

    def of(self, word: str) -> list[str]:
        """Return the synonyms of a word in lower case: "purchased" has "bought"."""
        return [] if word in self._forms else sorted(set(self._inflected(word)) - {word})

    def _inflected(self, word: str) -> Iterator[str]:
        for kind in KINDS:
            yield from self._words[kind].get(word, ())
        for lemma in (word[:-1], word[:-2]) if word.endswith("s") else ():
            yield from map(_plural, self._words["noun"].get(lemma, ()))
        for lemma in (word[:-1], word[:-2]) if word.endswith("ed") else ():
            yield from map(self._past, self._words["verb"].get(lemma, ()))

    def _past(self, verb: str) -> str:
        return self._irregular.get(verb) or (f"{verb}d" if verb.endswith("e") else f"{verb}ed")


def _lemmas(folder: Path, kind: str) -> Iterator[_Lemma]:
    """Yield the words of one kind, with the other words of their first sense."""
    sets = {line[:8]: line.split() for line in (folder / f"data.{kind}").read_text("utf-8").split("\n")}
    for line in (folder / f"index.{kind}").read_text("utf-8").split("\n"):
        fields = line.split()
        if line.startswith(" ") or not fields or "_" in fields[0]:
            continue
        senses = int(fields[2])
        first = sets[fields[-senses]]
        members = [first[4 + 2 * number] for number in range(int(first[3], 16))]
        others = tuple(word for word in members if word.isalpha() and word.islower() and word != fields[0])
        # the field before the senses says how many of them occur in a corpus
        yield _Lemma(fields[0], kind, others, senses, (int(fields[-senses - 1]), senses))


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
