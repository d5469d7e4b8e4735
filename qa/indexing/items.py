"""What ``add`` takes: paths, addresses, articles, records, tables, and iterables of these."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from os import PathLike, sep
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from qa.errors import ArticleError
from qa.indexing.loading_ahead import Source
from qa.loaders import LoadFailure, WebPage, is_address, walk_files
from qa.loaders.records import load_record
from qa.types import Article

__all__ = ["Fetch", "Item", "Table", "expand_items"]

Fetch = Literal["never", "public", "any"]
"""Which web pages may be fetched: none, those of public addresses, or those of one's own network as well."""

NOT_FETCHED = 'web addresses are fetched only on request: allow it with --fetch, or fetch="public" in Python'
LONGEST_NAME = 255


class Table(Protocol):
    """A table with named columns: a data frame of pandas or polars, or a table of pyarrow."""

    @property
    def columns(self) -> Any:
        """The columns, or their names."""
        ...


Item: TypeAlias = "str | PathLike[str] | Article | Mapping[str, object] | Table | Iterable[Item]"
"""What can be added."""


def expand_items(
    items: Iterable[Item], *, globs: Sequence[str] = (), fetch: Fetch = "never", text_field: str = ""
) -> Iterator[Source]:
    """Yield the articles, files and web pages that items stand for, and a failure for what cannot be one.

    A record maps names to values, as a row of a table does; see :func:`~qa.loaders.records.load_record`.

    :param globs: which files of a folder to add; all known formats by default.
    :param text_field: the name of the text in records; empty to find it.
    :raises ArticleError: if an item is none of these, or is a text instead of a path.
    """
    numbers = count(1)
    for item in _flat(items):
        if isinstance(item, Article):
            yield item
        elif isinstance(item, Mapping):
            yield load_record(item, f"record {next(numbers)}", text_field)
        elif isinstance(item, str) and is_address(item):
            yield LoadFailure(item, NOT_FETCHED) if fetch == "never" else WebPage(item.strip(), fetch == "any")
        else:
            yield from walk_files([_path(item)], globs)


def _flat(items: Iterable[Any]) -> Iterator[str | PathLike[str] | Article | Mapping[str, object]]:
    for item in items:
        if isinstance(item, str | PathLike | Article | Mapping):
            yield item
        elif hasattr(item, "columns"):
            yield from _rows(item)
        elif isinstance(item, Iterable) and not isinstance(item, bytes | bytearray):
            yield from _flat(item)
        else:
            raise ArticleError(f"cannot add a {type(item).__name__}; give paths, articles, dicts or a data frame")


def _rows(table: Any) -> Iterator[Mapping[str, object]]:
    """Yield the rows of a table by the methods of pandas, polars or pyarrow."""
    if hasattr(table, "itertuples"):
        names = [str(name) for name in table.columns]
        return (dict(zip(names, row, strict=True)) for row in table.itertuples(index=False, name=None))
    if hasattr(table, "iter_rows"):
        rows: Iterator[Mapping[str, object]] = table.iter_rows(named=True)
        return rows
    if hasattr(table, "to_batches"):
        return (row for batch in table.to_batches() for row in batch.to_pylist())
    raise ArticleError(f"cannot read the rows of a {type(table).__name__}; give its rows as dicts")


def _path(item: str | PathLike[str]) -> Path:
    """Return the path that is given. A text in its place is refused.

    :raises ArticleError: if it is empty or a text.
    """
    if isinstance(item, str) and not item.strip():
        raise ArticleError("a path is empty; give the path of a file or a folder")
    if isinstance(item, str) and _is_text(item):
        raise ArticleError(f"{reprlib.repr(item)} is not a path; in Python, add_text(text, title=...) adds a text")
    return Path(item)


def _is_text(item: str) -> bool:
    """Whether a string is a text and cannot be meant as a path."""
    is_sentence = " " in item and sep not in item and item.rstrip().endswith((".", "?", "!"))
    if not (is_sentence or "\n" in item or len(item) > LONGEST_NAME):
        return False
    with suppress(OSError, ValueError):
        return not Path(item).exists()
    return True
