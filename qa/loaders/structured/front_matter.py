"""The fields in front of a text: YAML between lines of dashes, TOML between plus signs, or a JSON object."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

__all__ = ["split_front_matter"]

MAX_YAML = 1 << 16
"""A longer front matter is read line by line: PyYAML takes a second for a megabyte."""

_FENCED = re.compile(
    r"\s*^(---|\+\+\+|;;;)[ \t]*(yaml|toml|json)?[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_KINDS = {"---": "yaml", "+++": "toml", ";;;": "json"}
_FIELD = re.compile(r"([\w][\w .-]*):(?:[ \t]+(.*)|[ \t]*)")
_COMMENT = re.compile(r"(?<=\s)#")
_ITEM = re.compile(r"\s*-[ \t]+(.*)")

Fields = dict[str, object]


def split_front_matter(text: str) -> tuple[Fields, str]:
    """Return the fields of the front matter, if there is any, by names in lower case, and the text after it."""
    if match := _FENCED.match(text):
        kind = (match[2] or _KINDS[match[1]]).lower()
        fields = {"yaml": _parse_yaml, "toml": _parse_toml, "json": _parse_json}[kind](match[3])
        return (_named(fields), text[match.end() :]) if fields is not None else ({}, text)
    if text.lstrip().startswith("{"):
        start = len(text) - len(text.lstrip())
        try:
            fields, end = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            return {}, text
        if isinstance(fields, dict) and fields and text[end:].lstrip(" \t\r")[:1] in ("", "\n"):
            return _named(fields), text[end:]
    return {}, text


def _named(fields: Mapping[Any, object]) -> Fields:
    """Return the fields that are not nested."""
    plain = {str(name).strip().lower(): _without_objects(value) for name, value in fields.items()}
    return {name: value for name, value in plain.items() if value not in (None, [])}


def _without_objects(value: object) -> object:
    if isinstance(value, list):
        return [item for item in value if not isinstance(item, dict | list)]
    return None if isinstance(value, dict) else value


def _parse_json(text: str) -> Mapping[Any, object] | None:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _parse_toml(text: str) -> Mapping[Any, object] | None:
    try:
        return dict(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _parse_yaml(text: str) -> Mapping[Any, object] | None:
    """Return the fields of YAML, or those that can be made out where it is not valid, as in ``title: A: B``."""
    import yaml

    if len(text) <= MAX_YAML:
        try:
            fields = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError):
            return _parse_lines(text)
        if isinstance(fields, dict):
            return fields
    return _parse_lines(text)


def _parse_lines(text: str) -> Mapping[Any, object] | None:
    """Return the fields of simple YAML, scalars and lists of scalars, or None if the text is not YAML."""
    fields: dict[object, object] = {}
    name = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if match := _FIELD.fullmatch(line.rstrip()):
            name = match[1].strip().lower()
            fields[name] = _value(match[2] or "")
        elif not name or not line.startswith((" ", "\t", "-")):
            return None
        elif match := _ITEM.fullmatch(line):
            items = fields[name]
            if not isinstance(items, list):
                items = fields[name] = []
            items.append(_unquote(match[1]))
    return fields


def _value(text: str) -> object:
    if text.startswith("[") and text.endswith("]"):
        return [item for part in text[1:-1].split(",") if (item := _unquote(part))]
    return "" if text in ("|", ">", "|-", ">-") else _unquote(text)


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _COMMENT.split(text, maxsplit=1)[0].rstrip()
