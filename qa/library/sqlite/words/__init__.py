"""The words of the passages: the index that finds them, and their spellings."""
