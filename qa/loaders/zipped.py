"""Zip files, opened with care: nothing is unpacked to disk, and none may swell beyond measure."""

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
"""A zip may unpack to this many times the limit on the size of a file."""
_SMALL = 16 << 20  # below this no ratio is suspicious
_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)
_DIRECTORY_ENTRY = b"PK\x01\x02"


def open_zip(file: File) -> zipfile.ZipFile:
    """Return the zip, once every member has been unpacked and weighed: its headers are not believed.

    :raises LoadError: when it is broken or a zip bomb.
    """
    # Counted before the directory is read, since that alone could fill the memory.
    if file.data.count(_DIRECTORY_ENTRY) > 10 * MAX_MEMBERS:
        raise _too_much(f"more than {MAX_MEMBERS} members")
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.data))
    except (*_ERRORS, struct.error) as error:
        raise LoadError(f"the file is broken, or no {file.suffix[1:].upper()}: save or pack it anew") from error
    if len(archive.infolist()) > MAX_MEMBERS:
        raise _too_much(f"more than {MAX_MEMBERS} members")
    budget = min(max(MAX_RATIO * len(file.data), _SMALL), MAX_EXPANSION * file.max_bytes)
    for member in archive.infolist():
        if member.compress_type not in _METHODS:
            raise LoadError(f"{member.filename!r} is packed by an unusual method: pack it anew with deflate")
        budget -= _weigh(archive, member, budget)
    return archive


def read_member(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, max_bytes: int) -> bytes:
    """Return the bytes of a member.

    :raises LoadError: when it is missing, encrypted, damaged or above the limit.
    """
    try:
        member = archive.getinfo(name) if isinstance(name, str) else name
    except KeyError:
        raise LoadError(f"the file is damaged: {name!r} is missing from it") from None
    if member.flag_bits & 1:
        raise LoadError("it is encrypted: pack it without a password")
    try:
        with archive.open(member) as stream:
            data = stream.read(max_bytes + 1)
    except _ERRORS as error:
        raise LoadError(f"{member.filename!r} is damaged: pack it anew") from error
    if len(data) > max_bytes:
        raise LoadError(f"it is above the limit of {max_bytes >> 20} MB: split it, or raise the limit")
    return data


def _weigh(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> int:
    """Return how many bytes the member unpacks to; a damaged one is reported when it is read, not here."""
    size = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > budget:
                    raise _too_much("far more than a file of its size should")
    except _ERRORS:
        return size
    return size


def _too_much(what: str) -> LoadError:
    return LoadError(f"the file unpacks to {what}, like a zip bomb: unpack it by hand and add what you need")
