"""What passes between the parent and a worker: length-prefixed frames of JSON or bytes, never pickles.

A request is three frames: what to do, a description, and the data of files. A reply is one frame: to ``LOAD``, the
result of each file; to ``DRAW``, what ``page_frames`` says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import IO, Any

from qa.errors import ArticleError, LoadError
from qa.loaders.base import File, LoadFailure
from qa.types import Article, Heading, Place

__all__ = [
    "DRAW",
    "IDLE_EXIT",
    "LOAD",
    "MEMORY_EXIT",
    "Items",
    "decode_reply",
    "decode_request",
    "encode_reply",
    "encode_request",
    "read_frame",
    "write_frame",
]

IDLE_EXIT = 3
"""The exit status of a worker that had nothing to do for a while."""
MEMORY_EXIT = 4
"""The exit status of a worker that reached its memory limit."""

LOAD = b"load"
"""The first frame of a request for the articles in files."""
DRAW = b"draw"
"""The first frame of a request for a picture of a page."""

Items = list[Article | LoadFailure]
"""The articles and failures of a file."""

_LENGTH_BYTES = 8


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write the data, preceded by its length."""
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(data)


def read_frame(stream: IO[bytes], max_bytes: int) -> bytes:
    """Return the data of the next frame.

    :raises EOFError: if the stream ends first.
    :raises ValueError: if the frame is larger than ``max_bytes``.
    """
    size = int.from_bytes(_read(stream, _LENGTH_BYTES), "big")
    if size > max_bytes:
        raise ValueError(f"the frame has {size} bytes, more than {max_bytes}")
    return _read(stream, size)


def _read(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def encode_request(files: Sequence[File]) -> tuple[bytes, bytes]:
    """Return the description and the data of a request for the articles in files."""
    fields = [(file.source, file.max_bytes, file.decompressed, file.text_field, len(file.data)) for file in files]
    return json.dumps(fields).encode(), b"".join(file.data for file in files)


def decode_request(description: bytes, data: bytes) -> list[File]:
    """Return the files that :func:`encode_request` described, without their limits."""
    files, start = [], 0
    for source, max_bytes, decompressed, text_field, size in json.loads(description):
        files.append(File(data[start : start + size], source, max_bytes, decompressed, text_field=text_field))
        start += size
    return files


def encode_reply(results: Iterable[Iterable[Article | LoadFailure] | LoadError]) -> bytes:
    """Return the result of each file as JSON: its articles and failures, or why it has none."""
    reply = [
        str(result) if isinstance(result, LoadError) else [_to_json(item) for item in result] for result in results
    ]
    return json.dumps(reply, ensure_ascii=False).encode()


def decode_reply(data: bytes, count: int) -> list[Items | LoadError]:
    """Return the results of :func:`encode_reply` for so many files.

    The worker may have been taken over by a hostile file, so the types of all values are checked.

    :raises ValueError: if the data are of another form.
    """
    try:
        reply = json.loads(data)
        if len(reply) != count or not isinstance(reply, list):
            raise TypeError(f"{count} results were expected")
        return [
            LoadError(result) if isinstance(result, str) else [_from_json(item) for item in result]
            for result in reply
        ]
    except (KeyError, TypeError, AttributeError, RecursionError, ArticleError) as error:
        raise ValueError(f"the worker's reply is malformed ({error!r})") from error


def _to_json(item: Article | LoadFailure) -> dict[str, object]:
    if isinstance(item, LoadFailure):
        return {"source": item.source, "reason": item.reason, "is_skipped": item.is_skipped, "kind": item.kind}
    return {
        "source": item.source,
        "text": item.text,
        "title": item.title,
        "date": item.date and item.date.isoformat(),
        "headings": [(heading.start, heading.end, heading.level) for heading in item.headings],
        "pages": item.pages,
        "tags": item.tags,
        "metadata": dict(item.metadata),
        "places": [(place.start, place.label, place.line, place.box) for place in item.places],
    }


def _from_json(item: dict[str, Any]) -> Article | LoadFailure:
    if "reason" in item:
        is_skipped = item["is_skipped"] is True
        return LoadFailure(_string(item["source"]), _string(item["reason"]), is_skipped, _string(item["kind"]))
    text = _string(item["text"])
    return Article(
        text,
        _string(item["title"]),
        _string(item["source"]),
        dt.date.fromisoformat(item["date"]) if item["date"] is not None else None,
        tuple(Heading(*(_offset(number, text) for number in heading)) for heading in item["headings"]),
        tuple(_offset(page, text) for page in item["pages"]),
        tuple(_string(tag) for tag in item["tags"]),
        {_string(key): _string(value) for key, value in item["metadata"].items()},
        tuple(Place(*place) for place in item["places"]),
    )


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not a string")
    return value


def _offset(value: object, text: str) -> int:
    if type(value) is not int or not 0 <= value <= max(len(text), 6):  # 6: the lowest level of a heading
        raise TypeError(f"{value!r:.40} is not an offset into the text")
    return value
