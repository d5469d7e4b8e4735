"""What the patterns of ``Filters.sources`` match, and their translation to regular expressions."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from functools import lru_cache

__all__ = ["file_name", "matches_source", "pattern_to_regex"]

_SEPARATOR = re.compile(r"[/\\]")


def matches_source(source: str, patterns: tuple[str, ...]) -> bool:
    r"""Return whether any of the patterns matches the whole source, or its part behind the last ``/`` or ``\``.

    Patterns are those of :func:`fnmatch.fnmatchcase`, case-sensitive on every system: ``*`` matches any
    characters, separators included; ``?`` one character; ``[a-f]`` and ``[!a-f]`` one character in or out of a
    set. A ``[`` that is never closed stands for itself, so no pattern is an error.
    """
    name = file_name(source)
    return any(matches(source) or matches(name) for matches in map(_matcher, patterns))


def file_name(source: str) -> str:
    r"""Return the part of a source behind the last ``/`` or ``\``."""
    return _SEPARATOR.split(source)[-1]


def pattern_to_regex(pattern: str) -> str:
    r"""Translate a pattern to a regular expression, for a store that filters in its own query language.

    The expression is made of literals, ``.``, ``.*`` and bracket expressions between ``^`` and ``\Z``. ``.`` must
    match newlines, too: that is PostgreSQL's default, and ``re.DOTALL`` in Python.
    """
    parts, position = [], 0
    while position < len(pattern):
        character, position = pattern[position], position + 1
        end = _set_end(pattern, position) if character == "[" else -1
        if end > 0:
            parts.append(_set_to_regex(pattern[position:end]))
            position = end + 1
        else:
            parts.append({"*": ".*", "?": "."}.get(character) or re.escape(character))
    return f"^{''.join(parts)}\\Z"


@lru_cache(256)
def _matcher(pattern: str) -> Callable[[str], object]:
    return re.compile(fnmatch.translate(pattern)).match


def _set_end(pattern: str, start: int) -> int:
    """Return the index of the bracket that closes a set, or -1. A bracket that comes first belongs to the set."""
    first = start + pattern.startswith("!", start)
    return pattern.find("]", first + 1)


def _set_to_regex(content: str) -> str:
    negated = content.startswith("!")
    members, ranges, position = content[negated:], [], 0
    while position < len(members):
        step = 3 if members[position + 1 : position + 2] == "-" and position + 2 < len(members) else 1
        first, last = members[position], members[position + step - 1]
        if first <= last:
            ranges.append(re.escape(first) + (f"-{re.escape(last)}" if step > 1 else ""))
        position += step
    if not ranges:
        return "." if negated else r"[^\s\S]"
    return f"[{'^' * negated}{''.join(ranges)}]"
