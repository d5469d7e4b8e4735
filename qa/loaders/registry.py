"""Choose the loader for a file by its suffix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.errors import LoadError
from qa.loaders.base import COMPRESSIONS, File, LoadFailure
from qa.loaders.compressed import decompress
from qa.loaders.in_process import FORMATS, UNTRUSTED, load_here
from qa.loaders.worker.pool import load_in_worker
from qa.types import Article

__all__ = ["SUFFIXES", "is_known_format", "load_file", "load_files", "skip_file"]

# Not the module mimetypes, which lacks newer suffixes and reads what each system adds.
_MEDIA = {
    "images": ".avif .bmp .cr2 .dng .gif .heic .heif .ico .jp2 .jpeg .jpg .nef .png .psd .svg .tif .tiff .webp",
    "audio": ".aac .aif .aiff .flac .m4a .mid .mp3 .oga .ogg .opus .wav .wma",
    "videos": ".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .ogv .webm .wmv",
    "archives": ".7z .bz2 .gz .iso .rar .tar .tgz .xz .zst",
}
_KINDS = {suffix: kind for kind, suffixes in _MEDIA.items() for suffix in suffixes.split()}

SUFFIXES: frozenset[str] = frozenset(FORMATS)
"""The suffixes of the known formats, in lower case, with their dots."""


def load_file(file: File) -> Iterator[Article | LoadFailure]:
    """Yield every article in the file, and a failure for each invalid row or member.

    :raises LoadError: if the file contains no usable article. No other exception is raised.
    """
    file = _open(file)
    if FORMATS[file.suffix] in UNTRUSTED:
        (result,) = load_in_worker([file])
        if isinstance(result, LoadError):
            raise result
        yield from result
        return
    try:
        yield from load_here(file)
    except MemoryError:
        raise LoadError("the file takes more memory than there is: split it") from None


def load_files(files: Sequence[File | LoadError]) -> list[list[Article | LoadFailure] | LoadError]:
    """Return what :func:`load_file` yields for each file of an untrusted format, or the error that it raises.

    The files share a request to a worker, so they should be small. An error in place of a file is passed on.
    """
    opened = [file if isinstance(file, LoadError) else _try_open(file) for file in files]
    loaded = iter(load_in_worker([file for file in opened if isinstance(file, File)]))
    return [next(loaded) if isinstance(file, File) else file for file in opened]


def _try_open(file: File) -> File | LoadError:
    try:
        return _open(file)
    except LoadError as error:
        return error


def _open(file: File) -> File:
    """Return the file, decompressed.

    :raises LoadError: if the format is unknown or the file cannot be decompressed or is empty.
    """
    if file.suffix not in FORMATS:
        before = f" before {file.compression}" if file.compression else ""
        problem = f"{file.suffix} is not a known format" if file.suffix else f"the name has no suffix{before}"
        raise LoadError(f"{problem}: use {_known_suffixes()}")
    if file.compression and not file.decompressed:
        file = decompress(file)
    if not file.data:
        raise LoadError("the file contains no text: it is empty")
    return file


def is_known_format(name: str) -> bool:
    """Return whether the file name has the suffix of a known format, compressed or not."""
    return File(b"", name, 0).suffix in FORMATS


def skip_file(source: str) -> LoadFailure:
    """Return what a report says of a file in a folder or an archive, if no loader takes its format."""
    file = File(b"", source, 0)
    if file.suffix in FORMATS:
        reason = "a compressed file inside an archive is not opened: extract it first"
        return LoadFailure(source, reason, is_skipped=True, kind="archives")
    reason = f"{file.suffix} is not a known format" if file.suffix else "the name has no suffix"
    kind = _KINDS.get(file.suffix or file.compression, "unknown formats")
    return LoadFailure(source, reason, is_skipped=True, kind=kind)


def _known_suffixes() -> str:
    return f"{', '.join(FORMATS)} (each also with {', '.join(COMPRESSIONS)})"
