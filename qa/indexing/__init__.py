"""The way of an article: split into passages, stored, embedded."""
