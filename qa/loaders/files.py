"""Find the files to add, and load the articles in them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from qa.errors import LoadError, SettingsError
from qa.loaders.base import DEFAULT_LIMITS, File, Limits, LoadFailure
from qa.loaders.hidden import is_hidden_file, is_hidden_folder
from qa.loaders.in_process import FORMATS, UNTRUSTED
from qa.loaders.registry import is_known_format, load_file, load_files, skip_file
from qa.types import PARTS, Article

__all__ = ["file_source", "find_files", "load", "load_together", "read_file", "size_for_worker", "walk_files"]

_SPECIAL_KINDS = {
    stat.S_IFIFO: "named pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFDIR: "folder",
}


def find_files(paths: Iterable[str | Path], globs: Sequence[str] = ()) -> list[Path]:
    """Return the files at the paths, each once; a folder stands for the files inside it, sorted.

    See :func:`walk_files`, which also reports what it leaves out.
    """
    return [path for path in walk_files(paths, globs) if isinstance(path, Path)]


def walk_files(paths: Iterable[str | Path], globs: Sequence[str] = ()) -> Iterator[Path | LoadFailure]:
    """Yield the files at the paths, each once, and a failure for everything in a folder that is left out.

    Hidden files, hidden folders and folders that programs make for themselves do not count. Unknown formats, named
    pipes, sockets, devices and links to folders that are included already are skipped; folders that cannot be read
    are failures. With globs, the globs choose the files instead of the formats: ``*.txt`` by name,
    ``2023/**/*.txt`` by path relative to the folder. A file given by its own path is always included, even if it
    does not exist: :func:`load` then reports it.

    :raises SettingsError: if a glob is not valid.
    """
    patterns = [_compile_glob(glob) for glob in globs]
    seen: set[str] = set()
    for path in map(Path, paths):
        for item in _walk(path, patterns) if _is_folder(path) else [path]:
            source = file_source(item) if isinstance(item, Path) else item.source
            if source not in seen:
                seen.add(source)
                yield item


def load(
    path: Path, *, max_mb: int = 100, limits: Limits = DEFAULT_LIMITS, text_field: str = ""
) -> Iterator[Article | LoadFailure]:
    """Yield every article in the file, and a failure for each invalid row or member.

    :param max_mb: the largest file, archive member and article, in MiB. A JSON Lines file may be ten times as
        large, compressed or not.
    :param limits: what parsing may cost, for formats that are parsed in a worker process.
    :param text_field: the column or field that holds the text of CSV, JSON and JSON Lines; empty to go by name.
    :raises LoadError: if the file contains no usable article; the message says why and what to do.
    """
    file = replace(read_file(Path(path), max_mb << 20, limits), text_field=text_field)
    yield from _check(load_file(file), file.source, max_mb)


def load_together(
    paths: Sequence[Path], *, max_mb: int = 100, limits: Limits = DEFAULT_LIMITS, text_field: str = ""
) -> list[list[Article | LoadFailure]]:
    """Return what :func:`load` yields for each file, and a failure for a file that contains no usable article.

    The files share a request to a worker process, which makes small files cheap. Each must have a size by
    :func:`size_for_worker`.
    """
    files = [_try_read(path, max_mb << 20, limits) for path in paths]
    files = [replace(file, text_field=text_field) if isinstance(file, File) else file for file in files]
    results = load_files(files)
    return [
        [LoadFailure(str(path), str(result))]
        if isinstance(result, LoadError)
        else list(_check(result, file_source(path), max_mb))
        for path, result in zip(paths, results, strict=True)
    ]


def _check(items: Iterable[Article | LoadFailure], file: str, max_mb: int) -> Iterator[Article | LoadFailure]:
    """Replace articles that are too large, or have the source of an earlier one, by failures.

    An article that is the whole file is followed by a failure that names its pages without text.
    """
    seen: set[str] = set()
    for item in items:
        if isinstance(item, LoadFailure):
            yield item
        elif item.source in seen:
            yield LoadFailure(
                item.source, "an earlier article in this file has the same source: give each its own"
            )
        elif len(item.text) > max_mb << 20:
            yield LoadFailure(item.source, f"the article exceeds the limit of {max_mb} MB: split it")
        else:
            seen.add(item.source)
            yield item
            if item.source == file:
                yield from _pages_without_text(item)


def _pages_without_text(article: Article) -> Iterator[LoadFailure]:
    """Yield a failure that names the pages of an article that have no text, if there are any."""
    spans = zip_longest(article.pages, article.pages[1:])
    blank = [number for number, (start, end) in enumerate(spans, 1) if not article.text[start:end].strip()]
    if blank:
        pages = "page" if len(blank) == 1 else "pages"
        where = f"no text on {pages} {_ranges(blank)} of {len(article.pages)}"
        reason = f"{where}: if they are images, run OCR on them or install quotewell[ocr]"
        yield LoadFailure(article.source, reason, is_skipped=True, kind=PARTS)


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers in words: ``2, 5-7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def size_for_worker(path: Path) -> int | None:
    """Return the size of a file that :func:`load_together` takes, in bytes, and None for any other.

    Those are the files that are parsed in a worker process, except compressed ones: they may grow to any size.
    """
    file = File(b"", path.name, 0)
    try:
        is_parsed_there = FORMATS.get(file.suffix) in UNTRUSTED and not file.compression
        return path.stat().st_size if is_parsed_there else None
    except (OSError, ValueError):
        return None


def read_file(path: Path, max_bytes: int, limits: Limits) -> File:
    """Return a file with its bytes.

    :raises LoadError: if it cannot be read, or is too large.
    """
    file = File(b"", file_source(path), max_bytes, limits=limits)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise LoadError("the path is a folder, not a file: give the paths of the files inside it")
        if not stat.S_ISREG(status.st_mode):
            raise LoadError("the path is not a regular file: copy its content to a file and add that")
        with open(path, "rb", opener=_open_at_once) as stream:
            data = stream.read(file.max_size + 1) or b""
    except (FileNotFoundError, NotADirectoryError):
        raise LoadError("no such file: check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LoadError(f"the file cannot be read ({reason}): check its permissions and the disk") from error
    if len(data) > file.max_size:
        raise LoadError(file.size_error)
    return replace(file, data=data)


def _try_read(path: Path, max_bytes: int, limits: Limits) -> File | LoadError:
    try:
        return read_file(path, max_bytes, limits)
    except LoadError as error:
        return error


def _open_at_once(path: str, flags: int) -> int:
    # Opening a named pipe waits for a writer otherwise, if one has taken the place of the file.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def file_source(path: Path) -> str:
    """Return the source of the article in a file: its absolute path, with slashes on every system."""
    # Links are not resolved: the link's own path stays the same when its target changes.
    name = Path(os.path.normpath(path.absolute())).as_posix()
    return name.encode("utf-8", "backslashreplace").decode()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _walk(folder: Path, globs: Sequence[re.Pattern[str]]) -> Iterator[Path | LoadFailure]:
    visited: set[tuple[int, int]] = set()
    unreadable: list[OSError] = []
    for name, folders, files in os.walk(folder, onerror=unreadable.append, followlinks=True):
        yield from _take_failures(unreadable)
        here = Path(name)
        try:
            status = here.stat()
        except OSError as error:  # it has gone
            folders.clear()
            yield _folder_failure(here, error)
            continue
        if (identity := (status.st_dev, status.st_ino)) in visited:
            folders.clear()
            yield LoadFailure(
                file_source(here),
                "a link to a folder that is included already",
                is_skipped=True,
                kind="links to folders",
            )
            continue
        visited.add(identity)
        folders[:] = sorted(name for name in folders if not is_hidden_folder(name))
        for file in sorted(files):
            if not is_hidden_file(file):
                yield from _select(here, file, folder, globs)
    yield from _take_failures(unreadable)


def _select(here: Path, name: str, folder: Path, globs: Sequence[re.Pattern[str]]) -> Iterator[Path | LoadFailure]:
    path = here / name
    if globs and not any(glob.fullmatch(path.relative_to(folder).as_posix()) for glob in globs):
        return
    if not globs and not is_known_format(name):
        yield skip_file(file_source(path))
    elif kind := _special_kind(path):
        yield LoadFailure(file_source(path), f"a {kind}, not a file", is_skipped=True, kind="special files")
    else:
        yield path


def _special_kind(path: Path) -> str:
    """Return what stands at the path if it is neither a file nor missing, else an empty string."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # loading the file reports it
        return ""
    return "" if stat.S_ISREG(mode) else _SPECIAL_KINDS.get(stat.S_IFMT(mode), "special file")


def _take_failures(errors: list[OSError]) -> Iterator[LoadFailure]:
    for error in errors:
        yield _folder_failure(Path(error.filename), error)
    errors.clear()


def _folder_failure(folder: Path, error: OSError) -> LoadFailure:
    reason = error.strerror or error
    return LoadFailure(file_source(folder), f"the folder cannot be read ({reason}): check its permissions")


def _compile_glob(glob: str) -> re.Pattern[str]:
    try:
        return re.compile(_glob_pattern(glob))
    except re.error as error:
        raise SettingsError(
            f"the pattern {glob!r} is not valid ({error.msg}): write a range from low to high, such as [a-z]"
        ) from None


def _glob_pattern(glob: str) -> str:
    """Return a regular expression for a relative path: ``**`` matches across folders, ``*`` does not."""
    glob = glob.replace("\\", "/").removeprefix("./")
    if "/" not in glob:
        glob = f"**/{glob}"
    wildcards = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^]/]+\])", glob)
    return "".join(wildcards.get(part) or _character_class(part) for part in parts)


def _character_class(part: str) -> str:
    if not (len(part) > 2 and part[0] == "[" and part[-1] == "]"):
        return re.escape(part)
    inside = re.sub(r"([\\^\[&|~])", r"\\\1", part[1:-1])
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
