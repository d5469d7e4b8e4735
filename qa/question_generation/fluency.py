"""Which drafted questions a person would ask: what examples are chosen by.

The drafts are made for a person to correct; examples are read by people who have seen none of the articles.
Whatever leans on an article ("the company"), asks of anybody ("a commission") or is stiff ("by whom") is left out.
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
# The name of one thing: "the first map", where "the map" would be any.
SINGLING = frozenset("first last only most best largest biggest smallest oldest highest tallest longest".split())
JOINING = frozenset("of in at on from for".split())
UNNAMED = re.compile(
    r"\b(?:did|does|do|was|were|is|are|has|have|will) (?:an?|some|\d[\d,.]*|one|two|three) ", re.IGNORECASE
)


def reads_well(draft: Draft, text: str) -> bool:
    """Whether a question that was drafted from a text reads as one that a person who has not read it would ask."""
    question = draft.question[:-1]
    return not (
        len(question.split()) > LONGEST
        or STIFF.search(question)
        or (draft.kind not in {"who", "definition"} and UNNAMED.search(question))
        or _leans(question)
        or _leans(draft.answer)
        or _asks_when_of_a_state(draft)
        or not has_name(question)
        or not all(_is_name(word, text) for word in _capitalised(question))
    )


def _leans(words: str) -> bool:
    """Whether a thing is taken to be known: "the company", but not "the harbour of Lumen" or "the first map"."""
    return any(
        # Behind a "did" a verb follows that does not show, and "the study appear in Nature" is no study in Nature.
        _is_bare(words[found.end() :].split(), JOINING if found[1] is None else {"of"})
        for found in re.finditer(r"(\b(?:did|does|do) )?\bthe ", words, re.IGNORECASE)
    )


def _is_bare(phrase: Sequence[str], joining: Set[str]) -> bool:
    """Whether what follows a "the" comes to its end, at a verb or the like, before it has named anything."""
    for word in phrase:
        if word[0].isupper() or word[0].isdigit() or word in SINGLING:
            return False
        if is_verb(word) or word in PREPOSITIONS - joining or word in {"to", "and", "as"}:
            return True
    return True


def _asks_when_of_a_state(draft: Draft) -> bool:
    """Whether it asks when something was what it is: "When was the profit 17 million crowns?"."""
    if draft.kind != "when":
        return False
    auxiliary, *words = draft.question[:-1].split()[1:]
    return auxiliary in BE and not any(is_verb(word) for word in words)


def _capitalised(question: str) -> list[str]:
    return re.findall(r"(?<= )[A-Z][\w-]*", question)


def _is_name(word: str, text: str) -> bool:
    """Whether a capital is that of a name, not that of a sentence's first word."""
    known = re.escape(word)
    return bool(re.search(rf"[\w,’'] {known}\b", text) or re.search(rf"\b{known} [A-Z]", text))
