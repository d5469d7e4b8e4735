"""From a question and passages to scored spans."""

from qa.reader.base import Reader
from qa.reader.caching import CachingReader
from qa.reader.extractive import ExtractiveReader

__all__ = ["CachingReader", "ExtractiveReader", "Reader"]
