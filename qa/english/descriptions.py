"""What a question does not name: "the club that Sarl joined", and the alternatives of a comparison."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.english.clauses import PERSONS

__all__ = ["Description", "alternatives", "find_description"]

# A noun, up to two words before it, and its clause up to the end of the question.
DESCRIPTION = re.compile(
    r"\bthe\s+(?P<noun>(?:[\w'’-]+\s+){0,2}?[a-z][\w-]*)\s+(?P<link>that|which|who|where)\s+(?P<clause>[^,?;]{6,}?)"
    r"(?=\s*[?.!]*\s*$)",
)
# "Which offer was higher, Fellmark's or the cooperative's?"
ALTERNATIVES = re.compile(
    r"(?P<asked>(?:which|who|whose|what|where|when)\b[^,?]+),\s+(?P<one>[^,?]{2,60}?)\s+or\s+(?P<other>[^,?]{2,60})\s*\?*",
    re.IGNORECASE,
)
LONGEST = 14
"""Words of the longest clause."""


@dataclass(frozen=True, slots=True)
class Description:
    """A part of a question, ``question[start:end]``, that describes what it does not name."""

    start: int
    end: int
    question: str
    """The question for what is described: "Which club that Sarl joined?"."""

    def replaced(self, question: str, answer: str) -> str:
        """Return the question with the answer in place of the description."""
        return f"{question[: self.start]}{answer}{question[self.end :]}"


def find_description(question: str) -> Description | None:
    """Return the last description of a question, if it has one that can be asked for by itself."""
    match = DESCRIPTION.search(question)
    if match is None or len(match["clause"].split()) > LONGEST or not question[: match.start()].strip():
        return None
    noun, clause = match["noun"], match["clause"]
    is_person = match["link"] == "who" or noun.split()[-1].lower() in PERSONS
    asked = "Who" if is_person else f"In which {noun}" if match["link"] == "where" else f"Which {noun}"
    return Description(match.start(), match.end(), f"{asked} {clause}?")


def alternatives(question: str) -> tuple[str, ...]:
    """Return a question for each of the two things that a comparison names; none if it is no comparison."""
    match = ALTERNATIVES.fullmatch(question.strip())
    return tuple(f"{match['asked']}, {match[name]}?" for name in ("one", "other")) if match else ()
