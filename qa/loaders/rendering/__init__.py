"""Marked-up documents as plain text, with a note of where their headings are."""
