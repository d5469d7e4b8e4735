"""Speed and memory: embedding, reading, asking by stage, and what became slower since another time."""

from qa.benchmark.comparing import Change, changes
from qa.benchmark.measuring import measure, read_articles

__all__ = ["Change", "changes", "measure", "read_articles"]
