"""Open zip files safely: nothing is extracted to disk, and zip bombs are rejected."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from qa.errors import LoadError
from qa.loaders.base import File

__all__ = ["open_zip", "read_member"]

MAX_MEMBERS = 10_000
MAX_RATIO = 200
MAX_EXPANSION = 10
"""The largest total size of a zip's members, as a multiple of the limit on one file."""
_SMALL = 16 << 20  # below this size, no ratio is suspicious
_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)
_DIRECTORY_ENTRY = b"PK\x01\x02"


def open_zip(file: File) -> zipfile.ZipFile:
    """Return the open zip after decompressing every member once to measure it: the headers are not trusted.

    :raises LoadError: if the file is broken or a zip bomb.
    """
    # Counted before the directory is parsed, which alone could fill the memory.
    if file.data.count(_DIRECTORY_ENTRY) > 10 * MAX_MEMBERS:
        raise _too_much(f"more than {MAX_MEMBERS} members")
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.data))
    except (*_ERRORS, struct.error) as error:
        raise LoadError(
            f"the file is broken, or not a valid {file.suffix[1:].upper()} file: save it again"
        ) from error
    if len(archive.infolist()) > MAX_MEMBERS:
        raise _too_much(f"more than {MAX_MEMBERS} members")
    budget = min(max(MAX_RATIO * len(file.data), _SMALL), MAX_EXPANSION * file.max_bytes)
    for member in archive.infolist():
        if member.compress_type not in _METHODS:
            raise LoadError(f"{member.filename!r} uses an unsupported compression method: use deflate")
        budget -= _measure(archive, member, budget)
    return archive


def read_member(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, max_bytes: int) -> bytes:
    """Return the bytes of a member.

    :raises LoadError: if the member is missing, encrypted, damaged or too large.
    """
    try:
        member = archive.getinfo(name) if isinstance(name, str) else name
    except KeyError:
        raise LoadError(f"the file is damaged: {name!r} is missing from it; save it again") from None
    if member.flag_bits & 1:
        raise LoadError("the file is encrypted: create the archive without a password")
    try:
        with archive.open(member) as stream:
            data = stream.read(max_bytes + 1)
    except _ERRORS as error:
        raise LoadError(f"{member.filename!r} is damaged: create the archive again") from error
    if len(data) > max_bytes:
        raise LoadError(
            f"{member.filename!r} exceeds the limit of {max_bytes >> 20} MB: split it, or raise max_file_mb"
        )
    return data


def _measure(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> int:
    """Return the decompressed size of the member in bytes. Damage is reported when the member is read."""
    size = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > budget:
                    raise _too_much("far more data than its size allows")
    except _ERRORS:
        return size
    return size


def _too_much(content: str) -> LoadError:
    return LoadError(
        f"the file contains {content}, like a zip bomb: extract it yourself and add the files you need"
    )
