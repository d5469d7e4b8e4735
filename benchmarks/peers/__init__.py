"""Quotewell and its peers, side by side: the same corpus, embedder, reader weights, machine and questions."""
