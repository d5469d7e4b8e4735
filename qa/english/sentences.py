"""Text -> sentences, as offsets."""

from __future__ import annotations

import re

__all__ = ["Offsets", "sentence_at", "split_sentences"]

Offsets = tuple[int, int]

LINE = re.compile(r"[^\n]+")
# sentencex takes a space for one byte in places, and panics inside a longer one. Offsets stay as they are.
PLAIN_SPACES = dict.fromkeys(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)), " ")
PLAIN_SPACES |= dict.fromkeys("\x85\u2028\u2029", "\n")


def split_sentences(text: str) -> list[Offsets]:
    """Return the sentences of a text as offsets, white space around them left out."""
    return [trimmed for start, end in _boundaries(text) if (trimmed := _trim(text, start, end))]


def _boundaries(text: str) -> list[Offsets]:
    from sentencex import get_sentence_boundaries

    try:
        found = get_sentence_boundaries("en", _plainly_spaced(text))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, and no Exception
            raise
        return [line.span() for line in LINE.finditer(text)]  # one text must not end an add of many
    return [(boundary["start_index"], boundary["end_index"]) for boundary in found]


def _plainly_spaced(text: str) -> str:
    for space, plain in PLAIN_SPACES.items():  # ten times as fast as str.translate, as most are in no text
        if space in text:
            text = text.replace(space, plain)
    return text


def sentence_at(text: str, start: int, end: int) -> Offsets:
    """Return the offsets of the sentence, or run of sentences, that holds ``text[start:end]``."""
    sentences = split_sentences(text)
    first = max((s for s, _ in sentences if s <= start), default=start)
    last = min((e for _, e in sentences if e >= end), default=end)
    return min(first, start), max(last, end)


def _trim(text: str, start: int, end: int) -> Offsets | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
