"""What a question asks for, by its words: a fact, several things, yes or no, a reason, or all there is to say."""

from __future__ import annotations

import re
from typing import Literal

from qa.english.content_words import STOP_WORDS
from qa.english.lexicon import (
    AUXILIARIES,
    BE,
    OPENERS,
    PREPOSITIONS,
    WH,
    Token,
    is_name,
    is_plural,
    is_verb,
    tokens,
)

__all__ = [
    "NUMBER_WORDS",
    "QuestionKind",
    "allows_several",
    "asked_number",
    "asks_for_explanation",
    "kind_of",
    "subject_of",
    "topic_of",
]

QuestionKind = Literal["fact", "list", "yes_no", "reason", "topic", "event"]
"""``reason`` is a why or how, ``event`` "What happened?", ``topic`` a name, or what the articles say about it."""

NUMBER_WORDS = dict(
    zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True)
)
LONGEST_TOPIC = 7
"""Words of the longest topic that is given without a question."""
LONGEST_NOUN = 4
"""Words after "which" or "what" in which its noun is searched."""

TOPIC = re.compile(
    r"""
    (?:please\s+)?(?:can\s+you\s+|could\s+you\s+)?
    (?: what\s+(?:do|does|did|have|has)\s+(?:the|these|those|my|our|all)?\s*
        (?:articles?|papers?|newspapers?|reports?|texts?|documents?|sources?|news|library)\s+
        (?:say|says|said|tell|tells|report|reports|write|reported|written|know)\s+(?:us\s+|me\s+)?(?:about|of|on)
      | what\s+(?:is|do\s+(?:we|you))\s+(?:known?|reported|written|said)\s+(?:about|of)
      | (?:what(?:'s|’s|\s+is)\s+)?(?:the\s+|any\s+)?(?:latest|news|new)\s+(?:news\s+)?(?:about|on|with|from)
      | (?:tell|show|give)\s+me\s+(?:all|more|everything|something|what\s+you\s+know)?\s*(?:you\s+know\s+)?about
      | (?:all|everything|articles?|news)\s+about
      | (?:give\s+(?:me\s+)?|write\s+)?(?:a\s+|an\s+|the\s+)?(?:summary|overview|digest)\s+(?:of|on|about)
      | summari[sz]e
    )\s+(?P<topic>.+?)[\s?.!]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
EVENT = re.compile(
    r"what(?:'s|’s|\s+is|\s+has|\s+have|\s+had)?\s+(?:been\s+)?(?:happen(?:ed|ing|s)?|become\s+of|became\s+of|going\s+on)\b"
    r"(?:\s+(?:to|with|in|at|on|about)\b)?",
    re.IGNORECASE,
)
REASON = re.compile(
    r"(?:[^,?]{1,60},\s+)?(?:"
    r"why\b|how\s+come\b|what\s+(?:has\s+|have\s+|had\s+)?(?:causes?|caused|leads?\s+to|led\s+to|made)\b"
    r"|(?:for\s+)?(?:what|which)\s+(?:(?:is|was|were|are)\s+the\s+)?(?:main\s+)?(?:reason|cause)\b"
    r"|(?:in\s+what|by\s+what)\s+(?:way|means)\b"
    r"|how\s+(?:did|do|does|was|were|is|are|has|have|had|can|could|will|would|should|to)\b(?!\s+\w+\s+called\b))",
    re.IGNORECASE,
)
EXPLAINED = (
    r"(?:concept|definition|difference|distinction|function|idea|importance|meaning|objective|plot|point|principle"
    r"|purpose|relationship|role|significance|story|theme)s?"
)
SAYING = r"(?:custom|expression|idea|name|nickname|phrase|saying|surname|term|title|tradition|word)s?"
EXPLANATION = re.compile(
    rf"""
    (?:[^,?]{{1,60}},\s+)?
    (?: what(?:'s|’s|s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?:\w+\s+)?{EXPLAINED}\s+(?:of|between|behind|in|for)\b
      | (?:the\s+)?{EXPLAINED}\s+(?:of|between|behind)\b
      | what\s+(?:do|does|did)\s.*\bmeans?\b
      | what\s+(?:is|was)\s+meant\s+by\b
      | what\s+(?:do|does|did)\s.*(?<!\bto\s)\bdo\b
      | where\s+(?:do|does|did)\s+(?:the\s+|this\s+|that\s+)?(?:\w+\s+)?{SAYING}\b.*\bcome\s+from\b
      | (?:define|describe|explain)\b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
OPENER = re.compile(rf"\s*(?:{'|'.join(OPENERS)}|hi|hello|hey)\b[,.!]?\s+", re.IGNORECASE)
"""What people say before a question: "So is the bridge open?"."""
LEAD = re.compile(r"(?:in|on|at|by|before|after|since|during|as)\s[^,?]{1,60},\s+", re.IGNORECASE)
ALTERNATIVES = re.compile(r"\bor\b(?!\s+not\b)", re.IGNORECASE)
COLLECTIVE = re.compile(
    r"(?:name|list)\s+(?:all|the|two|three|four|five|some)\b"
    r"|(?:what|which)\s+(?:are|were)\s+(?:some|all|two|three|four|five|six)\b"
    r"|who\s+(?:all\s+)?(?:are|were)\s+(?:the|some|all|his|her|their|its)?\s*\w+s\b",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(
    r"\b(?:name|price|cost|number|date|age|height|length|width|depth|size|weight|amount|capital|population|rate|share"
    r"|cause|reason|author|owner|leader|head|place|year|day|time|title|colou?r|winner|mayor|president)s?"
    r"\s+(?:of|for|in|at|among|per)\b",
    re.IGNORECASE,
)
"""Asks for one attribute of something: "name of the shepherd's dog"."""
SINGULAR = re.compile(
    r"who(?:'s|’s|\s+is|\s+was)\b|(?:which|what)\s+one\b|where(?:'s|’s|\s+is|\s+was)\b", re.IGNORECASE
)
CONJUNCTIONS = frozenset("and or but".split())
COMMANDS = frozenset("list name compare explain describe find show give define".split())
ENDS = STOP_WORDS | AUXILIARIES | PREPOSITIONS
PREDICATES = frozenset(
    """
    accounts affects allows appears becomes begins belongs brings causes comes consists contains cools costs
    creates describes determines drives enables gives goes happens helps includes keeps leads looks makes means
    needs occurs plays prevents produces provides refers remains represents requires runs says serves shows stands
    takes tells uses works
    """.split()
)
"""Verbs that look like plurals after "what"."""
NOT_THINGS = frozenset("times years months weeks days hours percent centuries".split())


def kind_of(question: str) -> QuestionKind:
    """Return what a question asks for."""
    if topic_of(question):
        return "topic"
    text = _plain(question)
    if EVENT.match(text):
        return "event"
    if _is_yes_no(text):
        return "yes_no"
    if _asks_for_several(text):
        return "list"
    return "reason" if REASON.match(text) else "fact"


def topic_of(question: str) -> str:
    """Return the topic if a question names only one: "Harlow Bridge", "What do the articles say about it?"."""
    if match := TOPIC.fullmatch(question.strip()):
        return match["topic"]
    text = question.strip().rstrip("?.! ")
    words = tokens(text)
    if not words or len(text.split()) > LONGEST_TOPIC or ATTRIBUTE.search(text) or re.search(r"[?,;:=]", text):
        return ""
    if words[0].lower in PREPOSITIONS | CONJUNCTIONS | COMMANDS:
        return ""
    is_clause = (
        any(word.text in (AUXILIARIES - {"'s"}) | WH or is_verb(word.text) for word in words)
        or words[0].lower in WH | AUXILIARIES
    )
    is_named = any(map(is_name, words if len(words) < 3 else words[1:]))
    return text if is_named and not is_clause else ""


def subject_of(question: str) -> str:
    """Return what a question for a topic or an event is about: "the mill" of "What happened to the mill?"."""
    text = _plain(question)
    event = EVENT.match(text)
    return topic_of(question) or (text[event.end() :].strip(" ?.!") if event else "") or text


def asks_for_explanation(question: str) -> bool:
    """Return whether a question asks what something means, does or is for, or how things differ."""
    return EXPLANATION.match(_plain(question)) is not None


def asked_number(question: str) -> int | None:
    """Return how many things a question asks for: 3 for "Which three towns...?"; None if it does not say."""
    match = re.match(
        rf"(?:[^,?]{{1,60}},\s+)?(?:to\s+)?(?:which|what|who|name|list|give)\s+(?:are|were|is|was)?\s*(?:the|his|her|their|its)?\s*"
        rf"(?:names?\s+of\s+)?(?:the\s+)?(?:first\s+|last\s+|other\s+|main\s+)?(?P<number>{'|'.join(NUMBER_WORDS)}|[2-9]|1[0-2])\s+[a-z]",
        _plain(question),
        re.IGNORECASE,
    )
    if match is None:
        return None
    number = match["number"].lower()
    return NUMBER_WORDS.get(number) or int(number)


def allows_several(question: str) -> bool:
    """Return whether several things may answer a question: "Who helped?" may name three, "Who is mayor?" one."""
    kind = kind_of(question)
    if kind == "list":
        return True
    text = _without(LEAD, _plain(question))
    first = next(iter(tokens(text)), None)
    if kind != "fact" or first is None or SINGULAR.match(text):
        return False
    if first.lower in {"who", "whom", "whose", "where"}:
        return True
    noun = _asked_noun(tokens(text))
    return first.lower == "what" and (not noun or is_plural(noun))


def _plain(question: str) -> str:
    """Return a question without what people say before it, and without spaces at its ends."""
    return _without(OPENER, question).strip()


def _without(beginning: re.Pattern[str], text: str) -> str:
    """Return a text without what it may begin with."""
    match = beginning.match(text)
    return text[match.end() :] if match else text


def _is_yes_no(text: str) -> bool:
    words = tokens(_without(LEAD, text))
    if len(words) < 3 or words[0].lower not in AUXILIARIES - {"'s"} or ALTERNATIVES.search(text):
        return False
    is_month = words[0].lower == "may" and words[1].text.isdigit()
    is_person = words[0].text == "Will" and is_name(words[1]) and not text.rstrip().endswith("?")
    return not (is_month or is_person)


def _asks_for_several(text: str) -> bool:
    if asked_number(text) or COLLECTIVE.match(text):
        return True
    words = tokens(_without(LEAD, text))
    if words and words[0].lower in PREPOSITIONS:  # "To which towns"
        words = words[1:]
    if not words or words[0].lower not in {"what", "which"}:
        return False
    noun = _asked_noun(words)
    return is_plural(noun) and noun not in NOT_THINGS


def _asked_noun(words: list[Token]) -> str:
    """Return the noun of "which clubs" and "what are the names of ...", in lower case; "" if there is none."""
    position = 1
    if (
        len(words) > 2
        and words[1].lower in BE - {"'s"}
        and words[2].lower in {"the", "its", "his", "her", "their"}
    ):
        position = 3
    noun = before = ""
    after: Token | None = None
    for word in words[position : position + LONGEST_NOUN]:
        after = word
        if word.lower in ENDS or not word.text[0].isalpha() or (noun and (is_verb(word.lower) or is_plural(noun))):
            break
        noun, before = word.lower, noun
    if after is None or after.lower == noun:
        return ""
    is_predicate = is_plural(noun) and bool(before) and after.lower not in ENDS and not is_verb(after.lower)
    noun = before if is_predicate else noun  # "What branch creates the doctrine?"
    if noun in PREDICATES:
        return ""
    if position == 3 and after.lower.endswith(("ing", "ed")):  # "What are the trams called?"
        return ""
    return noun
