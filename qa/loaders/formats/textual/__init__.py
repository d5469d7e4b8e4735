"""Formats written as text: subtitles, notebooks and reStructuredText."""
