"""Files to articles, one module a format."""

from qa.loaders.base import PACKINGS, LoadFailure
from qa.loaders.files import find_files, load
from qa.loaders.registry import SUFFIXES

__all__ = ["PACKINGS", "SUFFIXES", "LoadFailure", "find_files", "load"]
