"""Files compressed with gzip, bzip2 or xz, such as ``articles.jsonl.gz``.

They are decompressed in this process, so the memory that they take is limited here. Besides the output, gzip needs
32 kB and bzip2 4 MB; xz needs as much as the file says, up to 4 GB.
"""

from __future__ import annotations

import importlib
import io
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from qa.errors import LoadError
from qa.loaders.base import COMPRESSIONS, File

__all__ = ["decompress"]

MAX_RATIO = 200
XZ_MEMORY = 128 << 20
"""The memory that decompressing xz may take besides the output, in bytes. ``xz -9`` needs 65 MiB."""
_SMALL = 16 << 20  # below this size, no ratio is suspicious
_CHUNK = 1 << 20
_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)


def decompress(file: File) -> File:
    """Return the file with its data decompressed. The source stays the same.

    :raises LoadError: if the file is damaged, too large once decompressed, or a decompression bomb.
    """
    budget = min(max(MAX_RATIO * len(file.data), _SMALL), file.max_size)
    output = io.BytesIO()
    try:
        for chunk in _chunks(file):
            output.write(chunk)
            if output.tell() > budget:
                break
    except _ERRORS as error:
        raise LoadError(
            f"the file is damaged, or not in the format its suffix names ({error}): compress it again"
        ) from error
    if output.tell() > file.max_size:
        raise LoadError(file.size_error)
    if output.tell() > budget:
        raise LoadError("the file looks like a decompression bomb: decompress it yourself and add the result")
    return replace(file, data=output.getvalue(), decompressed=True)


def _chunks(file: File) -> Iterator[bytes]:
    module = COMPRESSIONS[file.compression]
    if module == "lzma":
        return _read_xz(file.data)
    return _read(importlib.import_module(module).open(io.BytesIO(file.data)))


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _read_xz(data: bytes) -> Iterator[bytes]:
    """Yield the data of the file's streams in chunks; ``lzma.open`` cannot limit the memory.

    :raises LoadError: if decompressing takes too much memory.
    """
    while data:
        decompressor = lzma.LZMADecompressor(memlimit=XZ_MEMORY)
        try:
            yield decompressor.decompress(data, _CHUNK)
            while not decompressor.eof:
                if decompressor.needs_input:
                    raise EOFError("it ends too early")
                yield decompressor.decompress(b"", _CHUNK)
        except lzma.LZMAError as error:
            if "Memory usage limit" not in str(error):
                raise
            limit = f"{XZ_MEMORY >> 20} MB of memory"
            raise LoadError(f"decompressing the file takes more than {limit}: compress it with xz -9") from error
        data = decompressor.unused_data.lstrip(b"\0")  # streams may be padded
