"""Embedding and nearest-neighbour search. It works on strings and arrays, and does not know articles."""
