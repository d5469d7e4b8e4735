"""Files compressed with gzip, bzip2 or xz, such as ``articles.jsonl.gz``."""

from __future__ import annotations

import importlib
import io
import zlib
from dataclasses import replace
from typing import IO, cast

from qa.errors import LoadError
from qa.loaders.base import COMPRESSIONS, File

__all__ = ["decompress"]

MAX_RATIO = 200
_SMALL = 16 << 20  # below this size, no ratio is suspicious
_CHUNK = 1 << 20


def decompress(file: File) -> File:
    """Return the file with its data decompressed. The source stays the same.

    :raises LoadError: if the file is damaged, too large once decompressed, or a decompression bomb.
    """
    module = importlib.import_module(COMPRESSIONS[file.compression])
    budget = min(max(MAX_RATIO * len(file.data), _SMALL), file.max_size)
    data = bytearray()
    try:
        with cast(IO[bytes], module.open(io.BytesIO(file.data))) as stream:
            while len(data) <= budget and (chunk := stream.read(_CHUNK)):
                data += chunk
    except (OSError, EOFError, ValueError, zlib.error, getattr(module, "LZMAError", OSError)) as error:
        raise LoadError(
            f"the file is damaged, or not in the format its suffix names ({error}): compress it again"
        ) from error
    if len(data) > file.max_size:
        raise LoadError(file.size_error)
    if len(data) > budget:
        raise LoadError("the file looks like a decompression bomb: decompress it yourself and add the result")
    return replace(file, data=bytes(data), decompressed=True)
