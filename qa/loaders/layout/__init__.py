"""The layout of a page: from pieces of text with their places to paragraphs in reading order."""
