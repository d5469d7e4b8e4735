"""Quotewell: verbatim answers to questions about your articles."""
