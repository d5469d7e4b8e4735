"""Single files that gzip, bzip2 or xz have packed, such as ``articles.jsonl.gz``."""

from __future__ import annotations

import importlib
import io
import zlib
from dataclasses import replace
from typing import IO, cast

from qa.errors import LoadError
from qa.loaders.base import PACKINGS, File

__all__ = ["unpacked"]

MAX_RATIO = 200
_SMALL = 16 << 20  # below this no ratio is suspicious
_CHUNK = 1 << 20


def unpacked(file: File) -> File:
    """Return the file without its packing. It has its source still, and the format of what is inside.

    :raises LoadError: when it is damaged, above the limit once unpacked, or swells as a bomb does.
    """
    module = importlib.import_module(PACKINGS[file.packing])
    inside = replace(file, data=b"", unpacked=True)
    budget = min(max(MAX_RATIO * len(file.data), _SMALL), inside.max_unpacked)
    data = bytearray()
    try:
        with cast(IO[bytes], module.open(io.BytesIO(file.data))) as stream:
            while len(data) <= budget and (chunk := stream.read(_CHUNK)):
                data += chunk
    except (OSError, EOFError, ValueError, zlib.error, getattr(module, "LZMAError", OSError)) as error:
        raise LoadError(
            f"the file is damaged, or not packed as its suffix says ({error}): pack it anew"
        ) from error
    if len(data) > inside.max_unpacked:
        raise LoadError(inside.too_large)
    if len(data) > budget:
        raise LoadError("the file unpacks to far more than it should, like a bomb: unpack it by hand")
    return replace(inside, data=bytes(data))
