"""Name the fields of nested JSON by their paths, such as ``body.text``, and find records in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

__all__ = ["find_records", "flat_fields", "joined_text"]

MAX_DEPTH = 8
MAX_FIELDS = 2000

Json = object
Fields = dict[str, Json]


def flat_fields(record: Mapping[str, Json]) -> Fields:
    """Return the values of a record by their paths, those that are not nested first.

    A path leads through lists of objects: its value is then the list of the values in them.
    """
    fields: Fields = {}
    level: list[tuple[str, Mapping[str, Json]]] = [("", record)]
    for _ in range(MAX_DEPTH):
        below: list[tuple[str, Mapping[str, Json]]] = []
        for prefix, mapping in level:
            for key, value in mapping.items():
                path = f"{prefix}{key}"
                inner = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
                if isinstance(value, Mapping):
                    below.append((f"{path}.", value))
                elif inner:
                    below.append((f"{path}.", _merged(inner)))
                elif len(fields) < MAX_FIELDS:
                    fields[path] = value
        level = below
    return fields


def _merged(records: list[Mapping[str, Json]]) -> Fields:
    """Return one record with the lists of the values of several; nested records are merged, too."""
    merged: dict[str, list[Json]] = {}
    for record in records:
        for key, value in record.items():
            merged.setdefault(key, []).extend(value if isinstance(value, list) else [value])
    return dict(merged)


def joined_text(value: Json) -> str:
    """Return a string, or the strings of a list as paragraphs; an empty string for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n\n".join(item for item in value if item.strip())
    return ""


def find_records(document: Json, is_record: Callable[[Mapping[str, Json]], bool]) -> Iterator[tuple[str, Json]]:
    """Yield the records of a JSON document, each with its key or its number from 1.

    They are the items of the document if it is a list, the longest list of objects inside an object, the values of
    an object of objects, or else the object itself.

    :param is_record: whether an object is a record of its own, whatever is inside.
    """
    if isinstance(document, Mapping) and is_record(document):
        yield "1", document
    elif isinstance(document, list):
        yield from ((str(number), item) for number, item in enumerate(document, 1))
    elif isinstance(document, Mapping) and (records := _longest_list(document)):
        yield from ((str(number), item) for number, item in enumerate(records, 1))
    elif isinstance(document, Mapping) and len(document) > 1 and _all_objects(document.values()):
        yield from document.items()
    else:
        yield "1", document


def _longest_list(document: Mapping[str, Json]) -> list[Json]:
    """Return the longest list of objects within three levels of an object."""
    longest: list[Json] = []
    level = [document]
    for _ in range(3):
        values = [value for mapping in level for value in mapping.values()]
        lists = [value for value in values if isinstance(value, list) and value and _all_objects(value)]
        longest = max([longest, *lists], key=len)
        level = [value for value in values if isinstance(value, Mapping)]
        if longest:
            break
    return longest


def _all_objects(values: object) -> bool:
    return all(isinstance(value, Mapping) for value in values)  # type: ignore[attr-defined]
