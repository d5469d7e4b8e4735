"""Subtitles (WebVTT, SRT): the cues joined to sentences, each with the time at which it is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.encodings import decode
from qa.loaders.fields import fallback_title, one_line
from qa.types import Article, Place

__all__ = ["load"]

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?[ \t]+([^>]+)>")
_TAG = re.compile(r"</?(?:[a-z][^<>]*|\d[\d:.]*)>|\{\\[^{}]*\}", re.IGNORECASE)
_HEADER = re.compile(r"\ufeff?WEBVTT[ \t]+(?:-[ \t]*)?(\S.*)")
_LANGUAGE = re.compile(r"^Language:[ \t]*([\w-]+)", re.MULTILINE | re.IGNORECASE)
_DASH = re.compile(r"[-–—]\s*(?=\S)")
_END = re.compile(r"[.!?…。！？][\"'”’)\]]*\Z")
_PARAGRAPH = "\n\n"
_PAUSE = 3.0
"""A pause of so many seconds ends a paragraph."""
_SOFT_LENGTH, _LENGTH = 500, 1500
"""A paragraph longer than the first ends with a sentence, one longer than the second with the cue."""


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    lines: list[str]
    speaker: str = ""


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole file.

    :raises LoadError: if the file is not text, or has no subtitles.
    """
    text = decode(file.data)
    joined, places = _join(_without_repeats(_cues(text)))
    if not joined:
        raise LoadError("the file contains no subtitles: they begin with lines like 00:01:02,000 --> 00:01:04,000")
    header, language = _HEADER.match(text), _LANGUAGE.search(text[:500])
    yield make_article(
        file,
        joined,
        one_line(header[1]) if header else fallback_title(file.stem, joined),
        metadata={"language": language[1] if language else ""},
        places=places,
    )


def _cues(text: str) -> Iterator[_Cue]:
    """Yield the cues; comments, styles and the numbers of the cues are left out."""
    times: tuple[float, float] | None = None
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        match = _TIMING.match(line)
        if match:
            if times and lines and lines[-1].strip().isdecimal():  # the number of a cue that follows without a gap
                lines.pop()
            if times and lines:
                yield _cue(*times, lines)
            numbers = [int(part or 0) for part in match.groups()]
            times, lines = (_seconds(*numbers[:4]), _seconds(*numbers[4:])), []
        elif not line.strip():
            if times and lines:
                yield _cue(*times, lines)
                times, lines = None, []
        elif times:
            lines.append(line)


def _seconds(hours: int, minutes: int, seconds: int, thousandths: int) -> float:
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _cue(start: float, end: float, lines: list[str]) -> _Cue:
    voice = _VOICE.search("\n".join(lines))
    speaker = one_line(html.unescape(voice[1])) if voice else ""
    texts = [one_line(html.unescape(_TAG.sub("", line))) for line in lines]
    return _Cue(start, end, [text for text in texts if text], speaker)


def _without_repeats(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """Yield the cues without the lines that roll up: those that the cue before has shown."""
    shown: list[str] = []
    last_end = 0.0
    for cue in cues:
        count = next(
            (size for size in range(min(len(shown), len(cue.lines)), 0, -1) if shown[-size:] == cue.lines[:size]),
            0,
        )
        new = cue.lines[count:] if count and cue.start - last_end < _PAUSE else cue.lines
        shown, last_end = cue.lines or shown, cue.end
        if new:
            yield _Cue(cue.start, cue.end, new, cue.speaker)


def _join(cues: Iterator[_Cue]) -> tuple[str, list[Place]]:
    """Return the text, a paragraph for each stretch of speech, and the time of each cue as a place."""
    parts: list[str] = []
    places: list[Place] = []
    length = paragraph = 0
    last: _Cue | None = None
    for cue in cues:
        is_dialogue = len(cue.lines) > 1 and all(_DASH.match(line) for line in cue.lines)
        is_new = last is None or is_dialogue or _begins(last, cue, parts[-1], length - paragraph)
        gap = "" if last is None else _PARAGRAPH if is_new else " "
        text = (_PARAGRAPH if is_dialogue else " ").join(_undashed(cue.lines) if is_new else cue.lines)
        if is_new and cue.speaker:
            text = f"{cue.speaker}: {text}"
        length += len(gap)
        paragraph = length if is_new else paragraph
        places.append(Place(length, _clock(cue.start)))
        parts += [gap, text]
        length += len(text)
        last = cue if is_new or last is None else replace(cue, speaker=last.speaker)
    return "".join(parts), places


def _undashed(lines: list[str]) -> list[str]:
    """Return the lines without the dashes that stand before what each speaker says."""
    return [line[match.end() :] if (match := _DASH.match(line)) else line for line in lines]


def _begins(last: _Cue, cue: _Cue, before: str, length: int) -> bool:
    """Return whether a cue begins a paragraph."""
    is_sentence = _END.search(before) is not None
    is_other = cue.speaker != last.speaker and (is_sentence or cue.speaker)
    if is_other or (is_sentence and _DASH.match(cue.lines[0])):
        return True
    pause = cue.start - last.end
    return pause >= _PAUSE or length > _LENGTH or (is_sentence and length > _SOFT_LENGTH)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
