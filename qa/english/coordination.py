"""The items of a series: "the bank, the diocese of Hallam and the football club" names three."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.lexicon import AUXILIARIES, PREPOSITIONS, WH, Token, is_verb, tokens
from qa.english.sentences import Offsets

__all__ = ["item_spans", "series_around"]

LONGEST_ITEM = 14
"""Words of the longest item that a series is extended by."""

# Between two items: a comma or semicolon, a conjunction, or both. A comma inside a number has no space after it.
SEPARATOR = re.compile(
    r"\s*[,;]\s+(?:(?:and|or|as\s+well\s+as|plus|then|finally|but\s+also)\s+)?(?:(?:also|even|lastly)\s+)?"
    r"|\s+(?:and|or|as\s+well\s+as|plus)\s+",
    re.IGNORECASE,
)
CONJUNCTION = re.compile(r"\b(?:and|or|plus|as\s+well\s+as|but\s+also)\b", re.IGNORECASE)
ENCLOSED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^”]*”|\"[^\"]*\"")
YEAR_AFTER = re.compile(r"\s*(?:1\d|20)\d\d\b")
OPENING = re.compile(
    r"(?:(?:both|either|neither|first|firstly|secondly|namely|including|that|to)\s+|:\s*)", re.IGNORECASE
)
CONTINUES = frozenset(
    "who whom whose which where when while although though because since if as including such like notably".split()
)
"""Words that begin a remark about the item before, rather than the next item."""
CONTRAST = re.compile(r"(?:but|yet|not)\b", re.IGNORECASE)
NOMINAL = frozenset("a an the his her its their our my".split())
LINKING = frozenset("of the & 's ’s de la van von".split())
PHRASAL = (PREPOSITIONS - {"of"}) | WH | {"that"}
MARKS = frozenset(". ! ? : ; — – ( ) [ ]".split())


@dataclass(frozen=True, slots=True)
class _Gap:
    """What separates two segments: ``text[start:end]``."""

    start: int
    end: int
    closes: bool
    """Whether it has a conjunction, so that the next item is the last one."""
    comma: bool


def item_spans(text: str) -> list[Offsets]:
    """Return the items of a phrase, in order; the whole phrase if it is no series.

    With commas, only the last conjunction separates items: "music, sport and arts" has three, and "food and drink,
    toys and clothes, and books" too.
    """
    gaps = _gaps(text)
    commas = [gap for gap in gaps if gap.comma]
    if commas and not any(gap.closes for gap in gaps if gap.start >= commas[-1].start) and len(commas) < 2:
        return [_trimmed(text, 0, len(text))]  # "Marlow's, the market leader"
    if commas:
        last = [gap for gap in gaps if gap.start > commas[-1].start]
        gaps = commas if commas[-1].closes else commas + last[-1:]
    elif len(gaps) > 1:
        gaps = gaps if len({text[gap.start : gap.end].strip().lower() for gap in gaps}) == 1 else gaps[:0]
    edges = [0, *(edge for gap in gaps for edge in (gap.start, gap.end)), len(text)]
    spans = [_trimmed(text, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    items = _joined(text, [span for span in spans if span[0] < span[1]])
    if any(CONTRAST.match(text, start, end) for start, end in items):
        return [_trimmed(text, 0, len(text))]  # "soldiers laid it, but a baker, Foss"
    return items or [(0, len(text))]


def series_around(text: str, start: int, end: int) -> Offsets:
    """Return the series of a sentence that ``text[start:end]`` is a part of; these offsets if there is none.

    :param text: a sentence.
    """
    stop = _extended_right(text, start, end)
    first = _extended_left(text, start, stop)
    return first, stop


def _gaps(text: str) -> list[_Gap]:
    enclosed = [match.span() for match in ENCLOSED.finditer(text) if match.end() - match.start() < len(text)]
    gaps = []
    for match in SEPARATOR.finditer(text):
        start, end = match.span()
        if any(low < start and end < high for low, high in enclosed) or not start or end == len(text):
            continue
        comma = text[start:end].lstrip()[:1] in {",", ";"}
        closes = bool(CONJUNCTION.search(match[0]))
        if comma and not closes and YEAR_AFTER.match(text, end):  # "May 13, 2024"
            continue
        gaps.append(_Gap(start, end, closes, comma))
    return gaps


def _joined(text: str, spans: Sequence[Offsets]) -> list[Offsets]:
    """Join each remark about an item to it: "Marlow's, which leads the market", "his son Callum, 22"."""
    items: list[Offsets] = []
    for start, end in spans:
        first = text[start:end].split(maxsplit=1)[0].lower()
        is_age = text[start:end].isdigit() and bool(items) and not text[items[-1][0]].isdigit()
        if items and (first in CONTINUES or is_age):
            items[-1] = (items[-1][0], end)
        else:
            items.append((start, end))
    return items


def _trimmed(text: str, start: int, end: int) -> Offsets:
    while opening := OPENING.match(text, start, end):
        if opening.end() >= end:
            break
        start = opening.end()
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    return start, end


def _extended_right(text: str, start: int, end: int) -> int:
    """Return where the series ends that goes on after ``end``, with the item after its conjunction."""
    stop, gaps = end, _gaps(text)
    following = [gap for gap in gaps if gap.start >= end]
    if not following or text[end : following[0].start].strip():
        return end
    edges = [*(gap.start for gap in following[1:]), len(text)]
    for gap, edge in zip(following, edges, strict=True):
        if gap.closes:
            last = _item_end(text, gap.end, edge, text[start:stop])
            return last if last > gap.end else end
        if not _is_item(text[gap.end : edge], text[start:end]):
            return end
        stop = edge
    return end


def _extended_left(text: str, start: int, stop: int) -> int:
    """Return where the series begins that ``text[start:stop]`` closes."""
    gaps = _gaps(text)
    before = [gap for gap in gaps if gap.end <= start]
    closes = any(gap.closes for gap in gaps if start <= gap.start and gap.end <= stop)
    if not before or before[-1].end != start or not (closes or before[-1].closes):
        return start
    pattern = text[start:stop]
    for number in range(len(before) - 1, -1, -1):
        low = before[number - 1].end if number else 0
        high = before[number].start
        is_whole = number > 0 and before[number - 1].comma and not before[number - 1].closes
        if not (is_whole and _is_item(text[low:high], pattern)):
            first = _item_start(text, low, high, pattern)
            return first if first < high else start
        start = low
    return start


def _is_item(segment: str, pattern: str) -> bool:
    """Return whether a segment between two commas is an item like the pattern."""
    words = tokens(segment)
    if not 0 < len(words) <= LONGEST_ITEM or words[0].lower in PREPOSITIONS | CONTINUES:
        return False
    return _has_predicate(pattern) or not _has_predicate(segment)


def _has_predicate(text: str) -> bool:
    words = tokens(text)
    return any(
        word.text in AUXILIARIES or (is_verb(word.text) and not (number and words[number - 1].lower in NOMINAL))
        for number, word in enumerate(words)
    )


def _item_end(text: str, start: int, edge: int, pattern: str) -> int:
    """Return where an item like the pattern ends: before a verb or a preposition, if the pattern has none."""
    words = tokens(text[start:edge])[: LONGEST_ITEM + 1]
    has_predicate = _has_predicate(pattern)
    has_phrase = any(word.lower in PHRASAL for word in tokens(pattern))
    are_names = _is_name(tokens(pattern))
    end = start
    for number, word in enumerate(words):
        if are_names and _is_name(words[:number]) and not _is_name([*words[:number], word]):
            break  # "Hal and Poins reveal"
        before = words[number - 1].lower if number else ""
        is_predicate = word.text in AUXILIARIES or (is_verb(word.text) and before not in NOMINAL)
        is_phrase = number > 0 and word.lower in PHRASAL
        if word.text in MARKS or (is_predicate and not has_predicate) or (is_phrase and not has_phrase):
            break
        end = start + word.end
    if len(words) > LONGEST_ITEM:
        return start
    while (last := text[start:end].rpartition(" ")[2].lower()) in LINKING | NOMINAL and last:
        end = start + len(text[start:end][: -len(last)].rstrip())
    return end


def _is_name(words: Sequence[Token]) -> bool:
    """Return whether words are a name or a series of names: "Anna Berg, the Bank of Osk"."""
    letters = [word for word in words if word.text[0].isalpha()]
    return any(word.text[0].isupper() for word in letters) and all(
        word.text[0].isupper() or word.lower in LINKING | NOMINAL or word.lower in {"and", "or"}
        for word in letters
    )


def _item_start(text: str, low: int, high: int, pattern: str) -> int:
    """Return where the last item of ``text[low:high]`` that is like the pattern begins."""
    words = tokens(text[low:high])[-LONGEST_ITEM:]
    first = pattern.split(maxsplit=1)[0]
    is_named = first[:1].isupper()
    start = high
    for number in range(len(words) - 1, -1, -1):
        word = words[number]
        before = words[number - 1].lower if number else ""
        is_verbal = word.text in AUXILIARIES or (is_verb(word.text) and before not in NOMINAL)
        if word.text in MARKS or word.text == "," or is_verbal or word.lower in PHRASAL:
            break
        if is_named and word.text[0].islower() and word.lower not in LINKING:
            break
        start = low + word.start
        if first.lower() in NOMINAL and word.lower in NOMINAL:
            break
    while start < high and text[start:high].split(maxsplit=1)[0].lower() in LINKING - NOMINAL:
        start += len(text[start:high].split(maxsplit=1)[0]) + 1
    return min(start, high)
