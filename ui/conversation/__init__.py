"""The conversation: what happens when someone asks, and the sources beside it."""
