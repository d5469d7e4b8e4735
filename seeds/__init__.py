"""The articles that a new library starts with."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""The folder that holds the seed articles, one text file each."""
