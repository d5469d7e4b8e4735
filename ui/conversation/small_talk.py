"""Greetings, thanks, addresses and the like, which need no search: they get a fixed line of the chat."""

from __future__ import annotations

import re
from typing import Literal

from qa.english.lexicon import AUXILIARIES, PREPOSITIONS, WH
from qa.loaders import is_address

__all__ = ["ADDRESS", "LINES", "answer_small_talk", "without_courtesies"]

SmallTalk = Literal["greeting", "thanks", "agreement", "farewell", "well-being", "about"]

ADDRESS = (
    "I can't open web pages. Save the page as a file and add it, or paste its text under Library. At the command "
    "line, `quotewell add --fetch` fetches pages."
)

LINES: dict[SmallTalk, str] = {
    "greeting": "Hello! What would you like to know from your articles?",
    "thanks": "You're welcome. Ask me more whenever you like.",
    "agreement": "Good. Ask me more whenever you like.",
    "farewell": "Goodbye! Your articles will be here when you come back.",
    "well-being": "I'm fine, thank you. What would you like to know from your articles?",
    "about": "I answer questions about your articles with quotes from them. Ask for a name, a date, a number or a "
    "reason, or type a topic to see what the articles say about it.",
}

GREETING = r"(?:hello|hi|hiya|hey|howdy|greetings|good\s+(?:morning|afternoon|evening|day))"
THANKS = (
    r"(?:(?:many|ok|okay|great|perfect|no),?\s+)?(?:thanks|thank\s+you|thx|cheers)"
    r"(?:\s+(?:a\s+lot|so\s+much|very\s+much|again|for\s+(?:that|this|(?:the|your)\s+help)))*"
)
ADDRESSED = r"(?:[\s,]+(?:there|again|all|everyone|quotewell))?"
PHRASES: dict[SmallTalk, str] = {
    "greeting": GREETING,
    "thanks": THANKS,
    "agreement": r"ok|okay|great|perfect|excellent|wonderful|got\s+it|i\s+see|very\s+good|good\s+to\s+know",
    "farewell": r"bye(?:[\s-]bye)?|good\s?bye|see\s+you(?:\s+(?:later|soon|tomorrow))?|good\s+night",
    "well-being": rf"(?:{GREETING}{ADDRESSED}\W+)?how(?:\s+are\s+you|['’]s\s+it\s+going)(?:\s+(?:doing|today))*",
    "about": r"(?:who|what)\s+are\s+you|what\s+(?:can|do)\s+you\s+do",
}
WHOLE = {kind: re.compile(rf"\W*(?:{words}){ADDRESSED}\W*", re.IGNORECASE) for kind, words in PHRASES.items()}
BEFORE = re.compile(rf"\W*(?:(?:{GREETING}|{THANKS}){ADDRESSED}[\s,.!;:–-]+)+", re.IGNORECASE)
AFTER = re.compile(rf"(?<=[?.!])\s*{THANKS}{ADDRESSED}\W*$", re.IGNORECASE)
ASKING = WH | AUXILIARIES | PREPOSITIONS | frozenset({"and", "but", "so", "please", "tell"})
"""First words of a question after a comma. Others may belong to a name, as in "Hello, Dolly!"."""


def answer_small_talk(text: str) -> str:
    """Return the line for a text that is nothing but small talk or web addresses; empty for any other text."""
    words = text.split()
    if words and all(map(is_address, words)):
        return ADDRESS
    return next((LINES[kind] for kind, pattern in WHOLE.items() if pattern.fullmatch(text)), "")


def without_courtesies(text: str) -> str:
    """Return a question without a greeting or thanks around it: ``Hello, who visited Kyiv? Thanks!``."""
    question = AFTER.sub("", text)
    greeting = BEFORE.match(question)
    rest = question[greeting.end() :] if greeting else ""
    first = re.match(r"[\w'’]+", rest)
    is_set_off = greeting and not greeting[0][-2:].strip().isalnum()
    asking = ASKING if is_set_off else WH | AUXILIARIES
    return rest if first and first[0].lower() in asking else question
