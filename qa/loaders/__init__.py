"""Load files as articles; ``qa.loaders.formats`` has one module per format."""

from qa.loaders.base import COMPRESSIONS, Limits, LoadFailure
from qa.loaders.files import find_files, load
from qa.loaders.registry import SUFFIXES

__all__ = ["COMPRESSIONS", "SUFFIXES", "Limits", "LoadFailure", "find_files", "load"]
