"""Questions for an explanation, which is seldom shorter than a sentence: a meaning, a role, a difference."""

from __future__ import annotations

import re

__all__ = ["asks_for_explanation"]

NOUN = (
    r"(?:concept|definition|difference|distinction|function|idea|importance|meaning|objective|plot|point|principle"
    r"|purpose|relationship|role|significance|story|theme)s?"
)
SAYING = r"(?:custom|expression|idea|name|nickname|phrase|saying|surname|term|title|tradition|word)s?"
QUESTION = re.compile(
    rf"""
    (?:[^,?]{{1,60}},\s+)?
    (?: what(?:'s|’s|s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?:\w+\s+)?{NOUN}\s+(?:of|between|behind|in|for)\b
      | (?:the\s+)?{NOUN}\s+(?:of|between|behind)\b
      | what\s+(?:do|does|did)\s.*\bmeans?\b
      | what\s+(?:is|was)\s+meant\s+by\b
      | what\s+(?:do|does|did)\s.*(?<!\bto\s)\bdo\b
      | where\s+(?:do|does|did)\s+(?:the\s+|this\s+|that\s+)?(?:\w+\s+)?{SAYING}\b.*\bcome\s+from\b
      | (?:define|describe|explain)\b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_for_explanation(question: str) -> bool:
    """Return whether a question asks what something means, does or is for, or how things differ."""
    return QUESTION.match(question.strip()) is not None
