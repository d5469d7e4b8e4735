"""The loader of each format, called in the process that it is called from."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from qa.errors import ArticleError, LoadError
from qa.loaders.base import File, Loader, LoadFailure
from qa.types import Article

__all__ = ["FORMATS", "UNTRUSTED", "load_here", "within_reason"]

FORMATS: Mapping[str, str] = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".tif": "picture",
    ".tiff": "picture",
    ".docx": "documents.docx",
    ".docm": "documents.docx",
    ".dotx": "documents.docx",
    ".pptx": "office.pptx",
    ".pptm": "office.pptx",
    ".ppsx": "office.pptx",
    ".xlsx": "office.xlsx",
    ".xlsm": "office.xlsx",
    ".odt": "opendocument.odf",
    ".ods": "opendocument.odf",
    ".odp": "opendocument.odf",
    ".fodt": "opendocument.odf",
    ".fods": "opendocument.odf",
    ".fodp": "opendocument.odf",
    ".ott": "opendocument.odf",
    ".rtf": "documents.rtf",
    ".eml": "mail.eml",
    ".mbox": "mail.eml",
    ".msg": "mail.msg",
    ".vtt": "textual.subtitles",
    ".srt": "textual.subtitles",
    ".ipynb": "textual.notebook",
    ".rst": "textual.restructured",
    ".rest": "textual.restructured",
    ".epub": "epub",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".json": "json_files.json_documents",
    ".jsonl": "json_files.jsonl",
    ".ndjson": "json_files.jsonl",
    ".csv": "delimited",
    ".tsv": "delimited",
    ".zip": "archive",
}
"""The suffixes of the known formats, each with the module in ``qa.loaders.formats`` that loads it."""

UNTRUSTED: frozenset[str] = frozenset(
    "documents.docx documents.rtf epub feed html mail.eml mail.msg markdown mhtml office.pptx office.xlsx "
    "opendocument.odf pdf picture textual.notebook textual.restructured".split()
)
"""The modules that leave the parsing to other packages: they run in a worker process, within limits."""


def load_here(file: File) -> Iterator[Article | LoadFailure]:
    """Yield every article in a decompressed file of a known format, and a failure for each invalid row or member.

    :raises LoadError: if the file contains no usable article.
    :raises MemoryError: if there is too little memory.
    """
    with within_reason():
        module = importlib.import_module(f"qa.loaders.formats.{FORMATS[file.suffix]}")
        yield from cast(Loader, module.load)(file)


@contextmanager
def within_reason() -> Iterator[None]:
    """Turn whatever a parser raises into one of two errors.

    :raises LoadError: if the file is at fault.
    :raises MemoryError: if there is too little memory.
    """
    try:
        yield
    except LoadError as error:
        if error.__cause__ is not None and _is_out_of_memory(error.__cause__):
            raise MemoryError from error
        raise
    except MemoryError:
        raise
    except ArticleError as error:
        raise LoadError(str(error)) from error
    except Exception as error:
        # Third-party parsers raise all kinds of exceptions on damaged input.
        if _is_out_of_memory(error):
            raise MemoryError from error
        raise LoadError(f"the file cannot be read and may be damaged ({_brief(error)}): save it again") from error


def _is_out_of_memory(error: BaseException) -> bool:
    # lxml raises a syntax error, and says only in its log that memory ran out.
    log = getattr(error, "error_log", None) or ()
    return isinstance(error, MemoryError) or any(entry.type_name == "ERR_NO_MEMORY" for entry in log)


def _brief(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(" :")
