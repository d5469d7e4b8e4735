"""Decide which draft questions read well enough to be examples.

A person corrects draft questions, but examples are shown as they are, to people who have not read the articles. So
questions that refer to an article ("the company"), ask about anyone ("a commission") or are stiff ("by whom") are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from qa.english.lexicon import BE, PREPOSITIONS, is_verb
from qa.english.noun_phrases import has_name
from qa.question_generation.drafts import Draft

__all__ = ["reads_well"]

LONGEST = 13  # words
STIFF = re.compile(r"^By whom|^When had|\bborn in\b")
# Words that single a thing out: "the first map", not "the map".
SINGLING = frozenset("first last only most best largest biggest smallest oldest highest tallest longest".split())
JOINING = frozenset("of in at on from for".split())
UNNAMED = re.compile(
    r"\b(?:did|does|do|was|were|is|are|has|have|will) (?:an?|some|\d[\d,.]*|one|two|three) ", re.IGNORECASE
)


def reads_well(draft: Draft, text: str) -> bool:
    """Return whether a draft question reads like one of a person who has not read its text."""
    question = draft.question[:-1]
    return not (
        len(question.split()) > LONGEST
        or STIFF.search(question)
        or (draft.kind not in {"who", "definition"} and UNNAMED.search(question))
        or _refers_to_text(question)
        or _refers_to_text(draft.answer)
        or _asks_when_of_a_state(draft)
        or not has_name(question)
        or not all(_is_name(word, text) for word in _capitalised(question))
    )


def _refers_to_text(words: str) -> bool:
    """Return whether words refer to the text: "the company", but not "the harbour of Lumen" or "the first map"."""
    return any(
        # After "did", the verb is not recognised: "the study appear in Nature" is not a study in Nature.
        _is_bare(words[found.end() :].split(), JOINING if found[1] is None else {"of"})
        for found in re.finditer(r"(\b(?:did|does|do) )?\bthe ", words, re.IGNORECASE)
    )


def _is_bare(phrase: Sequence[str], joining: Set[str]) -> bool:
    """Return whether the phrase after a "the" ends, at a verb or a preposition, without naming anything."""
    for word in phrase:
        if word[0].isupper() or word[0].isdigit() or word in SINGLING:
            return False
        if is_verb(word) or word in PREPOSITIONS - joining or word in {"to", "and", "as"}:
            return True
    return True


def _asks_when_of_a_state(draft: Draft) -> bool:
    """Return whether a question asks for the time of a state: "When was the profit 17 million crowns?"."""
    if draft.kind != "when":
        return False
    auxiliary, *words = draft.question[:-1].split()[1:]
    return auxiliary in BE and not any(is_verb(word) for word in words)


def _capitalised(question: str) -> list[str]:
    return re.findall(r"(?<= )[A-Z][\w-]*", question)


def _is_name(word: str, text: str) -> bool:
    """Return whether a capitalised word is a name, not only the first word of a sentence."""
    name = re.escape(word)
    return bool(re.search(rf"[\w,’'] {name}\b", text) or re.search(rf"\b{name} [A-Z]", text))
