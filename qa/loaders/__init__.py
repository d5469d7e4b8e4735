"""Files to articles, one module a format."""

from qa.loaders.base import PACKINGS, SUFFIXES, LoadFailure
from qa.loaders.files import find_files, load

__all__ = ["PACKINGS", "SUFFIXES", "LoadFailure", "find_files", "load"]
