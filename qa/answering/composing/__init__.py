"""Replies that are composed of several quotes. Start with :mod:`qa.answering.composing.composer`."""
