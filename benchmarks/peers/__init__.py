"""Quotewell and its peers compared on the same corpus, embedder, reader weights, machine and questions."""
