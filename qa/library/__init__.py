"""The store of articles: the protocol, SQLite, and how an address finds its store."""

from qa.library.addresses import address_text, library_address, open_library

__all__ = ["address_text", "library_address", "open_library"]
