"""Load files as articles; ``qa.loaders.formats`` has one module per format."""

from qa.loaders.base import COMPRESSIONS, DEFAULT_LIMITS, Limits, LoadFailure
from qa.loaders.files import file_source, find_files, load, load_together, size_for_worker, walk_files
from qa.loaders.registry import SUFFIXES
from qa.loaders.web import WebPage, is_address, load_page
from qa.loaders.worker.pool import MAX_WORKERS as WORKERS

__all__ = [
    "COMPRESSIONS",
    "DEFAULT_LIMITS",
    "SUFFIXES",
    "WORKERS",
    "Limits",
    "LoadFailure",
    "WebPage",
    "file_source",
    "find_files",
    "is_address",
    "load",
    "load_page",
    "load_together",
    "size_for_worker",
    "walk_files",
]
