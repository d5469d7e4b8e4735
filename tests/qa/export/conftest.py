"""What is exported comes from a library."""

from tests.qa.library.conftest import library

__all__ = ["library"]
