"""Quotewell in other frameworks: a module for each, which imports its framework. Nothing else does."""
