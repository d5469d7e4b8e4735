"""From a question to a reply. Start with :mod:`qa.answering.pipeline`."""
