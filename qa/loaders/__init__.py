"""Load files as articles; ``qa.loaders.formats`` has one module per format."""

from qa.loaders.base import COMPRESSIONS, DEFAULT_LIMITS, File, LimitExceededError, Limits, LoadFailure
from qa.loaders.files import file_source, find_files, load, load_together, read_file, size_for_worker, walk_files
from qa.loaders.pdfium.page_picture import Picture, QuoteOnPage
from qa.loaders.registry import SUFFIXES
from qa.loaders.web import WebPage, is_address, load_page
from qa.loaders.worker.pool import MAX_WORKERS as WORKERS
from qa.loaders.worker.pool import draw_in_worker

__all__ = [
    "COMPRESSIONS",
    "DEFAULT_LIMITS",
    "SUFFIXES",
    "WORKERS",
    "File",
    "LimitExceededError",
    "Limits",
    "LoadFailure",
    "Picture",
    "QuoteOnPage",
    "WebPage",
    "draw_in_worker",
    "file_source",
    "find_files",
    "is_address",
    "load",
    "load_page",
    "load_together",
    "read_file",
    "size_for_worker",
    "walk_files",
]
