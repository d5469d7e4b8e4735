"""Articles from web addresses, which are fetched only when the user asks for it."""

from qa.loaders.web.pages import WebPage, is_address, load_page

__all__ = ["WebPage", "is_address", "load_page"]
