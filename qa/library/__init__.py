"""The store of articles: the protocol, SQLite, and how an address finds its store."""

from qa.library.addresses import library_address, open_library

__all__ = ["library_address", "open_library"]
