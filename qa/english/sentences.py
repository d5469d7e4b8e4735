"""Split text into sentences."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from qa.english.breaks import line_breaks, marker_spans, row_spans

__all__ = ["Offsets", "sentence_at", "split_sentences"]

Offsets = tuple[int, int]

SURROGATE = re.compile("[\ud800-\udfff]")
LINE = re.compile(r"[^\n]+")
# sentencex takes some of these for one byte long, and panics. Replacing them keeps the offsets.
PLAIN_SPACES = dict.fromkeys(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)), " ")
PLAIN_SPACES |= dict.fromkeys("\x85\u2028\u2029", "\n")
SLOW_QUOTES = "`«»‘“„‹"
"""Each of these makes sentencex search for its closing mark, to the end of the paragraph."""
MAX_PIECE, MIN_PIECE = 1 << 18, 1 << 11
"""The most and the fewest characters to split at once."""
MAX_ROW = 500
"""A row of a table with up to so many characters is one sentence; a longer one ends one with each cell."""
MAX_SENTENCE = 600
"""The most characters of a sentence that is shown around an answer: a few lines."""
CACHED_TEXTS, CACHED_CHARACTERS = 1024, 4096
"""How many texts, of at most so many characters, are kept with their sentences: 5 MB.

A passage is split when it is retrieved, when it is read, and when it is cited."""
MAX_SCANNED = 1 << 26
"""The most characters that the quotation marks of a piece may make sentencex search: about 40 ms."""


def split_sentences(text: str) -> list[Offsets]:
    """Return the offsets of the sentences in a text, without the white space around them.

    A line that is not wrapped ends a sentence, as a full stop does. A row of a table is one, whatever is in it.
    """
    return list(_split_cached(text) if len(text) <= CACHED_CHARACTERS else _split(text))


def _split(text: str) -> tuple[Offsets, ...]:
    cuts = _cuts(text)
    return tuple(trimmed for start, end in pairwise(cuts) if (trimmed := _trim(text, start, end)))


_split_cached = lru_cache(CACHED_TEXTS)(_split)


def _cuts(text: str) -> list[int]:
    """Return where sentences begin, in order, and the end of the text."""
    cuts = {0, len(text), *(start for start, _ in _boundaries(text)), *line_breaks(text)}
    whole = list(marker_spans(text))
    for start, end in row_spans(text):
        if end - start <= MAX_ROW:
            whole.append((start, end))
        else:
            cuts.update(start + offset for offset, character in enumerate(text[start:end]) if character == "\t")
    ordered = sorted(cuts)
    for start, end in whole:  # what stays together: no cut inside
        first, stop = bisect_left(ordered, start + 1), bisect_left(ordered, end)
        cuts.difference_update(ordered[first:stop])
    return sorted(cuts)


def _boundaries(text: str) -> Iterator[Offsets]:
    """Yield the boundaries of sentences, found in pieces of bounded size.

    sentencex takes quadratic time in the number of opening quotation marks, while it holds the GIL. Paragraphs
    are independent, so a piece ends at a blank line if it has one. In a paragraph that is larger than a piece,
    only the sentences of the first half count, and the next piece starts after them. The second half lets
    sentencex see the end of a quotation that starts in the first half.
    """
    text = _with_plain_spaces(text)
    position = 0
    while position < len(text):
        size = _piece_size(text, position)
        paragraph_break = text.rfind("\n\n", position + 1, position + size)
        if position + size >= len(text):
            end, limit = len(text), len(text)
        elif paragraph_break > 0:
            end = limit = paragraph_break + 2
        else:
            end, limit = position + size, position + size // 2
        sentences = _split_piece(text[position:end])
        accepted = [(position + s, position + e) for s, e in sentences if position + e <= limit]
        if not accepted or limit == end:
            accepted = [(position + s, position + e) for s, e in sentences]
        yield from accepted
        position = max(accepted[-1][1], position + 1) if limit < end and accepted else end


def _piece_size(text: str, position: int) -> int:
    """Return how many characters to split at once: fewer where there are many quotation marks."""
    size = MIN_PIECE
    quotes = _count_quotes(text, position, position + size)
    while size < MAX_PIECE and position + size < len(text):
        quotes += _count_quotes(text, position + size, position + 2 * size)
        if quotes * 2 * size > MAX_SCANNED:
            break
        size *= 2
    return size


def _count_quotes(text: str, start: int, end: int) -> int:
    slow = sum(text.count(quote, start, end) for quote in SLOW_QUOTES)
    return slow + text.count("'", start, end) // 4  # searched faster


def _split_piece(text: str) -> list[Offsets]:
    from sentencex import get_sentence_boundaries

    try:
        boundaries = get_sentence_boundaries("en", text)
    except UnicodeEncodeError:  # half of a surrogate pair; any other character keeps the offsets
        return _split_piece(SURROGATE.sub("\ufffd", text))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # raised by Rust, and not a subclass of Exception
            raise
        return [line.span() for line in LINE.finditer(text)]  # one text must not stop an add of many
    return [(boundary["start_index"], boundary["end_index"]) for boundary in boundaries]


def _with_plain_spaces(text: str) -> str:
    for space, plain in PLAIN_SPACES.items():  # ten times as fast as str.translate, because most texts have none
        if space in text:
            text = text.replace(space, plain)
    return text


def sentence_at(text: str, start: int, end: int) -> Offsets:
    """Return the offsets of the sentence, or run of sentences, that holds ``text[start:end]``.

    Of a sentence that is longer than a few lines, return the words around.
    """
    sentences = split_sentences(text)
    first = min(max((s for s, _ in sentences if s <= start), default=start), start)
    last = max(min((e for _, e in sentences if e >= end), default=end), end)
    if last - first <= MAX_SENTENCE:
        return first, last
    room = max(0, MAX_SENTENCE - (end - start)) // 2
    return _first_word(text, max(first, start - room), start), _last_word(text, end, min(last, end + room))


def _first_word(text: str, position: int, start: int) -> int:
    """Return where the first whole word from the position on begins, at the latest at the start."""
    if position and not text[position - 1].isspace():
        position = next((i for i in range(position, start) if text[i].isspace()), start)
    return next((i for i in range(position, start) if not text[i].isspace()), start)


def _last_word(text: str, end: int, position: int) -> int:
    """Return where the last whole word up to the position ends, at the earliest at the end."""
    if position < len(text) and not text[position].isspace():
        position = next((i for i in range(position - 1, end, -1) if text[i].isspace()), end)
    return next((i + 1 for i in range(position - 1, end, -1) if not text[i].isspace()), end)


def _trim(text: str, start: int, end: int) -> Offsets | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
