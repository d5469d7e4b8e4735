"""The command line: a module for each group of commands."""

from qa.cli.main import main

__all__ = ["main"]
