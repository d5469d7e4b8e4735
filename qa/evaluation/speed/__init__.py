"""Speed and memory of embedding, reading and asking, and regressions against an earlier benchmark."""

from qa.evaluation.speed.measure import measure, read_articles
from qa.evaluation.speed.regressions import Change, changes

__all__ = ["Change", "changes", "measure", "read_articles"]
