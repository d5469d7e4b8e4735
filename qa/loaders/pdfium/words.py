"""The words of a page with their places.

PDFium gives the text of a page in one call, but the place of each character in a call of its own, which would take
longer than all the rest. So only the first and the last character of each word are located.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from qa.loaders.layout.geometry import Box, Piece, bounds
from qa.loaders.layout.superscripts import RAISED, is_mark, mark_raised
from qa.loaders.pdfium.calls import font_weight, loose_box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

__all__ = ["Boxes", "Words", "characters", "locator", "pieces_of", "place", "read_words"]

HYPHEN = "\ufffe"
"""PDFium's mark for a hyphen at the end of a line."""

_LINE_END_HYPHENS = 0xFFFE, 0x02, 0xAD
_IS_SPACE = np.array([chr(code).isspace() for code in range(0x3002)], np.bool_)
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ufeff\ufffd\uffff\ud800-\udfff\ue000-\uf8ff]")
_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0a8\uf076\uf0d8\uf0fc\uf02d"), "•")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_GAP = 0.7
"""The widest space between two words of a piece, of the height of the line."""
_MAX_JUSTIFIED = 3.0
_EVEN = 0.35
"""By how many points the spaces of a line that is filled differ at most."""
_TURN = 0.6
"""How far a word that is not turned rises or falls at most, of its height."""
_BOLD = 600
_FAR = 1e5
"""No page reaches so far, in points."""
_SMALL = 0.82
"""The height of raised letters, of the height of the line."""

Boxes = NDArray[np.float32]


@dataclass(slots=True)
class Words:
    """The words of a page in the order of the file.

    ``first`` and ``last`` are the boxes of the first and the last character of each word, of shape (words, 4):
    left, top, right, bottom in points from the upper left corner of the page as it is shown.
    """

    texts: list[str]
    first: Boxes
    last: Boxes
    lengths: NDArray[np.int64]
    firsts: list[int]
    """The index of the first character of each word."""
    breaks: NDArray[np.bool_]
    """Whether PDFium ends a line before the word."""
    width: float
    height: float
    is_right_to_left: bool
    locate: Callable[[Sequence[int]], Boxes]
    """Return the boxes of some characters."""
    weigh: Callable[[Iterable[int]], Iterator[int]]
    """Return the weights of the fonts of some characters."""

    def keep(self, wanted: NDArray[np.bool_]) -> None:
        """Leave out the words that are not wanted."""
        if wanted.all():
            return
        indices = np.flatnonzero(wanted)
        self.texts = [self.texts[index] for index in indices]
        self.firsts = [self.firsts[index] for index in indices]
        self.first, self.last, self.breaks = self.first[indices], self.last[indices], self.breaks[indices]
        self.lengths = self.lengths[indices]


def read_words(page: PdfPage, text_page: PdfTextPage) -> Words:
    """Return the words of a page, without those that lie outside of it or whose place PDFium does not know."""
    text = characters(text_page)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    firsts, ends = _word_bounds(codes)
    texts = [text[start:end] for start, end in zip(firsts, ends, strict=True)]
    for number in {bisect(firsts, match.start()) - 1 for match in _DROPPED.finditer(text)} - {-1}:
        word = texts[number]
        texts[number] = _DROPPED.sub("", word[:-1].translate(_BULLETS)) + _clean_end(word[-1])
    handle = ctypes.cast(text_page.raw, ctypes.c_void_p).value
    locate = locator(page, text_page)
    boxes = locate([*firsts, *(end - 1 for end in ends)])
    width, height = page.get_size()
    line_ends = np.cumsum(codes == ord("\n"))[firsts] if firsts else np.zeros(0, np.int64)
    words = Words(
        texts,
        boxes[: len(firsts)],
        boxes[len(firsts) :],
        np.fromiter(map(len, texts), np.int64, len(texts)),
        firsts,
        np.diff(line_ends, prepend=-1) > 0,
        width,
        height,
        bool(_RIGHT_TO_LEFT.search(text)),
        locate,
        lambda indices: map(font_weight, repeat(handle), indices),
    )
    x, y = (words.first[:, 0] + words.last[:, 2]) / 2, (words.first[:, 1] + words.last[:, 3]) / 2
    is_shown = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    words.keep(
        is_shown & (words.first[:, 3] > words.first[:, 1]) & np.fromiter(map(len, texts), np.bool_, len(texts))
    )
    return words


def _word_bounds(codes: NDArray[np.uint32]) -> tuple[list[int], list[int]]:
    """Return where words begin and end: at white space, and after the hyphen of a line."""
    is_letter = ~_IS_SPACE[np.minimum(codes, len(_IS_SPACE) - 1)]
    goes_on = is_letter[1:] & is_letter[:-1]
    for hyphen in _LINE_END_HYPHENS:
        goes_on &= codes[:-1] != hyphen
    starts, ends = is_letter.copy(), is_letter.copy()
    starts[1:] &= ~goes_on
    ends[:-1] &= ~goes_on
    return np.flatnonzero(starts).tolist(), (np.flatnonzero(ends) + 1).tolist()


def _clean_end(character: str) -> str:
    """Return the last character of a word; it may be a hyphen that shows only at the end of a line."""
    return character if character in "\x02\xad" else _DROPPED.sub("", character.translate(_BULLETS))


def characters(text_page: PdfTextPage) -> str:
    """Return the text of a page with exactly one character for each of PDFium's, so that indices agree."""

    count = raw.FPDFText_CountChars(text_page)
    text: str = text_page.get_text_range() if count else ""
    if len(text) == count:
        return text
    return "".join(map(chr, map(raw.FPDFText_GetUnicode, repeat(text_page.raw), range(count))))


def locator(page: PdfPage, text_page: PdfTextPage) -> Callable[[Sequence[int]], Boxes]:
    """Return a function that gives the boxes of some characters, on the page as it is shown."""
    handle = ctypes.cast(text_page.raw, ctypes.c_void_p).value
    shown = _shown_box(page)
    turns = raw.FPDFPage_GetRotation(page) % 4

    def locate(indices: Sequence[int]) -> Boxes:
        boxes = np.zeros((len(indices), 4), np.float32)
        start = boxes.ctypes.data
        # Consume the iterator; the boxes are what counts.
        list(map(loose_box, repeat(handle), indices, range(start, start + 16 * len(indices), 16)))
        return _upright(np.clip(np.nan_to_num(boxes), -_FAR, _FAR), shown, turns)

    return locate


def _shown_box(page: PdfPage) -> tuple[float, float, float, float]:

    box = raw.FS_RECTF()
    if raw.FPDF_GetPageBoundingBox(page, box):
        return box.left, box.bottom, box.right, box.top
    return 0.0, 0.0, *page.get_size()


def place(page: PdfPage, boxes: Sequence[Sequence[float]]) -> list[Box]:
    """Return boxes (left, bottom, right, top) of the file as they are on the page as it is shown."""

    if not boxes:
        return []
    turns = raw.FPDFPage_GetRotation(page) % 4
    values = np.clip(np.nan_to_num(np.array(boxes, np.float32)), -_FAR, _FAR)
    return [Box(*edges) for edges in _upright(values, _shown_box(page), turns).tolist()]


def _upright(boxes: Boxes, shown: tuple[float, float, float, float], turns: int) -> Boxes:
    """Return boxes (left, top, right, bottom), y upwards, as seen on the page turned clockwise, y downwards."""
    left, bottom, right, top = shown
    x0, x1 = np.minimum(boxes[:, 0], boxes[:, 2]) - left, np.maximum(boxes[:, 0], boxes[:, 2]) - left
    y0, y1 = top - np.maximum(boxes[:, 1], boxes[:, 3]), top - np.minimum(boxes[:, 1], boxes[:, 3])
    width, height = right - left, top - bottom
    if turns == 1:
        x0, y0, x1, y1 = height - y1, x0, height - y0, x1
    elif turns == 2:
        x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
    elif turns == 3:
        x0, y0, x1, y1 = y0, width - x1, y1, width - x0
    return np.stack((x0, y0, x1, y1), axis=1)


def pieces_of(words: Words) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of lines that the words form, and apart from these the text that is turned.

    If most of the page is turned, the page is: it is then turned upright, and its width and height change places.
    """
    turned = _is_turned(words)
    if turned.size and np.average(turned, weights=words.lengths) > 0.5:
        falls = np.median((words.last[:, 1] - words.first[:, 1])[turned]) > 0
        _turn_page(words, 3 if falls else 1)
        turned = _is_turned(words)
    elif _is_upside_down(words, turned):
        _turn_page(words, 2)
    _mark_raised_parts(words, turned)
    return _without_copies(_pieces(words, np.flatnonzero(~turned))), _turned_pieces(words, np.flatnonzero(turned))


def _is_turned(words: Words) -> NDArray[np.bool_]:
    """Return for each word whether it rises or falls: a word of one letter as the word before it."""
    middles = (words.first[:, 1] + words.first[:, 3]) / 2, (words.last[:, 1] + words.last[:, 3]) / 2
    heights = np.maximum(words.first[:, 3] - words.first[:, 1], words.last[:, 3] - words.last[:, 1])
    turned: NDArray[np.bool_] = np.abs(middles[0] - middles[1]) > _TURN * heights
    single = words.lengths == 1
    latest = np.maximum.accumulate(np.where(single, 0, np.arange(len(single))))
    return turned[latest] if len(turned) else turned


def _is_upside_down(words: Words, turned: NDArray[np.bool_]) -> bool:
    """Return whether most words run to the left, though they are not of a script that does."""
    steps = (words.last[:, 0] - words.first[:, 0])[~turned]
    steps = steps[np.abs(steps) > 1]
    return not words.is_right_to_left and len(steps) > 0 and float(np.median(steps)) < 0


def _turn_page(words: Words, turns: int) -> None:
    """Turn a page clockwise, by quarters."""
    whole, locate = (0.0, 0.0, words.width, words.height), words.locate

    def turn(boxes: Boxes) -> Boxes:
        flipped = boxes.copy()  # _upright takes y upwards
        flipped[:, 1::2] = words_height - boxes[:, 1::2]
        return _upright(flipped, whole, turns)

    words_height = words.height
    words.first, words.last = turn(words.first), turn(words.last)
    words.locate = lambda indices: turn(locate(indices))
    if turns % 2:
        words.width, words.height = words.height, words.width


def _mark_raised_parts(words: Words, turned: NDArray[np.bool_]) -> None:
    """Mark the raised end (a reference) or the raised start (the number of a footnote) of words."""
    high = words.first[:, 3] - words.first[:, 1], words.last[:, 3] - words.last[:, 1]
    low = words.first[:, 3], words.last[:, 3]
    is_end_raised = (high[1] < _SMALL * high[0]) & (low[1] < low[0] - 0.1 * high[0]) & ~turned
    is_start_raised = (high[0] < _SMALL * high[1]) & (low[0] < low[1] - 0.1 * high[1]) & ~turned
    for number in np.flatnonzero(is_end_raised | is_start_raised):
        text, first = words.texts[number], words.firsts[number]
        boxes = words.locate(range(first, first + len(text)))
        limit = _SMALL * max(high[0][number], high[1][number])
        small = [bool(box[3] - box[1] < limit) for box in boxes]
        if all(small):
            continue
        if is_end_raised[number]:
            cut = len(small) - small[::-1].index(False)
            if is_mark(text[cut:]):
                words.texts[number] = text[:cut] + mark_raised(text[cut:])
                words.last[number] = boxes[cut - 1]
        else:
            cut = small.index(False)
            if is_mark(text[:cut]):
                words.texts[number] = f"{mark_raised(text[:cut])} {text[cut:]}"
                words.first[number, 1::2] = boxes[cut][1::2]


def _pieces(words: Words, chosen: NDArray[np.intp]) -> list[Piece]:
    if not len(chosen):
        return []
    first, last = words.first[chosen], words.last[chosen]
    left, right = np.minimum(first[:, 0], last[:, 0]), np.maximum(first[:, 2], last[:, 2])
    top, bottom = np.minimum(first[:, 1], last[:, 1]), np.maximum(first[:, 3], last[:, 3])
    height = np.maximum(bottom - top, 0.1)
    lower = np.minimum(height[1:], height[:-1])
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    gap = left[1:] - right[:-1]
    goes_on = (gap > -0.5 * lower) & (gap < _GAP * lower)
    if words.is_right_to_left:
        gap = left[:-1] - right[1:]
        goes_on |= (gap > -0.5 * lower) & (gap < _GAP * lower)
    is_beside = overlap > 0.5 * lower
    texts = [words.texts[number] for number in chosen]
    goes_on = is_beside & (goes_on | _is_justified(gap, lower, is_beside, texts))
    raised = np.flatnonzero(
        goes_on & (height[1:] < _SMALL * height[:-1]) & (bottom[1:] < bottom[:-1] - 0.1 * height[:-1])
    )
    for number in (raised + 1).tolist():
        if is_mark(texts[number]):
            texts[number] = mark_raised(texts[number])
    starts = np.concatenate(([0], np.flatnonzero(~goes_on) + 1))
    lengths = list(map(len, texts))
    lefts, tops, bottoms = left.tolist(), top.tolist(), bottom.tolist()
    piece_lefts = np.minimum.reduceat(left, starts).tolist()
    piece_rights = np.maximum.reduceat(right, starts).tolist()
    parts = list(pairwise([*starts.tolist(), len(texts)]))
    longest = [lengths.index(max(lengths[start:end]), start, end) for start, end in parts]
    weights = words.weigh([words.firsts[number] for number in chosen[longest].tolist()])
    pieces = []
    for (start, end), x, right_edge, word, weight in zip(
        parts, piece_lefts, piece_rights, longest, weights, strict=True
    ):
        if text := _joined(texts[start:end]):
            y, lower_edge = tops[word], bottoms[word]
            size = lower_edge - y
            pieces.append(Piece(x, y, right_edge, lower_edge, text, size, weight >= _BOLD, lefts[start:end]))
    return pieces


def _is_justified(
    gap: Boxes, height: Boxes, is_beside: NDArray[np.bool_], texts: Sequence[str]
) -> NDArray[np.bool_]:
    """Return which wide spaces come from filling a line to the edge of its column: those next to one just as wide.

    The cells of a table may be as regular, but then they are names or numbers rather than words in lower case.
    """
    is_wide = is_beside & (gap >= _GAP * height) & (gap < _MAX_JUSTIFIED * height)
    is_next = is_wide[1:] & is_wide[:-1] & (np.abs(gap[1:] - gap[:-1]) < _EVEN)
    even: NDArray[np.bool_] = (np.append(is_next, False) | np.append(False, is_next))[: len(gap)]
    steps = np.diff(even.astype(np.int8), prepend=0, append=0)
    for start, end in zip(np.flatnonzero(steps > 0).tolist(), np.flatnonzero(steps < 0).tolist(), strict=True):
        line = texts[start : end + 1]
        if 2 * sum(word[0].islower() for word in line) < len(line):
            even[start:end] = False
    return even


def _joined(texts: Sequence[str]) -> str:
    text = " ".join(texts)
    if HYPHEN in text or "\x02" in text:
        text = text.replace("\x02", HYPHEN).replace(f"{HYPHEN} ", "-").replace(HYPHEN, "-")
    return text.replace(f" {RAISED}", RAISED)


def _turned_pieces(words: Words, chosen: NDArray[np.intp]) -> list[Piece]:
    """Return a piece for each line of turned text: what PDFium takes for one."""
    pieces: list[Piece] = []
    previous = -2
    for number in chosen.tolist():
        first, last = words.first[number].tolist(), words.last[number].tolist()
        box = bounds([Box(*first), Box(*last)])
        if number == previous + 1 and not words.breaks[number]:
            line = pieces[-1]
            whole = bounds([line, box])
            line.left, line.top, line.right, line.bottom = whole.left, whole.top, whole.right, whole.bottom
            line.text = _joined([line.text, words.texts[number]])
        else:
            size = min(first[2] - first[0], first[3] - first[1])
            pieces.append(Piece(box.left, box.top, box.right, box.bottom, _joined([words.texts[number]]), size))
        previous = number
    return pieces


def _without_copies(pieces: list[Piece]) -> list[Piece]:
    """Leave out text that is printed twice at one place, to make it bold or to give it a shadow."""
    if len({piece.text for piece in pieces}) == len(pieces):
        return pieces
    places: dict[str, list[Piece]] = {}
    kept = []
    for piece in pieces:
        twins = places.setdefault(piece.text, [])
        slack = 0.2 * piece.size
        if not twins or not any(
            abs(twin.left - piece.left) < slack and abs(twin.top - piece.top) < slack for twin in twins[-4:]
        ):
            twins.append(piece)
            kept.append(piece)
    return kept
