"""Speed and memory: embedding, reading, asking by stage, and what became slower since another time."""

from qa.evaluation.speed.measure import measure, read_articles
from qa.evaluation.speed.regressions import Change, changes

__all__ = ["Change", "changes", "measure", "read_articles"]
