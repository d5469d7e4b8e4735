"""Text to vectors to nearest neighbours. Knows strings and arrays, nothing of articles."""
