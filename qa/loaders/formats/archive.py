"""Zip archives that contain files of the other formats."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from zipfile import ZipInfo

from qa.errors import LoadError
from qa.loaders.base import File, LimitExceededError, LoadFailure
from qa.loaders.hidden import is_hidden
from qa.loaders.registry import SUFFIXES, load_file, skip_file
from qa.loaders.zipped import open_zip, read_member
from qa.types import Article

__all__ = ["load"]

MAX_BOMBS = 3
_UTF8_NAMES = 0x800


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the articles of every member in a known format, and a failure for every other.

    Hidden members, folders and links do not count.

    :raises LoadError: if the archive is broken, a zip bomb, or contains no file in a known format.
    """
    with open_zip(file) as archive:
        members = [(name, member) for member in archive.infolist() if (name := _member_path(member))]
        known = [(name, member) for name, member in members if PurePosixPath(name).suffix.lower() in SUFFIXES]
        if not known:
            raise LoadError(f"the archive contains no file in a known format: use {', '.join(sorted(SUFFIXES))}")
        bombs = 0
        for name, member in members:
            source = f"{file.source}!/{name}"
            if PurePosixPath(name).suffix.lower() not in SUFFIXES:
                yield skip_file(source)
                continue
            try:
                if name.lower().endswith(".zip"):
                    raise LoadError("a zip inside a zip is not opened: extract it first")
                data = read_member(archive, member, file.max_bytes)
                yield from load_file(replace(file, data=data, source=source, decompressed=False))
            except LoadError as error:
                yield LoadFailure(source, str(error))
                bombs += isinstance(error, LimitExceededError)
            if bombs == MAX_BOMBS:
                rest = f"after {MAX_BOMBS} members that crashed or exceeded a limit: extract the archive yourself"
                yield LoadFailure(file.source, f"the other members were not read {rest}")
                return


def _member_path(member: ZipInfo) -> str:
    """Return the member's path, which cannot lead out of the archive; empty for a member to skip."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAMES:
        name = _fix_encoding(name)
    # Normalized as an absolute path, so that ".." cannot lead above the root.
    path = PurePosixPath(posixpath.normpath("/" + name.replace("\\", "/").lstrip("/"))).relative_to("/")
    is_skipped = member.is_dir() or stat.S_ISLNK(member.external_attr >> 16) or is_hidden(path)
    return "" if is_skipped else path.as_posix()


def _fix_encoding(name: str) -> str:
    """Undo decoding a UTF-8 name as code page 437: many programs do not set the flag for UTF-8."""
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name
